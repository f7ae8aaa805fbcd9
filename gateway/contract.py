"""`GET /schema.graphql`: the contract as it is served, which tools ask for again and again and seldom have to read."""

import hashlib
from functools import cache

from starlette.requests import Request
from starlette.responses import Response

from schema.build import sdl


async def contract(request: Request) -> Response:
    """Answer the schema in SDL, with a strong ETag (RFC 9110 8.8.3); 304 to whoever names it in `If-None-Match`.

    It tells nothing of a record or an account, so any cache may keep it, and must ask whether it still holds.
    """
    body, tag = _served()
    headers = {"Cache-Control": "public, no-cache", "ETag": tag}
    named = {each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")}
    if named & {tag, "*"}:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="text/plain; charset=utf-8")


@cache
def _served() -> tuple[bytes, str]:
    """Return the contract and its tag, which changes with any of its bytes."""
    body = sdl().encode()
    return body, f'"{hashlib.sha256(body).hexdigest()}"'

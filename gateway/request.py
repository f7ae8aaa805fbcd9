"""A request's body: read up to a limit, parsed strictly, checked part by part."""

import asyncio
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request

from gateway.errors import Code, Refusal
from gateway.manifest import is_id
from resolvers.idempotency import MOST_KEY


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """A well-formed request, nothing of it believed yet: it has either `query` or `document_id`."""

    query: str | None
    document_id: str | None
    operation_name: str | None
    variables: dict[str, Any] | None
    extensions: dict[str, Any] | None


def declared_length(request: Request) -> int:
    """Return how many bytes the body has by its own account, 0 where it says nothing that can be read."""
    declared = request.headers.get("content-length", "")
    return int(declared[:18]) if declared.isdecimal() else 0


async def read_body(request: Request, limit: int, seconds: float) -> bytes:
    """Return the body.

    Raises Refusal LIMIT_EXCEEDED, status 413, as soon as it is said or seen to pass `limit` bytes, and TIMEOUT, status
    408, where it is not there after so many `seconds`.
    """
    if declared_length(request) > limit:
        raise _too_large(limit)
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise _too_large(limit)
    except ClientDisconnect:
        raise _bad("the body ended early: send it whole") from None
    except TimeoutError:
        message = f"the body was not there within {seconds:g} seconds: send it faster"
        raise Refusal(Code.TIMEOUT, message, status=408) from None
    return bytes(body)


def _too_large(limit: int) -> Refusal:
    message = f"the body is larger than {limit} bytes: send less"
    told = {"code": Code.LIMIT_EXCEEDED, "limit": "body", "maximum": limit}
    return Refusal(Code.LIMIT_EXCEEDED, errors=[{"message": message, "extensions": told}], status=413)


def read_request(body: bytes) -> GraphQLRequest:
    """Return the request that `body` holds.

    Raises Refusal BAD_REQUEST for whatever is no JSON object with either `query` or `documentId` (GraphQL over HTTP,
    appendix A), and optionally `operationName`, `variables` and `extensions`, of the right types.
    """
    try:
        return read_parts(orjson.loads(body))
    except orjson.JSONDecodeError:
        raise _bad("the body is not JSON: send an object with `query`") from None


def read_parts(parts: Any) -> GraphQLRequest:
    """Return the request of a body that has been read as JSON. Raises Refusal BAD_REQUEST, as `read_request` does."""
    if not isinstance(parts, dict):
        raise _bad("the body is not an object: send one object with `query`; batches are not taken")
    extensions = _optional(parts, "extensions", dict)
    query, document_id = _optional(parts, "query", str), _document_id(parts)
    if query is None and document_id is None and "persistedQuery" in (extensions or {}):
        raise _bad("PersistedQueryNotSupported")
    if (query is None) == (document_id is None):
        raise _bad("send either `query`, the text of a document, or `documentId`, the id of a trusted one")
    return GraphQLRequest(
        query,
        document_id,
        _optional(parts, "operationName", str),
        _optional(parts, "variables", dict),
        extensions,
    )


def idempotency_key(headers: Headers) -> str | None:
    """Return the key under which a client may send its deeds again, None where there is none.

    Raises Refusal BAD_REQUEST for more than one, and for one that is too long.
    """
    given = headers.getlist("idempotency-key")
    if not given:
        return None
    if len(given) > 1 or not 1 <= len(given[0].strip()) <= MOST_KEY:
        raise _bad(f"send one `Idempotency-Key` header, of 1 to {MOST_KEY} characters")
    return given[0].strip()


def _document_id(parts: dict[str, Any]) -> str | None:
    given = _optional(parts, "documentId", str)
    if given is not None and not is_id(given):
        raise _bad("`documentId` must be `sha256:` and 64 hexadecimal digits in lower case")
    return given if given is None else str(given)


def _optional(parts: dict[str, Any], name: str, kind: type[Any]) -> Any:
    value = parts.get(name)
    if value is not None and not isinstance(value, kind):
        raise _bad(f"`{name}` must be {'a string' if kind is str else 'an object'} or null")
    return value


def _bad(message: str) -> Refusal:
    return Refusal(Code.BAD_REQUEST, message)

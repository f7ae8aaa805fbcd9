"""Pages of other origins that may ask (CORS, Fetch 3.3), and what no answer may be used for in any browser."""

import re
from collections.abc import Collection, Sequence
from functools import partial

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATH = "/graphql"
"""The one path that pages of other origins may ask."""

SENT = ("Accept", "Authorization", "Content-Type", "Idempotency-Key", "traceparent")
"""The headers that such a page may send."""

ACCESS = ("Access-Purpose", "Access-Reason")

SECURITY = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    # CORS is not asked for by it: a page that is listed reads its answers all the same, and embeds none
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""What every answer says to a browser, unless it says something of its own."""

MINUTES = 10
"""How long a browser may believe what it was told of an origin."""

_HOST = r"(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])"
_ORIGIN = re.compile(rf"https://{_HOST}(?::[0-9]+)?|http://(?:localhost|127\.0\.0\.1|\[::1\])(?::[0-9]+)?")
_IMPLIED = re.compile(r"https://.*:443|http://.*:80")


def exact_origin(text: str) -> str:
    """Return `text`, one origin as a browser writes it (RFC 6454 6.2). Raises ValueError with a sentence otherwise."""
    if text == "*":
        raise ValueError("`*` would have the pages of everybody ask: list each origin")
    if text == "null":
        raise ValueError("`null` is the origin of whatever hides its own: list origins that have a name")
    if _ORIGIN.fullmatch(text) is None or _IMPLIED.fullmatch(text):
        raise ValueError(
            f"`{text}` is no origin as a browser writes it: write `https://name.example`, in lower case, with a port"
            " only where it is not 443, without a path or a slash; `http` is for this machine alone"
        )
    return text


def may_open(headers: Headers, origins: Collection[str]) -> bool:
    """Tell whether a WebSocket may be opened: by a page of `origins` or of the gateway's own, or by no page at all.

    A browser says whose page it is, and asks nobody first (RFC 6455 10.2).
    """
    given = headers.getlist("origin")
    if not given:
        return True
    own = given[0].partition("://")[2]
    return len(given) == 1 and (given[0] in origins or (own != "" and own == headers.get("host")))


class Browsers:
    """Adds to each answer what browsers are told, and lets the pages of `origins` ask, without ambient credentials.

    A page of another origin is answered as if there were no CORS, so its browser keeps the answer from it.
    """

    def __init__(self, app: ASGIApp, origins: Sequence[str], headers: Collection[str]) -> None:
        self._app = app
        self._origins = frozenset(origins)
        self._shared = CORSMiddleware(
            app,
            allow_origins=list(origins),
            allow_methods=["POST"],
            allow_headers=list(headers),
            expose_headers=["Retry-After"],
            max_age=MINUTES * 60,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, with the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        by_origin = bool(self._origins) and scope["path"] == PATH
        # CORSMiddleware tells pages that are not listed which methods and headers it takes: they are kept from it
        listed = by_origin and Headers(scope=scope).get("origin") in self._origins
        app = self._shared if listed else self._app
        await app(scope, receive, partial(self._send, send, by_origin and not listed))

    @staticmethod
    async def _send(send: Send, varies: bool, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY.items():
                headers.setdefault(name, value)
            if varies:
                headers.add_vary_header("Origin")
        await send(message)


async def broken(_: Request, __: Exception) -> Response:
    """Answer where a route other than `/graphql` broke, which nothing but the server itself would answer."""
    return PlainTextResponse("something went wrong", 500, SECURITY)

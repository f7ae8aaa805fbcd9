"""The door: one GraphQL request from socket to answer, each step once and in this order."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import Any

import orjson
from graphql import OperationType
from starlette.requests import Request
from starlette.responses import Response

from authz.words import Act
from gateway.access import stated_in
from gateway.claims import Bearer
from gateway.errors import Code, Refusal, fault
from gateway.event_stream import EventStream, once
from gateway.negotiation import EVENTS, JSON, Taken, answer_type, check_content_type, status_for
from gateway.operations import Asked
from gateway.request import declared_length, idempotency_key, read_body, read_request
from gateway.room import Room
from gateway.subscriptions import Failed
from gateway.tokens import Issuer, authenticate
from gateway.visit import Visit

HEADERS = {
    "Cache-Control": "private, no-store",
    "Vary": "Accept, Authorization",
}


UNREAD = {408, 413}
"""Statuses of requests whose rest is not waited for: their connections are of no more use."""

NOT_WHOLE = (
    f"a subscription is answered by a stream: accept `{EVENTS}`, or ask over a WebSocket by `graphql-transport-ws`"
)


class Endpoint:
    """`POST /graphql`."""

    def __init__(
        self,
        *,
        issuers: Sequence[Issuer],
        room: Room,
        clock: Callable[[], datetime],
        body_limit: int,
        feed_body_limit: int,
        body_seconds: float,
        beat: float,
        access_headers: bool,
    ) -> None:
        self._issuers = issuers
        self._room = room
        self._clock = clock
        self._body_limit, self._feed_body_limit, self._body_seconds = body_limit, feed_body_limit, body_seconds
        self._beat = beat
        self._access_headers = access_headers

    async def post(self, request: Request) -> Response:
        """Answer one request. Whatever goes wrong, the answer is an error with a code and no data."""
        visit = self._room.observers.begin(request.scope["headers"])
        try:
            return await self._answered(request, visit)
        finally:
            self._room.observers.end(visit)

    async def _answered(self, request: Request, visit: Visit) -> Response:
        taken, well_formed = Taken(JSON), False
        try:
            taken = answer_type(request.headers)
            check_content_type(request.headers)
            bearer = await authenticate(request.headers.getlist("authorization"), self._issuers, self._clock)
            with self._room.load.of(bearer.subject):
                limit = await self._limit_of(request, bearer)
                received = read_request(await read_body(request, limit, self._body_seconds))
                well_formed = True
                with self._room.load.running():
                    stated = stated_in(received.extensions, request.headers, bearer, by_headers=self._access_headers)
                    key = idempotency_key(request.headers)
                    return await self._done(self._room.scales.weigh(received, bearer, stated, key, visit), taken)
        except Refusal as refusal:
            refused = refusal
        except Exception as cause:  # noqa: BLE001  # the last door: nothing unforeseen leaves with its text
            refused = fault(cause, visit.id)
        status = status_for(refused, taken.media_type, well_formed=well_formed)
        return self._respond(visit, {"errors": refused.errors}, status, taken, refused.wait)

    async def _done(self, asked: Asked, taken: Taken) -> Response:
        if asked.selection.kind is not OperationType.SUBSCRIPTION:
            return self._respond(asked.visit, await self._room.operations.answer(asked), 200, taken)
        if not taken.streams:
            raise Refusal(Code.BAD_REQUEST, NOT_WHOLE, status=406)
        try:
            return await self._begun(asked)
        except Failed as failed:
            return self._respond(asked.visit, {"errors": failed.errors}, 200, Taken(None, streams=True))

    async def _begun(self, asked: Asked) -> Response:
        """Return the stream that answers a subscription, which holds its place among the open ones until its end."""
        with ExitStack() as held:
            one = held.enter_context(self._room.streams.opened())
            one.bearer = asked.bearer
            held.enter_context(self._room.streams.counted(asked.bearer.subject))
            stream = await self._room.subscriptions.begin(asked)
            told = held.enter_context(self._room.streams.followed(one, stream, "sse"))
            asked.visit.answered({}, 200)
            headers = HEADERS | {"X-Request-Id": asked.visit.id}
            kept = held.pop_all()
        return EventStream(self._room.subscriptions, asked, told, kept, beat=self._beat, headers=headers)

    def _respond(
        self, visit: Visit, body: dict[str, Any], status: int, taken: Taken, wait: int | None = None
    ) -> Response:
        visit.answered(body, status)
        headers = _headers(status, wait) | {"X-Request-Id": visit.id}
        content = orjson.dumps(body) if taken.whole else once(body)
        return Response(content, status, headers, media_type=f"{taken.media_type}; charset=utf-8")

    async def _limit_of(self, request: Request, bearer: Bearer) -> int:
        """Return how many bytes the body may have; the account is read only for one that says it is too long."""
        if declared_length(request) > self._body_limit and await self._room.operations.may(bearer.subject, Act.FEED):
            return self._feed_body_limit
        return self._body_limit


def refusal_headers(refusal: Refusal) -> dict[str, str]:
    """Return the headers of an answer that refuses with the status of `refusal`."""
    return _headers(refusal.status, refusal.wait)


def _headers(status: int, wait: int | None) -> dict[str, str]:
    headers = dict(HEADERS)
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="directory"'
    if wait is not None:
        headers["Retry-After"] = str(wait)
    if status in UNREAD:
        headers["Connection"] = "close"
    return headers

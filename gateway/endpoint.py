"""The door: one GraphQL request from socket to answer, each step once and in this order."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import orjson
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from authz.words import Act
from gateway.access import stated_in
from gateway.claims import Bearer
from gateway.errors import Refusal, fault
from gateway.limits import Limits
from gateway.negotiation import JSON, answer_type, check_content_type, status_for
from gateway.operations import Asked, Operations
from gateway.request import GraphQLRequest, declared_length, idempotency_key, read_body, read_request
from gateway.shedding import Load
from gateway.tokens import Issuer, authenticate
from gateway.trusted import TrustedDocuments
from gateway.visit import Observers, Visit

HEADERS = {
    "Cache-Control": "private, no-store",
    "Vary": "Accept, Authorization",
}


UNREAD = {408, 413}
"""Statuses of requests whose rest is not waited for: their connections are of no more use."""


class Endpoint:
    """`POST /graphql`."""

    def __init__(
        self,
        *,
        issuers: Sequence[Issuer],
        documents: TrustedDocuments,
        limits: Limits,
        operations: Operations,
        clock: Callable[[], datetime],
        load: Load,
        body_limit: int,
        feed_body_limit: int,
        body_seconds: float,
        access_headers: bool,
        observers: Observers,
    ) -> None:
        self._issuers = issuers
        self._documents, self._limits = documents, limits
        self._operations = operations
        self._clock = clock
        self._load = load
        self._body_limit, self._feed_body_limit, self._body_seconds = body_limit, feed_body_limit, body_seconds
        self._access_headers = access_headers
        self._observers = observers

    async def post(self, request: Request) -> Response:
        """Answer one request. Whatever goes wrong, the answer is an error with a code and no data."""
        visit = self._observers.begin(request.scope["headers"])
        try:
            return await self._answered(request, visit)
        finally:
            self._observers.end(visit)

    async def _answered(self, request: Request, visit: Visit) -> Response:
        media_type, well_formed = JSON, False
        try:
            media_type = answer_type(request.headers)
            check_content_type(request.headers)
            bearer = await authenticate(request.headers.getlist("authorization"), self._issuers, self._clock)
            with self._load.of(bearer.subject):
                limit = await self._limit_of(request, bearer)
                received = read_request(await read_body(request, limit, self._body_seconds))
                well_formed = True
                with self._load.running():
                    asked = self._prepare(received, bearer, request.headers, visit)
                    return self._respond(visit, await self._operations.answer(asked), 200, media_type)
        except Refusal as refusal:
            refused = refusal
        except Exception as cause:  # noqa: BLE001  # the last door: nothing unforeseen leaves with its text
            refused = fault(cause, visit.id)
        status = status_for(refused, media_type, well_formed=well_formed)
        return self._respond(visit, {"errors": refused.errors}, status, media_type, refused.wait)

    def _respond(
        self, visit: Visit, body: dict[str, Any], status: int, media_type: str, wait: int | None = None
    ) -> Response:
        visit.answered(body, status)
        headers = HEADERS | {"X-Request-Id": visit.id}
        if status == 401:
            headers["WWW-Authenticate"] = 'Bearer realm="directory"'
        if wait is not None:
            headers["Retry-After"] = str(wait)
        if status in UNREAD:
            headers["Connection"] = "close"
        return Response(orjson.dumps(body), status, headers, media_type=f"{media_type}; charset=utf-8")

    async def _limit_of(self, request: Request, bearer: Bearer) -> int:
        """Return how many bytes the body may have; the account is read only for one that says it is too long."""
        if declared_length(request) > self._body_limit and await self._operations.may(bearer.subject, Act.FEED):
            return self._feed_body_limit
        return self._body_limit

    def _prepare(self, request: GraphQLRequest, bearer: Bearer, headers: Headers, visit: Visit) -> Asked:
        """Return what is asked, checked as far as that goes without reading anything."""
        stated = stated_in(request.extensions, headers, bearer, by_headers=self._access_headers)
        document = self._documents.find(request, bearer.client)
        selection = document.select(request.operation_name)
        visit.asks(document, selection, bearer)
        variables, key = selection.variables(request.variables or {}), idempotency_key(headers)
        self._limits.check_work(*selection.work(variables))
        return Asked(document.hash, selection, variables, bearer, stated, key, visit)

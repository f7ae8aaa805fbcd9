"""The door: one GraphQL request from socket to answer, each step once and in this order."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from graphql import DocumentNode
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from authz.trail import Trail
from authz.viewer import Viewer
from gateway.access import Stated, admit, stated_in
from gateway.documents import Document, read_document
from gateway.errors import Code, Refusal, execution_error, fault, outage
from gateway.negotiation import JSON, answer_type, check_content_type, status_for
from gateway.request import GraphQLRequest, read_body, read_request
from gateway.settings import Settings
from gateway.tokens import Bearer, Issuer, read_bearer
from resolvers.account import find_viewer
from resolvers.budget import Budget
from resolvers.clock import Moment
from resolvers.context import Operation
from resolvers.session import Session
from resolvers.store.journal import Event, Journal
from schema.build import build_schema
from schema.needs import Needs

log = logging.getLogger("gateway")

HEADERS = {
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept, Authorization",
}


RETRY_AFTER = {429: "600", 503: "2"}
"""After how many seconds a client may try again: a budget is that of the hour, an outage is short."""


@dataclass
class PreparedOperation(Operation):
    """An operation with its document, already valid (`schema/prepared.py`)."""

    document: DocumentNode | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A request whose document is valid: what is asked, by whom the token says, and why."""

    request: GraphQLRequest
    document: Document
    operation_name: str | None
    needs: Needs
    bearer: Bearer
    stated: Stated


class Refused(Exception):  # noqa: N818  # as `Refusal`
    """A refusal of a known viewer's operation, which the journal keeps; no record was shown."""

    def __init__(self, viewer: Viewer, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.viewer, self.refusal = viewer, refusal


class Endpoint:
    """`POST /graphql`."""

    def __init__(
        self,
        *,
        settings: Settings,
        issuers: Sequence[Issuer],
        reading: AsyncEngine,
        journal: Journal,
        clock: Callable[[], datetime],
        cursors: bytes,
        budget: Budget,
    ) -> None:
        self._settings = settings
        self._issuers = issuers
        self._reading = reading
        self._journal = journal
        self._clock = clock
        self._cursors = cursors
        self._budget = budget

    async def __call__(self, request: Request) -> Response:
        """Answer one request. Whatever goes wrong, the answer is an error with a code and no data."""
        started = time.perf_counter()
        response = await self._answered(request)
        milliseconds = round((time.perf_counter() - started) * 1000, 1)
        log.info("request", extra={"status": response.status_code, "milliseconds": milliseconds})
        return response

    async def _answered(self, request: Request) -> Response:
        media_type, well_formed = JSON, False
        try:
            media_type = answer_type(request.headers)
            received = await self._receive(request)
            well_formed = True
            asked = self._prepare(received, request.headers)
            return self._respond(await self._answer(asked), 200, media_type)
        except Refusal as refusal:
            refused = refusal
        except Exception as cause:  # noqa: BLE001  # the last door: nothing unforeseen leaves with its text
            refused = fault(cause)
        status = status_for(refused, media_type, well_formed=well_formed)
        return self._respond({"errors": refused.errors}, status, media_type)

    def _respond(self, body: dict[str, Any], status: int, media_type: str) -> Response:
        headers = dict(HEADERS)
        if status == 401:
            headers["WWW-Authenticate"] = 'Bearer realm="directory"'
        if status in RETRY_AFTER:
            headers["Retry-After"] = RETRY_AFTER[status]
        return Response(orjson.dumps(body), status, headers, media_type=f"{media_type}; charset=utf-8")

    async def _receive(self, request: Request) -> tuple[GraphQLRequest, Bearer]:
        """Return a well-formed request and who its token names."""
        check_content_type(request.headers)
        bearer = read_bearer(request.headers.getlist("authorization"), self._issuers, self._clock())
        return read_request(await read_body(request, self._settings.body_limit)), bearer

    def _prepare(self, received: tuple[GraphQLRequest, Bearer], headers: Headers) -> Asked:
        """Return what is asked, checked as far as that goes without reading anything."""
        request, bearer = received
        stated = stated_in(request.extensions, headers, bearer)
        document = read_document(request.query, self._settings.token_limit)
        operation = document.operation(request.operation_name)
        document.check_variables(operation, request.variables or {})
        name = operation.name.value if operation.name else None
        return Asked(request, document, name, document.needs(operation), bearer, stated)

    async def _answer(self, asked: Asked) -> dict[str, Any]:
        moment = Moment(self._clock())
        session = Session(self._reading)
        try:
            viewer = await self._viewer(session, asked, moment)
            operation = PreparedOperation(
                viewer, moment, session, self._cursors, self._budget, document=asked.document.node
            )
            answer = await self._execute(operation, asked)
        except Refused as refused:
            await session.close()
            await self._write(asked, refused.viewer, moment, Trail(), refused.refusal.code)
            raise refused.refusal from None
        finally:
            await session.close()
        if asked.needs.purpose:
            await self._write(asked, viewer, moment, operation.trail, "OK")
        return answer

    async def _viewer(self, session: Session, asked: Asked, moment: Moment) -> Viewer:
        viewer = await find_viewer(session, asked.bearer.subject, moment)
        if viewer is None:
            raise Refusal(Code.UNAUTHENTICATED, "the token names no account here: get a new one")
        viewer = replace(viewer, on_behalf_of=asked.bearer.on_behalf_of)
        try:
            return admit(viewer, asked.needs, asked.stated)
        except Refusal as refusal:
            raise Refused(viewer, refusal) from None

    async def _execute(self, operation: PreparedOperation, asked: Asked) -> dict[str, Any]:
        result = await build_schema().execute(
            asked.request.query,
            variable_values=asked.request.variables,
            context_value=operation,
            operation_name=asked.request.operation_name,
        )
        try:
            errors = [execution_error(error) for error in result.errors or ()]
        except Refusal as refusal:
            if refusal.code is Code.BUDGET_EXCEEDED:
                raise Refused(operation.viewer, refusal) from None
            raise
        return {"errors": errors, "data": result.data} if errors else {"data": result.data}

    async def _write(self, asked: Asked, viewer: Viewer, moment: Moment, trail: Trail, outcome: str) -> None:
        """Write the event. Raises Refusal UNAVAILABLE where that fails: then no answer leaves (R29)."""
        event = Event(
            at=moment.now,
            viewer=viewer,
            route="graphql",
            operation_name=asked.operation_name,
            document_hash=asked.document.hash,
            outcome=outcome,
            trail=trail,
        )
        try:
            await self._journal.append(event)
        except SQLAlchemyError as cause:
            raise outage(cause) from None

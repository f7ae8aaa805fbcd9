"""`/explorer/why`: by which rules an operation was answered as it was, for whoever may know that (decision 34).

In the demo that is any persona but the one that asked; elsewhere whoever reads the whole journal, an auditor.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import orjson
from starlette.requests import Request
from starlette.responses import Response

from authz.oversight import Oversight, oversight_of
from authz.viewer import Viewer
from authz.words import Act, Shield, Standing
from gateway.access import Stated, admit, stated_in
from gateway.claims import Bearer
from gateway.endpoint import HEADERS, refusal_headers
from gateway.errors import Code, Refusal, fault, spent
from gateway.negotiation import JSON, check_content_type
from gateway.outcomes import Outcome, Refused, outcome_of
from gateway.request import read_body
from gateway.room import Room
from gateway.tokens import Issuer, authenticate
from gateway.told import told
from gateway.visit import Visit
from resolvers.account import read_account
from resolvers.clock import Moment
from resolvers.context import Operation
from resolvers.errors import BudgetExceeded
from resolvers.ids import Kind, write_id
from resolvers.session import Session
from resolvers.store.journal import Event
from resolvers.traces import Trace, conflicts, find_trace
from schema.needs import Needs

LONGEST = 4_096
"""The most bytes that a request's body may have: an id, a purpose and a reason."""

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NO_TRACE = (
    "there is no such trace for you: a trace is kept for 10 minutes, and is never told to the account that asked for it"
)
_NOT_YOURS = "this account may not ask for this: why something is withheld is for auditors"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A trace that is asked for: by which id, by whom the token says, and why."""

    trace: str
    bearer: Bearer
    stated: Stated
    visit: Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Tells traces. `demo` opens them to every persona, and names records by the ids that answers have."""

    issuers: Sequence[Issuer]
    room: Room
    demo: bool
    access_headers: bool
    body_seconds: float

    @property
    def needs(self) -> Needs:
        """What asking for a trace takes."""
        acts: list[tuple[Act, ...]] = [] if self.demo else [(Act.READ_TRAIL,)]
        return Needs(acts=acts, purpose=True, in_force=True)

    async def answer(self, request: Request) -> Response:
        """Answer one request: GET with `trace` in the address, or POST with it and `extensions.access` in the body."""
        visit = self.room.observers.begin(request.scope["headers"])
        try:
            return await self._answered(request, visit)
        finally:
            self.room.observers.end(visit)

    async def _answered(self, request: Request, visit: Visit) -> Response:
        try:
            bearer = await authenticate(
                request.headers.getlist("authorization"), self.issuers, self.room.operations.clock
            )
            with self.room.load.of(bearer.subject), self.room.load.running():
                answer = await self._in_time(await self._wanted(request, bearer, visit))
            visit.answered(answer, 200)
            return Response(orjson.dumps(answer), 200, HEADERS, media_type=JSON)
        except Refusal as refusal:
            refused = refusal
        except Exception as cause:  # noqa: BLE001  # as at the door: nothing unforeseen leaves with its text
            refused = fault(cause, visit.id)
        body = {"errors": refused.errors}
        visit.answered(body, refused.status)
        return Response(orjson.dumps(body), refused.status, refusal_headers(refused), media_type=JSON)

    async def _wanted(self, request: Request, bearer: Bearer, visit: Visit) -> Wanted:
        """Return what is asked for. Raises Refusal BAD_REQUEST where it cannot be read."""
        given: Any = dict(request.query_params)
        if request.method == "POST":
            check_content_type(request.headers)
            try:
                given = orjson.loads(await read_body(request, LONGEST, self.body_seconds))
            except orjson.JSONDecodeError:
                given = None
        if not isinstance(given, dict) or not isinstance(given.get("trace"), str):
            raise Refusal(Code.BAD_REQUEST, "name a trace: the `extensions.trace` of an answer")
        extensions = given.get("extensions") if request.method == "POST" else None
        if not isinstance(extensions, dict | None):
            raise Refusal(Code.BAD_REQUEST, "`extensions` must be an object or null")
        stated = stated_in(extensions, request.headers, bearer, by_headers=self.access_headers)
        return Wanted(given["trace"], bearer, stated, visit)

    async def _in_time(self, wanted: Wanted) -> dict[str, Any]:
        operations = self.room.operations
        moment, session = Moment(operations.clock()), Session(operations.reader)
        try:
            async with asyncio.timeout(operations.deadline) as limit:
                answer, outcome = await self._told(session, wanted, moment)
        except TimeoutError:
            if not limit.expired():  # the database's, or the pool's
                raise
            await session.abandon()
            raise Refusal(Code.TIMEOUT, "the answer was not there in time: ask again") from None
        except Refused as refused:
            await self._leave(wanted, moment, refused.outcome)
            raise refused.refusal from None
        finally:
            await session.close()
        await self._leave(wanted, moment, outcome)
        return answer

    async def _told(self, session: Session, wanted: Wanted, moment: Moment) -> tuple[dict[str, Any], Outcome]:
        """Return the answer and what came of it. Raises Refused where the journal is to keep a refusal."""
        account = await read_account(session, wanted.bearer.subject, moment)
        if account is None:
            raise Refusal(Code.UNAUTHENTICATED, "the token names no account here: get a new one")
        viewer = self._admitted(replace(account.viewer, on_behalf_of=wanted.bearer.on_behalf_of), wanted)
        operations = self.room.operations
        operation = Operation(viewer, moment, session, operations.cursors, operations.budget, operations.versions)
        try:
            await operation.charge(wanted.trace)
            trace = await find_trace(operation, UUID(wanted.trace) if _ID.fullmatch(wanted.trace) else None)
            if trace is None:
                operation.trail.missed(wanted.trace)
                raise Refused(
                    Refusal(Code.BAD_USER_INPUT, _NO_TRACE, status=404), outcome_of(operation, Code.BAD_USER_INPUT)
                )
            trace = await _noted(operation, trace)
        except BudgetExceeded as cause:
            refusal = spent(cause)
            raise Refused(refusal, outcome_of(operation, refusal.code)) from None
        return told(operation, trace, by_id=self.demo), outcome_of(operation, "OK")

    def _admitted(self, viewer: Viewer, wanted: Wanted) -> Viewer:
        """Return the viewer with purpose and reason. Raises Refused before it is known whether there is a trace."""
        try:
            admitted = admit(viewer, self.needs, wanted.stated)
            if not self.demo and oversight_of(viewer.role) is not Oversight.WHOLE:
                raise Refusal(Code.FORBIDDEN, _NOT_YOURS)
        except Refusal as refusal:
            raise Refused(refusal, Outcome(viewer, refusal.code)) from None
        return admitted

    async def _leave(self, wanted: Wanted, moment: Moment, outcome: Outcome) -> None:
        """Write the event, without which no answer leaves (R29)."""
        operations = self.room.operations
        event = Event(
            id=operations.new_id(),
            at=moment.now,
            viewer=outcome.viewer,
            route="why",
            operation_name=None,
            document_hash="",
            outcome=outcome.code,
            trail=outcome.trail,
        )
        await operations.note(event, wanted.visit)


async def _noted(operation: Operation, trace: Trace) -> Trace:
    """Return what is told of `trace`: all but records with which the reader is in conflict, which raise an alert (R16).

    Each record is noted as one whose trail was read, or as sought in vain, and charged as ids asked for are (R14).
    """
    hidden = await conflicts(operation)
    for key, kept in trace.verdicts.items():
        if key in hidden:
            operation.trail.missed(write_id(Kind.CHILD, key))
        else:
            operation.trail.traced(key, Standing.NONE, shielded=kept.facts.shield is not Shield.OPEN)
    await operation.charge(*(write_id(Kind.CHILD, key) for key in trace.verdicts))
    return replace(trace, verdicts={key: kept for key, kept in trace.verdicts.items() if key not in hidden})

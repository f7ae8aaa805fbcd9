"""One operation behind the door: who asks, whether that may be, the answer, and the journal before it leaves."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from graphql import ExecutionResult

from authz.trail import Trail
from authz.verdicts import Verdicts
from authz.viewer import Viewer
from authz.words import Act
from gateway.access import Stated, admit
from gateway.claims import Bearer
from gateway.documents import Selection
from gateway.errors import Code, Refusal, execution_error, fault, outage
from gateway.outcomes import NotAdmitted, Outcome, Refused, outcome_of
from gateway.visit import Visit
from resolvers.account import read_account
from resolvers.belief import Belief, Beliefs
from resolvers.budget import Budget
from resolvers.clock import Moment
from resolvers.context import Operation
from resolvers.deed import Asking
from resolvers.deeds import Deeds
from resolvers.errors import AccountChanged
from resolvers.hub import Hub
from resolvers.secret_keys import SecretKeys
from resolvers.session import Session
from resolvers.store.journal import Event, Journal
from resolvers.store.replica import Replica
from resolvers.store.rounds import Unwritten
from resolvers.store.snapshot import Reader
from resolvers.traces import Traces
from schema.build import GatewaySchema
from schema.plan.compat import VariableValues

log = logging.getLogger("gateway.explorer")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request whose document is valid: what is asked, by whom the token says, and why."""

    document_hash: str
    selection: Selection
    variables: VariableValues
    bearer: Bearer
    stated: Stated
    key: str | None = None
    """The client's key for asking again, of the header."""
    visit: Visit = field(default_factory=Visit)
    """What telemetry may tell of the request."""
    traced: bool = False
    """Whether it is to be kept for a while why it is answered as it is."""
    run: Callable[[Operation], Awaitable[ExecutionResult]] | None = None
    """How it is executed, where not as a query or a mutation is."""

    @property
    def asking(self) -> Asking:
        """How it is asked, as the journal keeps it."""
        return Asking("graphql", self.selection.name, self.document_hash, self.key)


_TOO_LONG = (
    "the answer was not there within {:g} seconds: ask for less at once; a deed may have been done, ask for it again "
    "under its key"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    """Answers what is asked. `reader` opens snapshots, `replica` may give details; `cursors` and `versions` are keys.

    From `new_id` come the ids of events. An answer that is not there after `deadline` seconds is given up.
    `hub` is what subscriptions follow, `traces` keep why an answer is as it is.
    """

    schema: GatewaySchema
    reader: Reader
    journal: Journal
    deeds: Deeds
    budget: Budget
    beliefs: Beliefs = field(default_factory=Beliefs)
    clock: Callable[[], datetime]
    cursors: SecretKeys
    versions: SecretKeys
    new_id: Callable[[], UUID] = uuid4
    deadline: float = 10.0
    replica: Replica | None = None
    hub: Hub | None = None
    traces: Traces | None = None

    async def answer(self, asked: Asked) -> dict[str, Any]:
        """Return the answer to one operation, whose event is then in the journal.

        Raises Refusal where nothing of it may be said.
        """
        moment = Moment(self.clock())
        session = Session(self.reader, self.replica)
        try:
            operation, answer = await self._in_time(session, asked, moment)
            await self._leave(session, asked, moment, outcome_of(operation, "OK"))
            await self._trace(asked, operation, answer)
        except Refused as refused:
            await self._leave(session, asked, moment, refused.outcome)
            raise refused.refusal from None
        finally:
            await session.close()
            asked.visit.read(session)
        return answer

    async def may(self, subject: str, act: Act) -> bool:
        """Tell whether the account `subject` holds `act` and has no lapse, before anything else of it is asked."""
        session = Session(self.reader)
        try:
            account = await read_account(session, subject, Moment(self.clock()))
        finally:
            await session.close()
        return account is not None and not account.viewer.lapses and account.viewer.may(act)

    async def _in_time(self, session: Session, asked: Asked, moment: Moment) -> tuple[Operation, dict[str, Any]]:
        """Return the answer with the operation that made it, unless it takes too long: then Refused, or Refusal.

        The journal is written after that, in a time of its own: what has been read leaves one event, and no second.
        """
        begun: list[Operation] = []
        try:
            async with asyncio.timeout(self.deadline) as limit:
                with asked.visit.part("execute"):
                    answer = await self._answered(session, asked, moment, begun)
        except TimeoutError:
            if not limit.expired():  # the database's, or the pool's
                raise
            await session.abandon()
            refusal = Refusal(Code.TIMEOUT, _TOO_LONG.format(self.deadline))
            if begun:
                raise Refused(refusal, outcome_of(begun[-1], refusal.code)) from None
            raise refusal from None
        return begun[-1], answer

    async def _leave(self, session: Session, asked: Asked, moment: Moment, outcome: Outcome) -> None:
        """Give the reading connection back and write the event at the same time: neither waits for the other."""
        asked.visit.records = len(outcome.trail.touched)
        if asked.selection.needs.purpose:
            closing = asyncio.ensure_future(session.close())
            try:
                await self._write(asked, moment, outcome)
            finally:
                await closing

    async def _answered(self, session: Session, asked: Asked, moment: Moment, begun: list[Operation]) -> dict[str, Any]:
        """Return the answer, by what is believed of the account if that holds."""
        belief = self.beliefs.recall(asked.bearer.subject) if asked.selection.goes_by_belief else None
        if belief is not None:
            try:
                viewer = self._admitted(belief, asked)
                begun.append(self._operation(viewer, session, asked, moment, belief))
                return await self._execute(begun[-1], asked)
            except (AccountChanged, NotAdmitted):
                await session.rest()  # nobody is refused by a belief: the account is read, and decides
        read = await read_account(session, asked.bearer.subject, moment)
        if read is None:
            raise Refusal(Code.UNAUTHENTICATED, "the token names no account here: get a new one")
        self.beliefs.keep(read)
        begun.append(self._operation(self._admitted(read, asked), session, asked, moment))
        return await self._execute(begun[-1], asked)

    def _admitted(self, account: Belief, asked: Asked) -> Viewer:
        viewer = replace(account.viewer, on_behalf_of=asked.bearer.on_behalf_of)
        try:
            return admit(viewer, asked.selection.needs, asked.stated)
        except Refusal as refusal:
            raise NotAdmitted(refusal, Outcome(viewer, refusal.code)) from None

    def _operation(
        self, viewer: Viewer, session: Session, asked: Asked, moment: Moment, belief: Belief | None = None
    ) -> Operation:
        return Operation(
            viewer,
            moment,
            session,
            self.cursors,
            self.budget,
            self.versions,
            belief=belief,
            deeds=self.deeds,
            asking=asked.asking,
            hub=self.hub,
            trail=Trail(verdicts=Verdicts() if asked.traced else None),
        )

    async def _execute(self, operation: Operation, asked: Asked) -> dict[str, Any]:
        """Return the answer of one execution. Raises Refused, and AccountChanged where its belief does not hold."""
        if asked.run is None:
            result = await self.schema.answer(asked.selection.selected, asked.variables, operation)
        else:
            result = await asked.run(operation)
        operation.release()
        try:
            await operation.confirm()
            errors = [execution_error(error, asked.visit.id) for error in result.errors or ()]
        except AccountChanged:
            raise
        except Exception as cause:  # noqa: BLE001  # whatever it is, what was asked until then is kept
            refusal = cause if isinstance(cause, Refusal) else fault(cause, asked.visit.id)
            raise Refused(refusal, outcome_of(operation, refusal.code)) from None
        return {"errors": errors, "data": result.data} if errors else {"data": result.data}

    async def _trace(self, asked: Asked, operation: Operation, answer: dict[str, Any]) -> None:
        """Keep why the answer is as it is, if that was asked for, and add the id under which it is told.

        What is written is written whatever the operation touched: the id tells nothing.
        """
        verdicts = operation.trail.verdicts
        if self.traces is None or verdicts is None:
            return
        try:
            trace = await self.traces.keep(operation.viewer, operation.moment, verdicts)
        except Exception as cause:  # noqa: BLE001  # a help and no evidence: the answer leaves without it
            log.warning("a trace was not kept", extra={"request": asked.visit.id, "fault": type(cause).__name__})
            return
        if trace is not None:
            answer["extensions"] = {"trace": str(trace)}

    async def note(self, event: Event, visit: Visit) -> None:
        """Write one event. Raises Refusal UNAVAILABLE where that fails: then no answer leaves (R29)."""
        try:
            with visit.part("journal"):
                await self.journal.append(event)
        except Unwritten as unwritten:
            raise outage(unwritten.__cause__ or unwritten, visit.id) from None

    async def _write(self, asked: Asked, moment: Moment, outcome: Outcome) -> None:
        event = Event(
            id=self.new_id(),
            at=moment.now,
            viewer=outcome.viewer,
            route="graphql",
            operation_name=asked.selection.name,
            document_hash=asked.document_hash,
            outcome=outcome.code,
            trail=outcome.trail,
            attempts=outcome.attempts,
        )
        await self.note(event, asked.visit)

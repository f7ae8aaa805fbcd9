"""Alerts on accounts that are refused often, or touch many records, in one hour (R16).

Both are counted over the journal, by the watch, once the event is kept. So that not every event is counted anew, a
process keeps for each account what it has seen of the hour: it has the database count only when something is new, and
no more once that alone is twice what raises the alert.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Insert,
    Integer,
    Select,
    and_,
    bindparam,
    cast,
    exists,
    func,
    insert,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from authz.trail import AccessKind, Trail
from authz.viewer import Viewer
from resolvers.attempt import ALERT, EVENT, Attempt
from resolvers.clock import AN_HOUR, Moment
from resolvers.scope import ACCOUNT, NOW
from resolvers.store import tables as t
from resolvers.store.tables.base import Instant
from resolvers.store.words import AlertKind

REFUSED = ("FORBIDDEN", "PURPOSE_REQUIRED", "BUDGET_EXCEEDED")
"""The outcomes by which an operation was refused for who asked, why, or how much."""

KEPT = 10_000
"""How many accounts a process keeps in mind."""

_HOUR: Any = bindparam("alert_hour", type_=Instant())
_NEXT: Any = bindparam("alert_next_hour", type_=Instant())
_ENOUGH: Any = bindparam("alert_enough", type_=Integer())


class Happened(Protocol):
    """What an event of the journal tells of it."""

    @property
    def at(self) -> datetime: ...
    @property
    def viewer(self) -> Viewer: ...
    @property
    def outcome(self) -> str: ...
    @property
    def trail(self) -> Trail: ...


def _of_the_hour() -> tuple[Any, ColumnElement[bool]]:
    event = aliased(t.AccessEvent)
    return event, and_(event.account_id == ACCOUNT, event.at >= _HOUR, event.at < _NEXT)


def _refusals() -> Select[Any]:
    """Select refused operations, and things that were sought in vain; as many as are enough."""
    event, mine = _of_the_hour()
    other, theirs = _of_the_hour()
    subject = aliased(t.AccessSubject)
    missed = select(subject.id).join(other, (subject.event_id == other.id) & (subject.at == other.at))
    missed = missed.where(theirs, subject.kind == AccessKind.SOUGHT)
    refused = or_(*(event.outcome == code for code in REFUSED))
    both = union_all(select(event.id).where(mine, refused), missed)
    return select(both.subquery().c.id).limit(_ENOUGH)


def _records() -> Select[Any]:
    """Select the records that were touched, each once; as many as are enough."""
    event, mine = _of_the_hour()
    subject = aliased(t.AccessSubject)
    found = select(subject.child_id).join(event, (subject.event_id == event.id) & (subject.at == event.at))
    return found.where(mine, subject.child_id.is_not(None)).distinct().limit(_ENOUGH)


def _many(kind: AlertKind, counted: Select[Any]) -> Insert:
    """Return the statement that raises the one alert of the hour if there are enough."""
    row, told, before = t.Alert, aliased(t.Alert), aliased(t.AccessEvent)
    raised = exists().where(
        told.at >= _HOUR,
        told.at < _NEXT,
        told.kind == kind,
        before.id == told.event_id,
        before.at == told.at,
        before.account_id == ACCOUNT,
    )
    enough = select(func.count()).select_from(counted.subquery()).scalar_subquery() >= _ENOUGH
    due = select(ALERT, cast(kind, row.kind.type), NOW, EVENT, null()).where(~raised, enough)
    return insert(row).from_select([row.id, row.kind, row.at, row.event_id, row.child_id], due)


_STATEMENTS = {
    AlertKind.MANY_REFUSALS: _many(AlertKind.MANY_REFUSALS, _refusals()),
    AlertKind.MANY_RECORDS: _many(AlertKind.MANY_RECORDS, _records()),
}


@dataclass(slots=True)
class _Tally:
    refusals: int = 0
    records: set[UUID] = field(default_factory=set)


def _hour_of(event: Happened) -> datetime:
    return Moment(event.at).hour


def _refusals_in(event: Happened) -> int:
    return (event.outcome in REFUSED) + len(event.trail.sought)


def _records_in(event: Happened) -> set[UUID]:
    return {record for record, _ in event.trail.touched}


class Counting:
    """Says when the database is to count. `refusals` and `records` raise an alert; None of either never does."""

    def __init__(self, refusals: int | None, records: int | None) -> None:
        self._enough = {AlertKind.MANY_REFUSALS: refusals, AlertKind.MANY_RECORDS: records}
        self._hour: datetime | None = None
        self._tallies: OrderedDict[UUID, _Tally] = OrderedDict()

    def attempts(self, event: Happened) -> list[Attempt]:
        """Return what is to be counted with `event`, once it is kept."""
        hour = _hour_of(event)
        before = self._tallies.get(event.viewer.account) if hour == self._hour else None
        return [self._attempt(kind, hour) for kind in self._due(event, before or _Tally())]

    def kept(self, event: Happened) -> None:
        """Keep in mind what an event has added to the hour of its account: it is in the journal now."""
        if any(self._enough.values()):
            tally = self._tally(event.viewer.account, _hour_of(event))
            due = self._due(event, tally)
            tally.refusals += _refusals_in(event)
            if AlertKind.MANY_RECORDS in due:
                tally.records |= _records_in(event)

    def _due(self, event: Happened, before: _Tally) -> list[AlertKind]:
        """Return which kinds of alert `event` has something new for, and of which not twice enough was seen."""
        counted = {
            AlertKind.MANY_REFUSALS: (_refusals_in(event), before.refusals),
            AlertKind.MANY_RECORDS: (len(_records_in(event) - before.records), len(before.records)),
        }
        return [kind for kind, (new, seen) in counted.items() if new and seen < 2 * (self._enough[kind] or 0)]

    def _attempt(self, kind: AlertKind, hour: datetime) -> Attempt:
        bound = {"alert_hour": hour, "alert_next_hour": hour + AN_HOUR, "alert_enough": self._enough[kind]}
        return Attempt(_STATEMENTS[kind], bound, kind)

    def _tally(self, account: UUID, hour: datetime) -> _Tally:
        if hour != self._hour:
            self._hour = hour
            self._tallies.clear()
        tally = self._tallies.setdefault(account, _Tally())
        self._tallies.move_to_end(account)
        if len(self._tallies) > KEPT:
            self._tallies.popitem(last=False)
        return tally


UNCOUNTED = Counting(None, None)
"""By which no account is counted."""

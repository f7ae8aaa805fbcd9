"""Alerts on who is close: the own record, one of the own household, a colleague's child (R16).

They are decided by the watch, a moment after the answer has left (decision 25), by one statement that is the same
whatever is found. No verdict asks what it asks: an address that matches changes no answer.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Insert,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from authz.trail import AccessKind
from resolvers.attempt import TOGETHER, Attempt
from resolvers.counting import Happened
from resolvers.scope import current
from resolvers.store import tables as t
from resolvers.store.hours import whole_hour
from resolvers.store.keys import among
from resolvers.store.tables.base import Instant
from resolvers.store.words import AlertKind, ReachKind

KINDS = (AlertKind.OWN_RECORD, AlertKind.SAME_HOUSEHOLD, AlertKind.COLLEAGUES_CHILD)
"""What a record that was touched may raise: the first of these that holds."""

_OWN, _HOME, _COLLEAGUES = range(len(KINDS))


_FIRST, _LAST = (bindparam(name, type_=Instant()) for name in ("kin_first", "kin_last"))


class Written(NamedTuple):
    """Some events as they are kept, and their subjects; their times tell the days that they are in."""

    events: Any
    subjects: Any

    def columns(self, rank: ColumnElement[int]) -> tuple[Any, ...]:
        """Return what is told of a subject that may raise the kind of alert that `rank` gives."""
        event, subject = self.events.c, self.subjects.c
        named = {"subject": subject.id, "child": subject.child_id, "event": event.id, "at": event.at}
        return *(column.label(name) for name, column in named.items()), event.account_id.label("account"), rank


def _written() -> Written:
    event, subject = t.AccessEvent, t.AccessSubject
    events = select(event.id, event.at, event.account_id, event.organisation_id)
    subjects = select(subject.id, subject.event_id, subject.child_id, subject.kind)
    return Written(
        events.where(among(event.id, "kin_events"), event.at.between(_FIRST, _LAST)).subquery(),
        subjects.where(among(subject.event_id, "kin_events"), subject.at.between(_FIRST, _LAST)).subquery(),
    )


def _cared_for(written: Written) -> Select[Any]:
    """Select the subjects whose carer is somebody of the body that asked: the account's own, or a colleague."""
    event, subject, account, link = written.events, written.subjects, aliased(t.Account), aliased(t.Contact)
    own = account.id == event.c.account_id
    colleague = and_(account.organisation_id == event.c.organisation_id, account.person_id.is_not(None))
    found = select(*written.columns(case((own, _OWN), else_=_COLLEAGUES).label("rank"))).select_from(event)
    found = found.join(account, colleague).join(link, and_(link.person_id == account.person_id, current(link)))
    found = found.join(subject, and_(subject.c.event_id == event.c.id, subject.c.child_id == link.child_id))
    # A list may name whom nobody looked for; who opens a record has chosen it.
    return found.where(or_(own, subject.c.kind == AccessKind.OPENED))


def _at_home(written: Written) -> Select[Any]:
    """Select the subjects who live where the account's own person lives."""
    event, subject, account = written.events, written.subjects, aliased(t.Account)
    home, reach = aliased(t.PersonReach), aliased(t.ChildReach)
    found = select(*written.columns(literal(_HOME).label("rank"))).select_from(event)
    found = found.join(account, account.id == event.c.account_id).join(home, home.person_id == account.person_id)
    found = found.join(subject, subject.c.event_id == event.c.id)
    lives = and_(reach.child_id == subject.c.child_id, reach.replaced_at.is_(None), reach.kind == ReachKind.CURRENT)
    return found.join(reach, and_(lives, _same_address(home, reach)))


def _same_address(one: Any, other: Any) -> ColumnElement[bool]:
    lines = func.lower(one.address_lines) == func.lower(other.address_lines)
    return or_(one.uprn == other.uprn, and_(one.postcode_key == other.postcode_key, lines))


def _raised(found: Any) -> ColumnElement[bool]:
    """Return the condition that the alert on a row of `found` has been raised in its hour."""
    told, before = aliased(t.Alert), aliased(t.AccessEvent)
    of_hour = (told.at >= whole_hour(found.at), told.kind == _kind(found), told.child_id == found.child)
    event = (before.id == told.event_id, before.at == told.at, before.account_id == found.account)
    return exists().where(*of_hour, *event)


def _kind(found: Any) -> ColumnElement[Any]:
    return case(*((found.rank == n, each) for n, each in enumerate(KINDS))).cast(t.Alert.kind.type)


def _first_of(found: Any, *by: str, order: str) -> Any:
    """Return the rows of `found` that are the first by `order` of all that are alike `by` these columns."""
    number = func.row_number().over(partition_by=[found.c[name] for name in by], order_by=found.c[order])
    numbered = select(found, number.label("number")).subquery()
    return select(*(numbered.c[name] for name in found.c.keys())).where(numbered.c.number == 1)  # noqa: SIM118


def _alerts(written: Written) -> Insert:
    """Return the statement that raises what alerts are due on the events of `written`.

    One an account, kind and record in an hour, and one an event and kind: who works with a colleague's child need not
    be looked at with every page. An alert has the key of its subject, so that it is the same however often this runs.
    """
    close = union_all(_cared_for(written), _at_home(written)).subquery()
    of_each = [column for column in close.c if column.key != "rank"]
    nearest = select(*of_each, func.min(close.c.rank).label("rank")).group_by(*of_each).subquery()
    anew = _first_of(nearest, "account", "rank", "child", order="at").subquery()
    due = select(anew).where(~_raised(anew.c)).subquery()
    first = _first_of(due, "event", "rank", order="child").subquery().c
    alert, values = t.Alert, select(first.subject, _kind(first), first.at, first.event, first.child)
    return insert(alert).from_select([alert.id, alert.kind, alert.at, alert.event_id, alert.child_id], values)


def _together(bound: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return what is bound for several events at once."""
    ids = [each["alert_event"] for each in bound]
    times = [each["now"] for each in bound]
    return {"kin_events": ids, "kin_first": min(times), "kin_last": max(times), "today": bound[-1]["today"]}


_STATEMENT = _alerts(_written()).execution_options(**{TOGETHER: _together})


def close_ones(event: Happened) -> Attempt | None:
    """Return the attempt that looks whether somebody close was looked at; None where no record was touched."""
    return Attempt(_STATEMENT, {}) if event.trail.touched else None

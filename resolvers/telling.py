"""What a row of the journal tells: to a directory team less of a record that is or was shielded, as SQL (R30).

A row is *open* to a team where the record is open now and was when the event was written, and the body of who looked
is known to the team. Of any other row neither person, body, nor free text leaves the database, and the time is told by
the whole hour: one operation may have touched an open record too, whose row tells the minute. Every order, bound and
cursor goes by the time that is told.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, false, func, null, or_, select, true
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import BindParameter

from authz.oversight import Oversight, oversight_of
from authz.words import FieldGroup, Role
from resolvers.judged import of_the_law
from resolvers.scope import known, sees_where, whole_journal
from resolvers.store import tables as t
from resolvers.store.hours import hour_of, whole_hour
from resolvers.store.tables.base import Instant
from resolvers.store.words import STANDING_STATES

Condition = ColumnElement[bool]

SINCE: BindParameter[Any] = bindparam("told_since", type_=Instant())
BEFORE: BindParameter[Any] = bindparam("before", type_=Instant())

EVENT, SUBJECT, CHILD = aliased(t.AccessEvent), aliased(t.AccessSubject), aliased(t.Child)
BODY, ACCOUNT = aliased(t.Organisation), aliased(t.Account)


def _closed(subject: Any, child: Any) -> Condition:
    """Return the condition that a record was shielded when the event was written, or is now, or that nobody knows.

    A record that is gone or concealed counts as shielded, and what was sought in vain may have been one (R41).
    """
    return of_the_law(func.coalesce(or_(subject.child_id.is_(None), subject.shielded, _shut(child)), True))


def _shut(child: Any) -> Condition:
    """Return the condition that a record is anything but open now."""
    shield = aliased(t.Shield)
    standing = select(shield.id).where(shield.child_id == child.id, shield.state.in_(STANDING_STATES))
    return of_the_law(or_(child.id.is_(None), child.concealed_at.is_not(None), any_of(standing)))


def any_of(rows: Select[Any]) -> Condition:
    """Return the condition that there is one of `rows`, looked up for each row that is told.

    It is EXISTS in a form of which no database makes a list of all shields, or of all that was touched, beforehand.
    """
    return rows.limit(1).scalar_subquery().is_not(None)


def in_days(at: Any) -> Condition:
    """Return the condition that an instant is in one of the days that are read.

    It stands beside each table of the journal, so that a database looks into no other day: what a join would tell comes
    too late for that.
    """
    return and_(at >= SINCE, at < BEFORE)


def _others(event: Any) -> tuple[Any, Select[Any]]:
    """Return a subject of the operation that an event is of, and the statement that selects all such.

    Each deed of a mutation has an event of its own; what they share, as their reason, is of one account and one moment.
    """
    other, beside = aliased(t.AccessSubject), aliased(t.AccessEvent)
    together = beside.account_id == event.account_id, beside.at == event.at, in_days(beside.at)
    return other, select(other.id).join(beside, _of(other, beside)).where(*together)


def _of(subject: Any, event: Any) -> Condition:
    """Return the condition that a subject is of an event: by its key, and by its time, which tells the day."""
    return and_(subject.event_id == event.id, subject.at == event.at, in_days(subject.at))


@dataclass(frozen=True)
class Telling:
    """What is told to viewers of one role."""

    role: Role

    @cached_property
    def whole(self) -> bool:
        return oversight_of(self.role) is Oversight.WHOLE

    @cached_property
    def reads(self) -> Condition:
        """The condition that the role reads the journal at all."""
        return false() if oversight_of(self.role) is Oversight.NONE else true()

    @cached_property
    def open(self) -> Condition:
        """The condition that who looked is told: to auditors always, to a team for open rows."""
        if self.whole:
            return true()
        return of_the_law(and_(~_closed(SUBJECT, CHILD), func.coalesce(known(BODY), False)))

    @cached_property
    def at(self) -> ColumnElement[Any]:
        """The time that is told."""
        at: Any = EVENT.at
        return at if self.whole else case((self.open, at), else_=whole_hour(at))

    @cached_property
    def key(self) -> ColumnElement[Any]:
        """The key of a row: of the subject, or of an event that has none."""
        key: Any = SUBJECT.id
        return func.coalesce(key, EVENT.id) if self.whole else key

    @cached_property
    def speaks(self) -> Condition:
        """The condition that the free text is told.

        To auditors where everything that the operation touched is open; to a team where it touched nothing but this
        record: a reason may speak of all that is asked for.
        """
        other, others = _others(EVENT)
        if self.whole:
            child = aliased(t.Child)
            shut = others.outerjoin(child, child.id == other.child_id).where(_closed(other, child))
            return of_the_law(and_(SUBJECT.id.is_not(None), ~any_of(shut)))
        another = or_(other.child_id.is_(None), other.child_id != SUBJECT.child_id)
        return of_the_law(and_(self.open, ~any_of(others.where(another))))

    def columns(self) -> list[ColumnElement[Any]]:
        """Return what a row tells; `shut` is whether its record is anything but open now, for the journal."""
        return [
            self.key.label("key"),
            self.at.label("told_at"),
            SUBJECT.id.label("subject"),
            SUBJECT.child_id.label("child_id"),
            SUBJECT.sought.label("sought"),
            SUBJECT.kind.label("kind"),
            SUBJECT.disclosed.label("disclosed"),
            SUBJECT.withheld.label("withheld"),
            SUBJECT.override.label("override"),
            EVENT.role.label("role"),
            EVENT.purpose.label("purpose"),
            self._told(EVENT.account_id).label("viewer"),
            ACCOUNT.name.label("viewer_name"),
            self._told(BODY.name).label("organisation"),
            BODY.kind.label("organisation_kind"),
            case((self.speaks, EVENT.reason), else_=null()).label("reason"),
            _shut(CHILD).label("shut"),
        ]

    def _told(self, value: Any) -> ColumnElement[Any]:
        return value if self.whole else case((self.open, value), else_=null())

    def joined(self, found: Select[Any]) -> Select[Any]:
        """Return `found` from the rows that the role reads: all events, or subjects whose TRAIL is in sight."""
        tied = _of(SUBJECT, EVENT)
        found = found.where(in_days(EVENT.at))
        if self.whole:
            found = found.select_from(EVENT).outerjoin(SUBJECT, and_(tied, whole_journal(SUBJECT)))
            found = found.outerjoin(CHILD, CHILD.id == SUBJECT.child_id).where(whole_journal(EVENT))
        else:
            found = found.select_from(EVENT).join(SUBJECT, tied).join(CHILD, CHILD.id == SUBJECT.child_id)
            found = found.where(self.reads, sees_where(self.role, (FieldGroup.TRAIL,), CHILD))
        return found.outerjoin(BODY, BODY.id == EVENT.organisation_id).outerjoin(
            ACCOUNT, and_(ACCOUNT.id == EVENT.account_id, self.open)
        )

    def order(self) -> tuple[Any, ...]:
        """Return what rows are sorted by, the latest first; an index of hours serves it."""
        at: Any = EVENT.at
        return hour_of(at).desc(), self.at.desc(), self.key.desc()

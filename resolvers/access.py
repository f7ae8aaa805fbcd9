"""The journal as it is read: events by record, by viewer and by time, for auditors and responsible teams (R29, R30)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Select, Text, Uuid, bindparam, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import BindParameter

from authz.oversight import Oversight, oversight_of
from authz.trail import AccessKind
from authz.words import FieldGroup, Role, Standing
from resolvers.access_records import AccessRecord
from resolvers.cursor import SealedScope
from resolvers.ids import Kind, read_id, read_key, write_id
from resolvers.page import LIMIT, Page, cut
from resolvers.reading import BOTH, Row, reading
from resolvers.references import Referred, read_reference, reference, reference_to_sought
from resolvers.scope import whole_journal
from resolvers.store import tables as t
from resolvers.telling import EVENT, SUBJECT, Telling, in_days
from resolvers.window import read_window, within

if TYPE_CHECKING:
    from resolvers.context import Operation


class By(Enum):
    """By what events are asked for, beside time."""

    RECORD = auto()
    SOUGHT = auto()
    EVENT = auto()
    ROW = auto()
    VIEWER = auto()


SHAPES: tuple[tuple[By, ...], ...] = ((), *((by,) for by in By), (By.RECORD, By.ROW, By.VIEWER))
"""By what the proof sees events asked for: each alone, and several at once, which only join more conditions by AND."""


def _key(name: str) -> BindParameter[Any]:
    return bindparam(name, type_=Uuid())


_OF_RECORD, _OF_EVENT, _OF_VIEWER = _key("of_record"), _key("of_event"), _key("of_viewer")
_SOUGHT: BindParameter[Any] = bindparam("of_sought", type_=Text())


def _asked(telling: Telling, by: By) -> ColumnElement[bool]:
    """Return the condition that a row is of what is asked for.

    Whoever asks a team's row by its viewer, or by the event that another row is of, learns who looked: so only rows
    that tell it are found by it.
    """
    if by is By.VIEWER:
        return (EVENT.account_id == _OF_VIEWER) & telling.open
    if by is By.EVENT:
        return (EVENT.id == _OF_EVENT) & telling.open
    if by is By.ROW and telling.whole:
        row = aliased(t.AccessSubject)
        return EVENT.id.in_(select(row.event_id).where(row.id == _OF_EVENT, in_days(row.at), whole_journal(row)))
    conditions = {
        By.RECORD: SUBJECT.child_id == _OF_RECORD,
        By.SOUGHT: SUBJECT.sought == _SOUGHT,
        By.ROW: SUBJECT.id == _OF_EVENT,
    }
    return conditions[by]


@reading(AccessRecord, role=Role, by=SHAPES, after=BOTH)
def _listed(role: Role, by: tuple[By, ...], *, after: bool) -> Select[Any]:
    telling = Telling(role)
    found = telling.joined(select(*telling.columns())).where(within(telling, after=after))
    found = found.where(*(_asked(telling, each) for each in by))
    return found.order_by(*telling.order()).limit(LIMIT)


def read_access(operation: "Operation", row: Row) -> AccessRecord:
    """Return one row of the journal as it is told."""
    return AccessRecord(
        key=row.key,
        at=row.told_at,
        record=_reference(operation, row),
        kind=row.kind or AccessKind.SOUGHT,
        viewer_key=row.viewer,
        viewer_name=row.viewer_name,
        role=row.role,
        organisation=row.organisation,
        organisation_kind=row.organisation_kind,
        purpose=row.purpose,
        reason=row.reason,
        disclosed=_groups(row.disclosed),
        withheld=_groups(row.withheld),
        override=bool(row.override),
        whole_event=row.subject is None,
    )


def _reference(operation: "Operation", row: Row) -> str:
    if row.child_id is not None:
        return reference(operation, row.child_id)
    return "" if row.sought is None else reference_to_sought(row.sought)


def _groups(names: Sequence[str] | None) -> list[FieldGroup]:
    """Return the public groups among `names`, in order: of own rows the trail tells what was withheld."""
    return [group for group in FieldGroup if group in (names or ())]


@dataclass(frozen=True, slots=True)
class Question:
    """What events are asked for; None asks for all."""

    event: str | None
    record: str | None
    viewer: str | None
    since: datetime | None
    until: datetime | None

    @property
    def named(self) -> list[str]:
        """The ids and references that are asked for."""
        return [text for text in (self.event, self.record, self.viewer) if text is not None]


async def access_events(operation: "Operation", asked: Question, first: int, after: str | None) -> Page[AccessRecord]:
    """Return a page of the journal, the latest first: all that the viewer reads of it, or what is asked for.

    Each record on it is noted as one whose trail was read, and charged as the ids asked for are (R14). Raises BadInput
    for a cursor that is not of this list, and for times that cannot be meant.
    """
    window = read_window(operation.moment.now, asked.since, asked.until)
    scope = SealedScope(operation.cursor_secret, operation.viewer.account, "accessEvents", arguments=repr(asked))
    window = window if after is None else replace(window, mark=scope.unseal(after))
    await operation.charge(*(asked.named or [f"search {uuid4()}"]))
    referred = None if asked.record is None else read_reference(operation, asked.record) or Referred()
    statement, bound = _statement(operation, asked, referred, after=after is not None)
    rows = await operation.rows(statement, **bound, **window.bound, limit=first + 1)
    if not rows and after is None:
        _note_missed(operation, asked, referred)
    page = cut([read_access(operation, row) for row in rows], first, scope, has_previous=after is not None)
    await _note(operation, rows[:first])
    return page


def _statement(
    operation: "Operation", asked: Question, referred: Referred | None, *, after: bool
) -> tuple[Any, dict[str, Any]]:
    """Return the statement for what is asked, and what it binds; None is bound for what names nothing."""
    by, bound = list[By](), dict[str, Any]()
    if referred is not None:
        by.append(By.SOUGHT if referred.sought else By.RECORD)
        bound |= {"of_record": referred.record, "of_sought": referred.sought}
    if asked.event is not None:
        kind, key = read_id(asked.event) or (Kind.EVENT, None)
        by.append(By.ROW if kind is Kind.ACCESS else By.EVENT)
        bound["of_event"] = key if kind in {Kind.EVENT, Kind.ACCESS} else None
    if asked.viewer is not None:
        by.append(By.VIEWER)
        bound["of_viewer"] = read_key(asked.viewer, Kind.ACCOUNT)
    return _listed(operation.viewer.role, tuple(by), after=after), bound


async def _note(operation: "Operation", rows: Sequence[Row]) -> None:
    """Note and charge the records that a page names."""
    whole = oversight_of(operation.viewer.role) is Oversight.WHOLE
    standing = Standing.NONE if whole else Standing.RESPONSIBLE
    named = {row.child_id: bool(row.shut) for row in rows if row.child_id is not None}
    for child, shut in named.items():
        operation.trail.traced(child, standing, shielded=shut)
    await operation.charge(*(write_id(Kind.CHILD, child) for child in named))


def _note_missed(operation: "Operation", asked: Question, referred: Referred | None) -> None:
    """Note what was asked for in vain; a reference as the record that it is of, so that a conflict is noticed (R16)."""
    if referred is not None and referred.record is not None:
        operation.trail.missed(write_id(Kind.CHILD, referred.record))
    for text in (asked.event, asked.viewer, None if referred is not None and referred.record else asked.record):
        if text is not None:
            operation.trail.missed(text)

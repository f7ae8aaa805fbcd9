"""Attempts: what an operation asked for and did not get. One on a record in conflict raises an alert (R16).

Whether it was one the watch asks, once the event is kept and the answer has left, by texts that are the same whatever
is found: the answer and the statements that made it know nothing of it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Insert, Uuid, and_, bindparam, cast, exists, insert, or_, select
from sqlalchemy.sql.util import ClauseAdapter
from sqlalchemy.sql.visitors import iterate

from authz.words import FieldGroup, Standing
from resolvers.clock import Moment
from resolvers.ids import Kind, read_id
from resolvers.numbers import read_number
from resolvers.scope import NOW, condition, current
from resolvers.store import tables as t
from resolvers.store.keys import among
from resolvers.store.words import AlertKind

ALERT, EVENT = bindparam("alert_id", type_=Uuid()), bindparam("alert_event", type_=Uuid())
TOGETHER = "together"
"""The option of a statement that is run once for several events: what it binds for them, of what each binds."""

CONFLICT = cast(AlertKind.CONFLICT, t.Alert.kind.type)


@dataclass(frozen=True, slots=True, eq=False)
class Attempt:
    """What was asked for: a statement that raises the alert if it is due, and what it binds of the question."""

    statement: Insert
    parameters: Mapping[str, Any]
    kind: AlertKind = AlertKind.CONFLICT

    def bound(self, account: UUID, event: UUID, now: Any) -> dict[str, Any]:
        """Return all that the statement binds, for an attempt of `account` that `event` tells of."""
        ours = {"viewer_account": account, "now": now, "today": Moment(now).today}
        return {**self.parameters, **ours, "alert_event": event, "alert_id": alert_id(event, self.kind)}


def alert_id(event: UUID, kind: AlertKind) -> UUID:
    """Return the id of the one alert of this kind that an event raises; it follows from the event's own."""
    return UUID(bytes=sha256(event.bytes + kind.encode()).digest()[:16], version=4)


_IN_CONFLICT = select(t.Child).where(condition(t.Child, Standing.CONFLICTED)).offset(0).subquery()
"""The records in conflict, few for any account. The offset has a database take them first, and look for what was asked
among them: from there it would walk all children of a common name."""


def _alert(asked: ColumnElement[bool]) -> Insert:
    """Return the statement that raises one alert an event where a record that was `asked` for is in conflict."""
    row = t.Alert
    raised = exists().where(row.at == NOW, row.event_id == EVENT, row.kind == AlertKind.CONFLICT)
    due = (
        select(ALERT, CONFLICT, NOW, EVENT, _IN_CONFLICT.c.id)
        .where(ClauseAdapter(_IN_CONFLICT).traverse(asked), ~raised)
        .limit(1)
    )
    return insert(row).from_select([row.id, row.kind, row.at, row.event_id, row.child_id], due)


_SOUGHT = _alert(
    or_(
        among(t.Child.id, "sought_children"),
        among(t.Child.directory_number, "sought_numbers"),
        t.Child.id.in_(select(t.Contact.child_id).where(among(t.Contact.id, "sought_contacts"))),
    )
)


def sought(texts: Collection[str]) -> Attempt:
    """Return the attempt on whatever `texts`, ids and directory numbers that gave nothing, are of."""
    keys = [key for text in texts if (key := read_id(text)) is not None]
    numbers = [number for text in texts if (number := read_number(text)) is not None]
    return Attempt(
        _SOUGHT,
        {
            "sought_children": [key.key for key in keys if key.kind is Kind.CHILD],
            "sought_contacts": [key.key for key in keys if key.kind is Kind.CONTACT],
            "sought_numbers": numbers,
        },
    )


def _of_identity(condition: ColumnElement[bool]) -> bool:
    """Tell whether `condition` compares nothing but columns that are labelled IDENTITY."""
    columns = [part for part in iterate(condition) if isinstance(part, Column)]
    return all(column.info["group"] is FieldGroup.IDENTITY for column in columns)


def searched(criteria: Mapping[str, ColumnElement[bool]]) -> Insert | None:
    """Return the statement of an attempt by a search for children, from its conditions by the criteria's names.

    Only those on a child's identity take part: whether an address or a number of another body matches must not
    decide on an alert. None where they alone would be no search.
    """
    kept = {name: asked for name, asked in criteria.items() if _of_identity(asked)}
    named = "familyName" in kept and ("dateOfBirth" in kept or "bornBetween" in kept)
    if not named and "directoryNumber" not in kept:
        return None
    return _alert(and_(*kept.values()))


def searched_contacts(carer: ColumnElement[bool]) -> Insert:
    """Return the statement of an attempt by a search for contacts, from its conditions on the name of a carer."""
    link, person = t.Contact, t.Person
    cared_for = select(link.child_id).join(person, person.id == link.person_id).where(current(link), carer)
    return _alert(t.Child.id.in_(cared_for))

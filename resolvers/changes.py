"""Changes as viewers may hear of them: which concern whose caseload, and what one is to a viewer now (R34).

The law is asked twice, by the facts of the present each time. One statement asks for all accounts of a process whose
streams are open, so that a change which none of them may hear of costs each of them nothing. What it lets through is
decided anew when the event is told, in a snapshot of the viewer's own, by `resolvers/caseload_event.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Uuid,
    and_,
    bindparam,
    case,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.sql.visitors import replacement_traverse

from authz.change import heard
from authz.policy import ACTS
from authz.sight import sight_of, sight_of_contact
from authz.viewer import Viewer
from authz.words import Act, FieldGroup, Role
from resolvers.clock import Moment
from resolvers.contact import sibling_codes
from resolvers.facts import FACTS, read_codes
from resolvers.judged import judged, of_the_law
from resolvers.reading import Row, reading
from resolvers.scope import current, facts_code
from resolvers.session import Session
from resolvers.store import tables as t
from resolvers.store.keys import among
from resolvers.store.words import CaseloadChange

FROM: BindParameter[Any] = bindparam("from_position", type_=BigInteger())
"""The change after which to begin."""
UP_TO: BindParameter[Any] = bindparam("up_to_position", type_=BigInteger())

ROLES = tuple(role for role in Role if Act.CASELOAD in ACTS[role])
"""The roles that have a caseload."""

_WORK = {
    CaseloadChange.SOMEONE_BECAME_INVOLVED: (FieldGroup.SENSITIVE_SERVICES, FieldGroup.SERVICES),
    CaseloadChange.INVOLVEMENT_ENDED: (FieldGroup.SENSITIVE_SERVICES, FieldGroup.SERVICES),
}
"""The groups that say of what kind the work is that a change is about; of two the first counts."""

_ASKING = "asking"
"""The name of the account, in a statement for many of them, that stands where one viewer is bound otherwise."""

_OF_ASKING = {
    "viewer_account": f"{_ASKING}.id",
    "viewer_practitioner": f"{_ASKING}.practitioner_id",
    "viewer_organisation": f"{_ASKING}.organisation_id",
    "viewer_authority": f"CASE WHEN {_ASKING}.role = 'DIRECTORY_TEAM' THEN {_ASKING}_body.authority_id END",
}


class Concern(NamedTuple):
    """A change that concerns an account: which record, what it is to this viewer, and its number."""

    account: UUID
    child: UUID
    kind: CaseloadChange
    position: int


@dataclass(frozen=True, slots=True)
class Span:
    """Changes after one number, up to another."""

    after: int
    up_to: int

    @property
    def bound(self) -> Mapping[str, int]:
        """What a statement binds that asks `within_span`."""
        return {"from_position": self.after, "up_to_position": self.up_to}


def within_span(change: Any) -> ColumnElement[bool]:
    """Return the condition that a change is in the span that is bound."""
    return and_(change.position > FROM, change.position <= UP_TO)


def about_a_carer_of_now(change: Any) -> ColumnElement[bool]:
    """Return the condition that a change which is about a carer is about one whom the child has now."""
    link = aliased(t.Contact)
    now = select(link.id).where(link.child_id == change.child_id, link.person_id == change.person_id, current(link))
    return or_(change.person_id.is_(None), now.exists())


def kind_for(viewer: Viewer, row: Row) -> CaseloadChange | None:
    """Return what the change in `row` is to `viewer` now, None where it is nothing that this viewer may hear of.

    How to reach a carer belongs to WHEREABOUTS as where the child is does. So where a change is about a carer, the
    verdict on the contact counts (R8).
    """
    facts = FACTS[row.facts]
    sight = sight_of_contact(viewer, sight_of(viewer, facts), facts, read_codes(row.siblings))
    own = row.worker is not None and row.worker == viewer.practitioner
    seen = heard(sight, map(FieldGroup, row.groups), own=own)
    if not sight.exists or not seen:
        return None
    what: CaseloadChange = row.what or CaseloadChange.DETAILS_CHANGED
    of_work = [group for group in _WORK.get(what, ()) if group in row.groups]
    return what if not of_work or of_work[0] in seen else CaseloadChange.DETAILS_CHANGED


def change_columns(change: Any, siblings: ColumnElement[Any]) -> list[Any]:
    """Return the columns of a change, for `kind_for` to read beside the facts of its record."""
    worker = change.practitioner_id.label("worker")
    return [change.position, change.groups, change.what, worker, siblings.label("siblings")]


def siblings_of(role: Role, child: Any, change: Any) -> ColumnElement[Any]:
    """Return the facts of the shielded children who share with `child` the carer whom a change is about (R8).

    They are one text, null for a change that is about no carer, and for a carer of no such child.
    """
    link = aliased(t.Contact)
    carer = link.child_id == child.id, link.person_id == change.person_id, current(link)
    found = select(sibling_codes(role, link)).select_from(link).where(*carer).limit(1)
    return of_the_law(found.scalar_subquery())


def _for_asking(clause: Any) -> Any:
    """Return `clause` with the account `asking` of each row in the place of the one viewer that is bound otherwise.

    It is put in as text, not as a column: a column would be looked for among the tables of each inner SELECT.
    """

    def in_its_place(element: Any, **_: Any) -> Any:
        named = element.key if isinstance(element, BindParameter) else None
        return literal_column(_OF_ASKING[named], Uuid()) if named in _OF_ASKING else None

    return replacement_traverse(clause, {}, in_its_place)


@reading()
def _concerns() -> Select[*tuple[Any, ...]]:
    """Select the changes of a span on records that accounts work with now, each with the facts of the law for each."""
    change, child = t.Change, aliased(t.Child)
    asking, body, work = (
        aliased(t.Account, name=_ASKING),
        aliased(t.Organisation, name=f"{_ASKING}_body"),
        aliased(t.Involvement),
    )
    pairs = (
        select(change.position.label("changed"), asking.id.label("account_id"))
        .join(work, judged(and_(work.child_id == change.child_id, current(work))))
        .join(asking, judged(asking.practitioner_id == work.practitioner_id))
        .where(within_span(change), about_a_carer_of_now(change), among(asking.id, "keys"))
        .distinct()
        .subquery()
    )
    facts, siblings = (
        of_the_law(case(*((asking.role == role, _for_asking(of(role))) for role in ROLES), else_=None))
        for of in (lambda role: facts_code(role, child), lambda role: siblings_of(role, child, change))
    )
    shown = [asking.id.label("account_id"), asking.role, asking.organisation_id, asking.practitioner_id]
    return (
        select(*shown, change.child_id, *change_columns(change, siblings), facts.label("facts"))
        .join(pairs, pairs.c.changed == change.position)
        .join(child, child.id == change.child_id)
        .join(asking, asking.id == pairs.c.account_id)
        .join(body, body.id == asking.organisation_id)
        .where(asking.role.in_(ROLES))
        .order_by(change.position)
    )


async def concerns(session: Session, accounts: Sequence[UUID], span: Span, moment: Moment) -> list[Concern]:
    """Return which changes of `span` concern which of `accounts`, as far as each may hear of them, in order."""
    rows = await session.rows(_concerns(), {**times(moment), **span.bound, "keys": accounts})
    found = ((row, kind_for(_viewer(row), row)) for row in rows)
    return [Concern(row.account_id, row.child_id, kind, row.position) for row, kind in found if kind is not None]


def times(moment: Moment) -> Mapping[str, Any]:
    """Return what a statement for many accounts binds: the moment, and nobody."""
    return {
        "now": moment.now,
        "today": moment.today,
        "adults_born_by": moment.adults_born_by,
        "archived_deaths": moment.archived_deaths,
    }


def _viewer(row: Row) -> Viewer:
    """Return who is asking, as far as the verdict turns on it; lapses are looked for elsewhere (`still_in_force`)."""
    return Viewer(
        account=row.account_id,
        name="",
        role=row.role,
        organisation=row.organisation_id,
        practitioner=row.practitioner_id,
    )

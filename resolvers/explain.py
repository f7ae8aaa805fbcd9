"""What the law reads of one record for one account, so that a verdict can be explained; no value of the record."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, or_, select

from authz.rules import Facts
from authz.sight import Sight, sight_of, sight_of_contact
from authz.table import standings_that_matter
from authz.viewer import Viewer
from authz.words import Role, Standing
from resolvers.account import find_viewer
from resolvers.clock import Moment
from resolvers.contact import sibling_codes
from resolvers.context import lens
from resolvers.facts import FACTS, read_codes
from resolvers.ids import Kind, read_key
from resolvers.judged import judged
from resolvers.numbers import read_number
from resolvers.reading import reading
from resolvers.scope import current, facts_code
from resolvers.session import Session
from resolvers.store import tables as t


class NotThere(LookupError):  # noqa: N818  # as BadInput is: it says what is the matter
    """There is no such account or record; the message says which, and what to give."""


@dataclass(frozen=True, slots=True)
class Known:
    """All that decides one verdict: who looks, the facts of the record, and the sights that follow from them.

    `read` are the standings that are read for the viewer's role; no other changes a verdict. `carers` are the
    different sights of the record's carers, which R8 may narrow.
    """

    viewer: Viewer
    key: UUID
    read: Standing
    facts: Facts
    sight: Sight
    carers: frozenset[Sight]


async def look_up(session: Session, moment: Moment, subject: str, asked: str) -> Known:
    """Return what decides the verdict on the record whose number or id is `asked`, for the account `subject`.

    It tells that a record exists whatever the verdict, so it is for an operator's machine and never for a request.
    Facts alone are selected, by the columns that every request reads them by. Raises NotThere.
    """
    viewer = await find_viewer(session, subject, moment)
    if viewer is None:
        raise NotThere(f"`{subject}` is the subject of no account: give one as tokens name it")
    binds = {**lens(viewer, moment), "number": read_number(asked), "key": read_key(asked, Kind.CHILD)}
    rows = await session.rows(_facts(viewer.role), binds)
    if not rows:
        raise NotThere("there is no record with this directory number or id: look for a slip in it")
    (row,) = rows
    facts = FACTS[row.facts]
    sight = sight_of(viewer, facts)
    carers = await session.rows(_siblings(viewer.role), {**binds, "key": row.id})
    return Known(
        viewer=viewer,
        key=row.id,
        read=standings_that_matter(viewer.role) | Standing.INVOLVED,
        facts=facts,
        sight=sight,
        carers=frozenset(sight_of_contact(viewer, sight, facts, read_codes(carer.siblings)) for carer in carers),
    )


@reading(role=Role)
def _facts(role: Role) -> Select[Any]:
    child = t.Child
    columns: list[Any] = [child.id, facts_code(role, child).label("facts")]
    # Marked as of the law: an operator asks, and no viewer's sight of the number has a part in it.
    number = judged(child.directory_number == bindparam("number", type_=child.directory_number.type))
    return select(*columns).where(or_(number, child.id == bindparam("key", type_=child.id.type)))


@reading(role=Role)
def _siblings(role: Role) -> Select[Any]:
    link = t.Contact
    siblings: Select[Any] = select(sibling_codes(role, link).label("siblings"))
    return siblings.where(link.child_id == bindparam("key", type_=link.child_id.type), current(link))

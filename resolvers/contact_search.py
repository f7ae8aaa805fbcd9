"""The search for contacts: finds carers by their names, and narrows by what this viewer sees of them (R4, R8)."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Insert, Select, and_, select
from sqlalchemy.orm import aliased

from authz.words import FieldGroup, Role
from resolvers.attempt import Attempt, searched_contacts
from resolvers.child import child_columns, read_child
from resolvers.contact import NAMES, contact_columns, details_in_sight, read_contact
from resolvers.criteria import ContactCriteria, Shape, contact_shapes
from resolvers.page import LIMIT, Page
from resolvers.ranking import rank_contacts
from resolvers.reading import reading
from resolvers.records import ChildRecord, ContactRecord
from resolvers.scope import current, sees_where
from resolvers.search import MOST, given_names_match, listed, text
from resolvers.store import tables as t

if TYPE_CHECKING:
    from resolvers.context import Operation

_DETAILS = ("postcode", "phone", "email")
_SHAPES = 256
"""Attempts that are kept: one for each shape of search."""


def _narrowed(role: Role, shape: Shape) -> ColumnElement[bool]:
    """Return the condition on how to reach a carer: it holds for nobody whose details are withheld."""
    reach = aliased(t.PersonReach)
    keys = {"postcode": reach.postcode_key, "phone": reach.phone_key, "email": reach.email_key}
    asked = [keys[name] == text(name) for name in _DETAILS if name in shape.names]
    having = select(reach.person_id).where(*asked)
    return and_(t.Contact.person_id.in_(having), details_in_sight(role, t.Contact, t.Child))


def _named(shape: Shape, person: type[t.Person] = t.Person) -> ColumnElement[bool]:
    """Return the condition on the name of a carer."""
    named = person.family_name_key == text("family_name")
    return and_(named, given_names_match(person.given_names_folded, shape)) if shape.words else named


def _cares(link: type[t.Contact], shape: Shape) -> ColumnElement[bool]:
    """Return the condition that the carer of `link` has the names asked for.

    It reads one index and nothing else: the offset keeps a database from fetching all persons of a family name to
    look at their given names.
    """
    person = aliased(t.Person)
    return link.person_id.in_(select(person.id).where(_named(shape, person)).offset(0))


@lru_cache(_SHAPES)
def _attempt(shape: Shape) -> Insert:
    return searched_contacts(_named(shape))


@reading(ContactRecord, ChildRecord, role=Role, shape=contact_shapes())
def _search(role: Role, shape: Shape) -> Select[Any]:
    link, person, child = t.Contact, t.Person, t.Child
    statement = (
        select(*contact_columns(role, link, person), *child_columns(role, child))
        .select_from(link)
        .join(person, person.id == link.person_id)
        .join(child, child.id == link.child_id)
        .where(
            _cares(link, shape) if shape.words else _named(shape),
            current(link),
            sees_where(role, (FieldGroup.CONTACT_NAMES,), child),
        )
    )
    if not set(_DETAILS).isdisjoint(shape.names):
        statement = statement.where(_narrowed(role, shape))
    return statement.limit(LIMIT)


async def search_contacts(operation: "Operation", criteria: ContactCriteria, first: int) -> Page[ContactRecord]:
    """Return the carers that match `criteria`, below the children whose contacts the viewer sees, each record opened.

    Above 25 matches the page says `too_many` and is empty. Raises BadInput for criteria that are too wide.
    """
    criteria.check()
    shape = criteria.shape()
    await operation.charge(f"search {uuid4()}")
    viewer = operation.viewer
    bound = criteria.parameters()
    operation.attempts.append(Attempt(_attempt(shape), bound))
    rows = await operation.first_rows(_search(viewer.role, shape), **bound, limit=MOST + 1)
    found = [read_contact(row, child, viewer) for row in rows if (child := read_child(row, viewer)) is not None]
    page: Page[ContactRecord] = listed(operation, "contacts", criteria, rank_contacts(found, criteria), first)
    for contact in page.items:
        operation.trail.opened(contact.child.key, contact.child.facts, contact.child.sight)
        operation.trail.asked(contact.child.key, NAMES, contact.child.sight)
    await operation.charge(*(contact.child.id for contact in page.items))
    return page

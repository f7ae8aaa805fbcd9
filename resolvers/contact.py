"""Contacts: carers of children, each under a sight of its own (R8), and how to reach them."""

from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, and_, func, or_, select
from sqlalchemy.orm import aliased

from authz.sight import sight_of_contact
from authz.viewer import Viewer
from authz.words import FieldGroup, Role, Shield
from resolvers.address import address_columns, read_address
from resolvers.child import child_columns, read_child
from resolvers.facts import read_codes
from resolvers.loading import ByChild, ByKey, RelationLoader, key_lists
from resolvers.reading import Row, Statement, reading
from resolvers.records import AddressRecord, ChildRecord, ContactRecord, PersonReachRecord
from resolvers.scope import KEPT, condition, current, facts_code, live, sees_where, would_locate_where
from resolvers.store import tables as t
from resolvers.store.keys import among

if TYPE_CHECKING:
    from resolvers.context import Operation

NAMES = FieldGroup.CONTACT_NAMES.bit


def _siblings(link: Any, child: type[t.Child]) -> Select[Any]:
    """Select every other shielded, live child, as `child`, in the care of the person of `link`."""
    other = aliased(t.Contact)
    return (
        select(child.id)
        .select_from(other)
        .join(child, child.id == other.child_id)
        .where(
            other.person_id == link.person_id,
            other.child_id != link.child_id,
            current(other),
            condition(child, Shield.SHIELDED),
            live(child),
        )
    )


@lru_cache(KEPT)
def sibling_codes(role: Role, link: Any) -> Any:
    """Return the facts of the shielded siblings as one text."""
    child = aliased(t.Child)
    codes = func.aggregate_strings(facts_code(role, child).cast(Text), ",")
    return _siblings(link, child).with_only_columns(codes).scalar_subquery()


@lru_cache(KEPT)
def details_in_sight(role: Role, link: Any, child: type[t.Child]) -> ColumnElement[bool]:
    """Return the condition under which `role` sees how to reach the carer of `link` below `child` (R8).

    It is the SQL twin of `sight_of_contact`.
    """
    sibling = aliased(t.Child)
    withheld = _siblings(link, sibling).where(~would_locate_where(role, sibling)).exists()
    own = sees_where(role, (FieldGroup.WHEREABOUTS,), child)
    return and_(own, or_(condition(child, Shield.SHIELDED), ~withheld))


def contact_columns(role: Role, link: Any, person: Any) -> list[Any]:
    """Return the columns of a contact, for `read_contact` to read."""
    return [
        link.id.label("contact_id"),
        link.person_id,
        link.relationship,
        link.parental_responsibility,
        link.changes.label("link_changes"),
        person.given_names.label("person_given_names"),
        person.family_name.label("person_family_name"),
        person.changes.label("person_changes"),
        sibling_codes(role, link).label("siblings"),
    ]


def read_contact(row: Row, parent: ChildRecord, viewer: Viewer) -> ContactRecord:
    """Return the contact in `row`, a carer of the child `parent`, under a sight of its own (R8)."""
    return ContactRecord(
        row.contact_id,
        row.person_id,
        parent,
        row.person_given_names,
        row.person_family_name,
        row.relationship,
        row.parental_responsibility,
        (row.link_changes, row.person_changes),
        sight_of_contact(viewer, parent.sight, parent.facts, read_codes(row.siblings)),
    )


@reading(ContactRecord, keys={"keys": (FieldGroup.CONTACT_NAMES,)}, role=Role)
def _contacts(role: Role) -> Select[Any]:
    link, person = t.Contact, t.Person
    return (
        select(link.child_id, *contact_columns(role, link, person))
        .join(person, person.id == link.person_id)
        .where(among(link.child_id, "keys"), current(link))
        .order_by(link.parental_responsibility.desc(), person.family_name_key, person.given_names_folded, link.id)
    )


class ContactsLoader(ByChild[ContactRecord]):
    """Loads the current carers of children, those with parental responsibility first, then by name."""

    reading = _contacts

    def statement(self) -> Statement:
        return _contacts(self.operation.viewer.role)

    def make(self, row: Row, parent: ChildRecord) -> ContactRecord:
        return read_contact(row, parent, self.operation.viewer)


@reading(ChildRecord, role=Role)
def _owners(role: Role) -> Select[Any]:
    link = t.Contact
    return (
        select(link.id.label("contact_id"), *child_columns(role, t.Child))
        .join(link, link.child_id == t.Child.id)
        .where(
            among(link.id, "keys"),
            current(link),
            sees_where(role, (FieldGroup.CONTACT_NAMES,), t.Child),
        )
    )


class OwnerLoader(ByKey[UUID, ChildRecord]):
    """Loads, by contact, the child whose record it belongs to, under the sight that shows its contacts."""

    def statement(self) -> Statement:
        return _owners(self.operation.viewer.role)

    def read(self, row: Row) -> tuple[UUID, ChildRecord | None]:
        return row.contact_id, read_child(row, self.operation.viewer)


async def open_contact(operation: "Operation", key: UUID, sought: str) -> ContactRecord | None:
    """Open the record that a contact belongs to and return the contact; None where either is not in sight."""
    await operation.charge(sought)
    child = await operation.loaders.owner.load(key)
    if child is None or not child.sight.sees(NAMES):
        operation.trail.missed(sought)
        return None
    operation.trail.opened(child.key, child.facts, child.sight)
    operation.trail.asked(child.key, NAMES, child.sight)
    contacts = await operation.loaders.contacts.load(child)
    return next((contact for contact in contacts if contact.key == key), None)


@reading(PersonReachRecord, AddressRecord, keys={"keys": (FieldGroup.WHEREABOUTS,)}, replica="person_id")
def _person_reaches() -> Select[Any]:
    return select(
        t.PersonReach.person_id,
        t.PersonReach.phone,
        t.PersonReach.email,
        *address_columns(t.PersonReach),
        t.PersonReach.changes,
    ).where(among(t.PersonReach.person_id, "keys"))


class PersonReachLoader(RelationLoader[ContactRecord, PersonReachRecord | None]):
    """Loads how to reach carers, for those contacts alone whose own sight holds WHEREABOUTS.

    Below a shielded child it is read on the primary, though there be a replica. A shielded sibling makes no difference:
    it may be hidden, and what is asked where must not tell of it.
    """

    reading = _person_reaches

    async def batch_load_fn(self, contacts: list[ContactRecord]) -> list[PersonReachRecord | None]:
        bit = FieldGroup.WHEREABOUTS.bit
        shown = key_lists(self.reading.keys, contacts, attrgetter("person"))["keys"]
        keys = list(dict.fromkeys(shown))
        rows = await self.operation.details(
            _person_reaches, keys, lambda: {contact.person for contact in contacts if contact.child.shielded}
        )
        found = {row.person_id: PersonReachRecord(row.phone, row.email, read_address(row), row.changes) for row in rows}
        return [found.get(contact.person) if contact.sight.sees(bit) else None for contact in contacts]

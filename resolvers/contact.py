"""Contacts: carers of children, each under a sight of its own (R8), and how to reach them."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Executable, Row, Select, Text, func, select
from sqlalchemy.orm import aliased

from authz.sight import sight_of_contact
from authz.words import FieldGroup, Role, Shield, Status
from resolvers.address import address_columns, read_address
from resolvers.child import child_columns, read_child
from resolvers.facts import read_codes
from resolvers.loading import ByChild, ByKey, RelationLoader, keys_with
from resolvers.names import fold
from resolvers.records import ChildRecord, ContactRecord, PersonReachRecord
from resolvers.scope import condition, current, facts_code, sees_where
from resolvers.store import tables as t
from resolvers.store.keys import among

if TYPE_CHECKING:
    from resolvers.context import Operation

NAMES = FieldGroup.CONTACT_NAMES.bit


def _shielded_siblings(role: Role, link: Any) -> Any:
    """Return the facts of every other shielded, live child in the care of the person of `link`, as one text."""
    other, child = aliased(t.Contact), aliased(t.Child)
    return (
        select(func.aggregate_strings(facts_code(role, child).cast(Text), ","))
        .select_from(other)
        .join(child, child.id == other.child_id)
        .where(
            other.person_id == link.person_id,
            other.child_id != link.child_id,
            current(other),
            condition(child, Shield.SHIELDED),
            ~condition(child, Shield.CONCEALED),
            ~condition(child, Status.ARCHIVED),
        )
        .scalar_subquery()
    )


@cache
def _contacts(role: Role) -> Select[Any]:
    link, person = t.Contact, t.Person
    return (
        select(
            link.id,
            link.child_id,
            link.person_id,
            link.relationship,
            link.parental_responsibility,
            person.given_names,
            person.family_name,
            _shielded_siblings(role, link).label("siblings"),
        )
        .join(person, person.id == link.person_id)
        .where(among(link.child_id, "keys"), current(link))
    )


class ContactsLoader(ByChild[ContactRecord]):
    """Loads the current carers of children, those with parental responsibility first, then by name."""

    def select(self) -> Select[Any]:
        return _contacts(self.operation.viewer.role)

    def keys_of(self, parents: Sequence[ChildRecord]) -> Mapping[str, Any]:
        return {"keys": keys_with(parents, NAMES)}

    def make(self, row: Row[Any], parent: ChildRecord) -> ContactRecord:
        siblings = read_codes(row.siblings)
        return ContactRecord(
            key=row.id,
            person=row.person_id,
            child=parent,
            given_names=row.given_names,
            family_name=row.family_name,
            relationship=row.relationship,
            parental_responsibility=row.parental_responsibility,
            sight=sight_of_contact(self.operation.viewer, parent.sight, parent.facts, siblings),
        )

    def sort_key(self, record: ContactRecord) -> Any:
        names = fold(record.family_name), fold(record.given_names)
        return not record.parental_responsibility, *names, record.key


@cache
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

    def select(self) -> Executable:
        return _owners(self.operation.viewer.role)

    def read(self, row: Row[Any]) -> tuple[UUID, ChildRecord | None]:
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


_REACH = select(
    t.PersonReach.person_id, t.PersonReach.phone, t.PersonReach.email, *address_columns(t.PersonReach)
).where(among(t.PersonReach.person_id, "keys"))


class PersonReachLoader(RelationLoader[ContactRecord, PersonReachRecord | None]):
    """Loads how to reach carers, for those contacts alone whose own sight holds WHEREABOUTS."""

    async def batch_load_fn(self, contacts: list[ContactRecord]) -> list[PersonReachRecord | None]:
        bit = FieldGroup.WHEREABOUTS.bit
        shown = [contact.person for contact in contacts if contact.sight.sees(bit)]
        rows = await self.operation.rows(_REACH, keys=list(dict.fromkeys(shown)))
        found = {row.person_id: PersonReachRecord(row.phone, row.email, read_address(row)) for row in rows}
        return [found.get(contact.person) if contact.sight.sees(bit) else None for contact in contacts]

"""Carers: added to a record, always as new persons (R9); how to reach them amended under the contact's own sight."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, insert, literal, select, update

from authz.words import FieldGroup
from resolvers.amending import REACH, expect_sight
from resolvers.contact import NAMES
from resolvers.deed import Act, Deed
from resolvers.entered import entered_name, entered_reach, with_derived
from resolvers.following import DEED, EVENT, told_groups
from resolvers.ids import Kind, read_key
from resolvers.problem import invalid, not_yours
from resolvers.records import ContactRecord
from resolvers.scope import NOW, current
from resolvers.store import tables as t
from resolvers.store.words import Relationship

_REACH, _LINK, _CHANGE = t.PersonReach, t.Contact, t.Change
_COLUMNS = ("phone", "email", "address_lines", "town", "postcode", "uprn")
_PERSON: Any = bindparam("of_person", type_=Uuid())
_AMEND = update(_REACH).where(_REACH.person_id == _PERSON)
_BEGIN = insert(_REACH).from_select(
    [_REACH.person_id, _REACH.changes],
    select(_PERSON, literal(0)).where(~select(_REACH.person_id).where(_REACH.person_id == _PERSON).exists()),
    include_defaults=False,
)


def _tell_children() -> Any:
    """Return the change rows of all children whom a person cares for now: the database finds them (R8 decides)."""
    groups = told_groups(FieldGroup.WHEREABOUTS)
    rows = select(NOW, DEED, _LINK.child_id, groups, _PERSON, EVENT).where(_LINK.person_id == _PERSON, current(_LINK))
    columns = [_CHANGE.at, _CHANGE.deed, _CHANGE.child_id, _CHANGE.groups, _CHANGE.person_id, _CHANGE.event_id]
    return insert(_CHANGE).from_select(columns, rows.order_by(_LINK.child_id))


_TELL_CHILDREN = _tell_children()


@dataclass(frozen=True, slots=True)
class CarerEntered:
    """A carer as entered: names, the care, and what is `given` of telephone, e-mail and address."""

    given_names: str
    family_name: str
    relationship: Relationship
    parental_responsibility: bool
    reach: Mapping[str, Any]


def add_contact(target: str, carer: CarerEntered) -> Act:
    """Return the deed of adding a carer to a child's record: a new person, whoever is on record elsewhere.

    It raises NotDone: NOT_FOUND; NOT_YOURS_TO_CHANGE where the names of carers are withheld, or the whereabouts and
    a telephone, e-mail or address is given; INVALID for what cannot be.
    """

    async def act(deed: Deed) -> UUID:
        child = await deed.child("childId", target)
        if not child.sight.sees(NAMES):
            raise not_yours("familyName")
        expect_sight(child.sight.sees(FieldGroup.WHEREABOUTS.bit), REACH, carer.reach)
        person = deed.new_id("person")
        names = {
            "given_names": entered_name("givenNames", carer.given_names),
            "family_name": entered_name("familyName", carer.family_name),
        }
        await deed.add(t.Person, {"id": person, **names})
        reach = entered_reach(carer.reach)
        if reach:
            await deed.add(_REACH, {"person_id": person, **dict.fromkeys(_COLUMNS), **reach})
        care = {"relationship": carer.relationship, "parental_responsibility": carer.parental_responsibility}
        link = {"id": deed.new_id("contact"), "child_id": child.key, "person_id": person}
        await deed.add(_LINK, {**link, **care, "started_on": deed.moment.today, "ended_on": None})
        await deed.changed(child.key, FieldGroup.CONTACT_NAMES)
        return child.key

    return act


def amend_contact(target: str, version: str, given: Mapping[str, Any]) -> Act:
    """Return the deed of amending what is `given` of how to reach a carer.

    What is left out stays, None clears. It raises NotDone: NOT_FOUND; NOT_YOURS_TO_CHANGE for any mention where the
    contact's details are withheld (R8); STALE_VERSION; INVALID for what cannot be, or where nothing is given.
    """

    async def act(deed: Deed) -> UUID:
        contact = await _contact(deed, target)
        expect_sight(contact.sight.sees(FieldGroup.WHEREABOUTS.bit), REACH, given)
        await deed.check_contact_version(contact, version)
        reach = entered_reach(given)
        if not reach:
            raise invalid(None, "name what is to be amended: nothing is given")
        bound = {"of_person": contact.person}
        await deed.write(_BEGIN, **bound)
        counted = {"changes": _REACH.changes + 1}
        await deed.write(_AMEND.values(**with_derived(_REACH, reach), **counted), **bound)
        await deed.write(_TELL_CHILDREN, **bound, deed_name=deed.name, deed_event=deed.event)
        return contact.child.key

    return act


async def _contact(deed: Deed, target: str) -> ContactRecord:
    """Return a contact in sight, its child locked, and looked at before and after."""
    key = read_key(target, Kind.CONTACT)
    seen = await deed.glance(deed.operation.loaders.owner, key)
    if key is None or seen is None:
        raise deed.missing("contactId", target)
    child = await deed.child_by_key("contactId", target, seen.key)
    found = await deed.operation.loaders.contacts.load(child) if child.sight.sees(NAMES) else []
    contact = next((each for each in found if each.key == key), None)
    if contact is None:
        raise deed.missing("contactId", target)
    deed.operation.trail.asked(child.key, NAMES, child.sight)
    return contact

"""Children registered by hand. No record is born open: it is on HOLD until its team has looked (R19, R22)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, Uuid, bindparam, case, func, insert, literal, or_, select
from sqlalchemy.orm import aliased

from authz.words import FieldGroup
from resolvers.clock import A_DAY
from resolvers.comparing import postcode_key
from resolvers.deed import Act, Deed
from resolvers.entered import AddressEntered, entered_day, entered_name
from resolvers.neighbours import ask_about_shared_home
from resolvers.numbers import drawn_number
from resolvers.own_body import own_body
from resolvers.problem import invalid
from resolvers.reading import reading
from resolvers.scope import NOW, known, live
from resolvers.store import tables as t
from resolvers.store.hours import whole_hour
from resolvers.store.words import Gender, ReachKind, ShieldState, TaskKind

SOURCE = "directory"
"""The source of a record that was registered by hand."""

_CHILD: Any = bindparam("of_child", type_=Uuid())
_AUTHORITY: Any = bindparam("of_authority", type_=Uuid())


@dataclass(frozen=True, slots=True)
class ChildEntered:
    """Who a child is, and where, as entered."""

    given_names: str
    family_name: str
    date_of_birth: date
    gender: Gender
    address: AddressEntered | None


@reading()
def _authority_there() -> Select[Any]:
    """Select the authority of most bodies of the public directory that have the same postcode district."""
    body, place = t.Organisation, t.OrganisationPlace
    there = func.upper(func.replace(place.postcode, " ", "")).like(bindparam("district", type_=Text()))
    found = select(body.authority_id).join(place, place.organisation_id == body.id)
    found = found.where(known(body), body.authority_id.is_not(None), there)
    return found.group_by(body.authority_id).order_by(func.count().desc(), body.authority_id).limit(1)


def register_child(child: ChildEntered) -> Act:
    """Return the deed of registering a child: a new record, on HOLD, whoever is on record already.

    Nothing that it answers or does depends on what other records there are. It raises NotDone INVALID for what cannot
    be, and where no authority can be found that would be responsible.
    """

    async def act(deed: Deed) -> UUID:
        today, names = deed.moment.today, _names(child)
        first = deed.moment.adults_born_by + A_DAY  # the directory holds children alone, until their 18th birthday
        born = entered_day("dateOfBirth", child.date_of_birth, first=first, last=today)
        reach = None if child.address is None else child.address.columns("address")
        authority = await _authority(deed, child.address)
        key = deed.new_id("child")
        who = {"id": key, **names, "date_of_birth": born, "gender": child.gender}
        await deed.connection.execute(_ADD_CHILD, {**who, **_numbers(deed)})
        await deed.add(t.ChildReach, _reach(deed, key, reach))
        since = {"updated_at": deed.moment.hour, "source_system": SOURCE}
        await deed.add(t.ChildAuthority, {"child_id": key, "authority_id": authority, **since})
        await bear(deed, key)
        await deed.changed(key, FieldGroup.IDENTITY)
        return key

    return act


async def bear(deed: Deed, child: UUID) -> None:
    """Put a new record on HOLD, and ask its team whether it is a child who is known already (R19, R36)."""
    hold = deed.new_id("birth")
    state = {"state": ShieldState.HOLD, "since": deed.moment.hour}
    await deed.add(t.Shield, {"id": hold, "child_id": child, **state})
    await deed.write(_ASK_WHETHER_KNOWN, of_child=child, of_hold=hold, of_task=deed.new_id("match"))
    await ask_about_shared_home(deed, child)


def _names(child: ChildEntered) -> Mapping[str, str]:
    return {
        "given_names": entered_name("givenNames", child.given_names),
        "family_name": entered_name("familyName", child.family_name),
    }


def _reach(deed: Deed, child: UUID, address: Mapping[str, str | None] | None) -> Mapping[str, Any]:
    kind = ReachKind.NONE_KNOWN if address is None else ReachKind.CURRENT
    row = {"id": deed.new_id("reach"), "child_id": child, "kind": kind, "since": deed.moment.today}
    return {**row, **({} if address is None else address)}


async def _authority(deed: Deed, address: AddressEntered | None) -> UUID:
    """Return who is responsible for a new record: the authority of the viewer's body, or the one of its address."""
    found = (await own_body(deed.operation)).authority
    if found is None:
        key = postcode_key(None if address is None else address.postcode)
        rows = await deed.operation.rows(_authority_there(), district=f"{(key or '')[:-3]}___")
        found = rows[0].authority_id if rows else None
    if found is None:
        raise invalid("address", "`address` must be in an authority of the directory: your own body is in none")
    return found


_DRAWN = tuple(bindparam(f"number_{n}", type_=Text()) for n in range(4))
"""Directory numbers that were drawn: the first that nobody has is taken, and that all are taken does not happen."""


def _numbers(deed: Deed) -> Mapping[str, str]:
    return {each.key: drawn_number(deed.new_id(each.key)) for each in _DRAWN}


def _is_free(number: Any) -> Any:
    taken = aliased(t.Child)
    return ~select(taken.id).where(taken.directory_number == number).exists()


_ADD_CHILD = insert(t.Child).values(
    directory_number=case(*((_is_free(number), number) for number in _DRAWN[:-1]), else_=_DRAWN[-1])
)


def _ask_whether_known() -> Any:
    """Return the statement that makes the task of a new record, with one that may be the same child, if there is one.

    Such a one was born on the same day and has the same family name, as it is spelt or as it sounds. Records that are
    concealed or archived are none: nothing stored leads from a new record to an old one (R22).
    """
    task, new, old = t.Task, aliased(t.Child), aliased(t.Child)
    alike = or_(
        old.family_name_key == new.family_name_key,
        old.family_name_metaphone == new.family_name_metaphone,
        old.family_name_nysiis == new.family_name_nysiis,
    )
    found = select(old.id).where(old.date_of_birth == new.date_of_birth, old.id != new.id, alike, live(old))
    found = found.order_by(old.id).limit(1).correlate(new)
    namesake = found.where(old.given_names_folded == new.given_names_folded)
    first = func.coalesce(namesake.scalar_subquery(), found.scalar_subquery())
    kind = literal(TaskKind.UNCERTAIN_MATCH, task.__table__.c.kind.type)
    named = bindparam("of_task", type_=Uuid()), kind, _CHILD, first
    rows = select(*named, bindparam("of_hold", type_=Uuid()), whole_hour(NOW)).where(new.id == _CHILD)
    columns = [task.id, task.kind, task.child_id, task.other_child_id, task.shield_id, task.since]
    return insert(task).from_select(columns, rows)


_ASK_WHETHER_KNOWN = _ask_whether_known()

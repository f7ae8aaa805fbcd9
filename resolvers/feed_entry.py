"""Entries of a feed, each read from itself alone: what it says, or what is wrong with it (R19)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from resolvers.clock import A_DAY, Moment
from resolvers.comparing import identifier_key
from resolvers.entered import (
    NOWHERE,
    AddressEntered,
    entered_day,
    entered_email,
    entered_name,
    entered_phone,
    with_derived,
)
from resolvers.ids import Kind, read_key
from resolvers.own_body import OwnBody
from resolvers.problem import invalid, needs_basis, not_found, written
from resolvers.staying import AHEAD, LONGEST_PLACE
from resolvers.store import tables as t
from resolvers.store.words import SENSITIVE_KINDS, FeedKind, Gender, SensitiveBasis, ServiceKind

MOST_NAME = 200
"""The most characters of an entry's name, and of each part of an identifier."""

BY_ONE = (-1, 1)
"""By how many days, months or years a day of birth is mistaken."""

Given = Mapping[str, Any]
"""A part of an entry as JSON holds it (`resolvers.idempotency.plain`): what was left out is not in it."""


@dataclass(frozen=True, slots=True)
class Entered:
    """One entry that is well formed: its name, the columns that hold it, and the worker or school that it names."""

    name: str
    columns: Mapping[str, Any]
    worker: UUID | None = None
    school: UUID | None = None


def read_entry(given: Given, body: OwnBody, moment: Moment) -> Entered:
    """Return what one entry says, of a client whose own body is `body`. Raises NotDone with what is wrong with it.

    Nothing of the directory is asked: whether a worker or a school is known is for whoever has read all entries.
    """
    name = written("entry", given["entry"], MOST_NAME)
    kind = _kind(given)
    child = _child(given["child"], moment)
    told = given[kind.lower()]
    read = {FeedKind.INVOLVEMENT: _involvement, FeedKind.REACH: _reach, FeedKind.PLACEMENT: _placement}[kind]
    deed = read(told, child["date_of_birth"], body, moment)
    columns = with_derived(t.FeedEntry, {**_NOTHING, **child, **deed, "kind": kind})
    worker, school = columns["practitioner_id"], columns["organisation_id"] if kind is FeedKind.PLACEMENT else None
    return Entered(name, columns, worker, school)


_NOTHING: Mapping[str, Any] = {
    **dict.fromkeys(("practitioner_id", "organisation_id", "service", "started_on", "ended_on", "lead", "assessment")),
    **dict.fromkeys(("basis", "phone", "email", "since")),
    **NOWHERE,
    **dict.fromkeys(("gives_end", "gives_phone", "gives_email", "gives_address", "sensitive"), False),
}
"""What an entry does not say."""


def _kind(given: Given) -> FeedKind:
    kinds = [kind for kind in FeedKind if given.get(kind.lower()) is not None]
    if len(kinds) != 1:
        raise invalid(None, "an entry holds exactly one of `involvement`, `reach` and `placement`")
    return kinds[0]


def _child(given: Given, moment: Moment) -> dict[str, Any]:
    identifier = given["external_identifier"]
    place = "child.externalIdentifier"
    scheme = written(f"{place}.scheme", identifier["scheme"], MOST_NAME)
    value = written(f"{place}.value", identifier["value"], MOST_NAME)
    if identifier_key(scheme, value) is None:
        raise invalid(place, f"`{place}` must have letters or digits in both its parts")
    born = date.fromisoformat(given["date_of_birth"])
    entered_day("child.dateOfBirth", born, first=moment.adults_born_by + A_DAY, last=moment.today)
    return {
        "scheme": scheme,
        "value": value,
        "given_names": entered_name("child.givenNames", given["given_names"]),
        "family_name": entered_name("child.familyName", given["family_name"]),
        "date_of_birth": born,
        "births": births(born),
        "gender": Gender[given.get("gender") or Gender.NOT_SPECIFIED],
    }


def births(born: date) -> list[date]:
    """Return `born` and the days that it is mistaken for: by a day, a month or a year, or day and month changed."""
    found = {born, *(born + A_DAY * days for days in BY_ONE)}
    for change in BY_ONE:
        month = born.month - 1 + change
        found |= _day(born.year + month // 12, month % 12 + 1, born.day)
        found |= _day(born.year + change, born.month, born.day)
    return sorted(found | _day(born.year, born.day, born.month))


def _day(year: int, month: int, day: int) -> set[date]:
    try:
        return {date(year, month, day)}
    except ValueError:
        return set()


def _involvement(given: Given, born: date, body: OwnBody, moment: Moment) -> dict[str, Any]:
    service, basis = ServiceKind[given["service"]], given.get("basis")
    if (service in SENSITIVE_KINDS or body.sensitive) and basis is None:
        raise needs_basis("involvement.basis")
    start = _from("involvement", given, born, moment.today)
    end = given.get("ended_on")
    return {
        "practitioner_id": _key("involvement.practitionerId", given["practitioner_id"], Kind.PRACTITIONER),
        "organisation_id": body.key,
        "service": service,
        "started_on": start,
        "ended_on": None if end is None else _to("involvement", end, start, moment.today),
        "gives_end": "ended_on" in given,
        "lead": given.get("lead"),
        "assessment": given.get("assessment"),
        "sensitive": basis is not None,
        "basis": None if basis is None else SensitiveBasis[basis],
    }


def _reach(given: Given, born: date, body: OwnBody, moment: Moment) -> dict[str, Any]:  # noqa: ARG001  # one shape for all
    gives = {name: name in given for name in ("phone", "email", "address")}
    if not any(gives.values()):
        raise invalid("reach", "`reach` must hold a `phone`, an `email` or an `address`, null for none that is known")
    address = given.get("address")
    located = NOWHERE if address is None else _address(address).columns("reach.address")
    since = date.fromisoformat(given["since"])
    return {
        "phone": entered_phone("reach.phone", given.get("phone")),
        "email": entered_email("reach.email", given.get("email")),
        "since": entered_day("reach.since", since, first=born, last=moment.today),
        **located,
        **{f"gives_{name}": there for name, there in gives.items()},
    }


def _address(given: Given) -> AddressEntered:
    return AddressEntered(given["lines"], given.get("town"), given["postcode"], given.get("uprn"))


def _placement(given: Given, born: date, body: OwnBody, moment: Moment) -> dict[str, Any]:  # noqa: ARG001
    start, end = _from("placement", given, born, moment.today + AHEAD), given.get("ended_on")
    return {
        "organisation_id": _key("placement.organisationId", given["organisation_id"], Kind.ORGANISATION),
        "started_on": start,
        "ended_on": None if end is None else _to("placement", end, start, start + LONGEST_PLACE),
        "gives_end": "ended_on" in given,
    }


def _from(deed: str, given: Given, first: date, last: date) -> date:
    return entered_day(f"{deed}.from", date.fromisoformat(given["started_on"]), first=first, last=last)


def _to(deed: str, text: str, first: date, last: date) -> date:
    return entered_day(f"{deed}.to", date.fromisoformat(text), first=first, last=last)


def _key(field: str, text: str, kind: Kind) -> UUID:
    key = read_key(text, kind)
    if key is None:
        raise not_found(field)
    return key

"""Canaries (R31): rows that nobody may see, planted in every directory of the tests, and looked for in all that leaves.

Beside the children of a test's world stand concealed twins: the same names, birth, carers, workers, schools and
numbers, so that whatever finds, lists or counts the child would find the twin, if it did not ask the law. And on the
children themselves stands what no viewer of any role is ever shown: where they were before, carers, services and
practices of the past; and shields that have ended, where no team is responsible that could read of them. By R0 no
answer may change for it, so no test needs to know.

Every value among them that a field could show holds the mark, and every key begins with it. `tests/watch.py` looks for
it in each answer, cursors and ids decoded, and in each line of the log.
"""

import re
from base64 import urlsafe_b64decode
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from resolvers.numbers import make_number
from resolvers.store import tables as t
from resolvers.store.words import OrganisationKind, ReachKind, Relationship, ServiceKind, ShieldReason, ShieldState

Row = dict[str, Any]

MARK = "kanari"
"""Six letters, as keys have bytes to spare."""

LONG_AGO = date(1913, 2, 11)
"""The day of canaries, so that a date may give one away too."""

TWINS = 12
"""How many children of a world have a twin, at most: a crowd needs no second crowd."""

COPIED = (
    *(t.Contact, t.Involvement, t.Placement, t.Registration, t.FormerName, t.ExternalIdentifier),
    *(t.ChildReach, t.ChildAuthority, t.ApplicationChild, t.Override, t.ChangeCounter, t.Shield),
)
"""What of a child its twin has too: all but conflicts, which raise alerts, and tasks, which name their record."""

SHOWN = {"given_names", "phone", "email", "address_lines", "town", "evidence", "explanation", "source_system"}
"""Columns that hold the mark in a twin. Family names, postcodes and identifiers stay, so that a search finds it."""

_SPACE = UUID("c4a7f3d2-92d6-4f0e-a1d7-0b6f3c2e9a55")
_KEY = f"{MARK.encode().hex()[:8]}-{MARK.encode().hex()[8:]}"
_WORDS = re.compile(f"{MARK}|{MARK.encode().hex()}|{_KEY}|{LONG_AGO}".encode(), re.IGNORECASE)
_TOKENS = re.compile(rb"[A-Za-z0-9_-]{16,}")

_HOUSE, _WORKER = "house", "worker"


def key_of(name: str) -> UUID:
    """Return the key of a canary: the mark in bytes, and ten more."""
    return UUID(bytes=MARK.encode() + uuid5(_SPACE, name).bytes[6:])


def sighting(*parts: bytes) -> bytes | None:
    """Return the first trace of a canary in `parts`, spelt out or within an id or a cursor; None where there is none."""
    for part in parts:
        found = _WORDS.search(part)
        if found is not None:
            return found.group()
        for token in _TOKENS.findall(part):
            if MARK.encode() in urlsafe_b64decode(token + b"=" * (-len(token) % 4) if len(token) % 4 != 1 else b""):
                return bytes(token)
    return None


def planted(rows: dict[Any, list[Row]], now: datetime) -> dict[Any, list[Row]]:
    """Return the canaries of a world with these `rows`, by table."""
    found: dict[Any, list[Row]] = defaultdict(list)
    children = rows.get(t.Child, [])
    if children:
        _add_house(found)
    for n, child in enumerate(children[:TWINS]):
        _add_past(found, n, child["id"], now)
        if not any(row["child_id"] == child["id"] for row in rows.get(t.ChildAuthority, ())):
            _add_past_shield(found, n, child["id"], now)
        for table, row in _twin(rows, n, child, now):
            found[table].append(row)
    return found


def alike(rows: list[Row]) -> list[list[Row]]:
    """Return `rows` in lists whose rows have the same columns, as one insert takes them."""
    found: dict[frozenset[str], list[Row]] = defaultdict(list)
    for row in rows:
        found[frozenset(row)].append(row)
    return list(found.values())


def _twin(rows: dict[Any, list[Row]], n: int, child: Row, now: datetime) -> Iterator[tuple[Any, Row]]:
    key = key_of(f"twin {n}")
    number = make_number(10**11 - 1 - n)
    named = {"id": key, "directory_number": number, "given_names": f"{child['given_names']} {MARK}"}
    yield t.Child, {**child, **named, "concealed_at": now - timedelta(days=1)}
    for table in COPIED:
        below = [row for row in rows.get(table, ()) if row["child_id"] == child["id"]]
        for m, row in enumerate(below):
            marked = {name: f"{MARK} {row[name]}" for name in row if name in SHOWN and row[name] is not None}
            own = {"id": key_of(f"{table.__tablename__} {n} {m}")} if "id" in row else {}
            yield table, {**row, **own, **marked, "child_id": key}


def _add_house(found: dict[Any, list[Row]]) -> None:
    """Add a confidential body of no authority, and its worker: nobody is a member, so it is in no list."""
    house = key_of(_HOUSE)
    found[t.Organisation].append(
        {
            "id": house,
            "name": f"{MARK} house",
            "kind": OrganisationKind.OTHER,
            "authority_id": None,
            "confidential": True,
            "sensitive_provider": False,
            "accredited": True,
        }
    )
    found[t.OrganisationPlace].append({"organisation_id": house, **_located()})
    worker = {"id": key_of(_WORKER), "organisation_id": house, "name": f"{MARK} worker", "profession": MARK}
    found[t.Practitioner].append({**worker, "phone": f"{MARK} phone", "email": f"{MARK}@{MARK}.example"})


def _located() -> Row:
    shown = {"phone": f"{MARK} phone", "email": f"{MARK}@{MARK}.example"}
    return {**shown, "address_lines": f"1 {MARK} lane", "town": MARK, "postcode": "CA1 1RY", "uprn": MARK}


def _add_past(found: dict[Any, list[Row]], n: int, child: UUID, now: datetime) -> None:
    """Add what is over: no field shows it of any record, whoever asks."""
    ended: Row = {"child_id": child, "started_on": LONG_AGO, "ended_on": LONG_AGO}
    reach = {"kind": ReachKind.CURRENT, "since": LONG_AGO, "until": LONG_AGO, "may_return": None, "replaced_at": now}
    found[t.ChildReach].append({"id": key_of(f"past reach {n}"), "child_id": child, **reach, **_located()})
    person = key_of(f"past carer {n}")
    found[t.Person].append({"id": person, "given_names": MARK, "family_name": MARK})
    found[t.PersonReach].append({"person_id": person, **_located()})
    care = {"relationship": Relationship.OTHER_CARER, "parental_responsibility": True}
    found[t.Contact].append({"id": key_of(f"past contact {n}"), "person_id": person, **care, **ended})
    work = {"practitioner_id": key_of(_WORKER), "organisation_id": key_of(_HOUSE), "service": ServiceKind.MENTAL_HEALTH}
    flags = {"lead": True, "assessment": True, "sensitive": True}
    found[t.Involvement].append({"id": key_of(f"past work {n}"), **work, **flags, **ended})
    found[t.Registration].append({"id": key_of(f"past practice {n}"), "organisation_id": key_of(_HOUSE), **ended})


def _add_past_shield(found: dict[Any, list[Row]], n: int, child: UUID, now: datetime) -> None:
    people = dict.fromkeys(("requested_by_id", "decided_by_id", "lift_proposed_by_id", "raised_by_id"))
    case = {"state": ShieldState.LIFTED, "reason": ShieldReason.OTHER, "evidence": MARK, "since": now}
    found[t.Shield].append({"id": key_of(f"past shield {n}"), "child_id": child, **people, **case, "review_by": None})

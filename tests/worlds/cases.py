"""What a view holds of shields: the case of one, what its end would do, and whom a request would put on hold (R9).

A household shows to whoever sees its records turn together: a declared disclosure, worked out here from rows in memory.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from authz.words import Shield, Status
from resolvers import comparing
from resolvers.store import tables as t
from resolvers.store.words import OWN_STATES, STANDING_STATES, ReachKind, ShieldState
from tests.worlds.facts import current, status_of
from tests.worlds.rows import Row, Rows

if TYPE_CHECKING:
    from tests.worlds.record import Record

PEOPLE = ("requested_by_id", "decided_by_id", "lift_proposed_by_id")


def household(record: "Record") -> Any:
    """Return who of those that exist for the viewer would be seen to be put on hold by a shield on an open record."""
    if record.facts.shield is not Shield.OPEN:
        return None
    eyes, found = record.eyes, []
    for key in _tied(record.rows, record.child):
        child = record.rows.get(t.Child, key)
        if child is not None and eyes.exists(key):
            told = eyes.facts(child).shield is Shield.OPEN or eyes.reads_case(key)
            found += [key] if told and eyes.facts(child).status is not Status.ARCHIVED else []
    return sorted(found)


def _tied(rows: Rows, child: Row) -> set[UUID]:
    found = {
        other["child_id"]
        for link in rows.having(t.Contact, "child_id", child["id"])
        if current(link)
        for other in rows.having(t.Contact, "person_id", link["person_id"])
        if current(other)
    }
    ours = set(_places(rows, child))
    found |= {other["id"] for other in rows.all(t.Child) if ours & set(_places(rows, other))}
    return found - {child["id"]}


def _places(rows: Rows, child: Row) -> Iterator[Any]:
    """Yield what an open record of a child would show its place by; nothing of one who has left England."""
    for row in rows.having(t.ChildReach, "child_id", child["id"]):
        shown = row["replaced_at"] is None and row["kind"] in {ReachKind.CURRENT, ReachKind.LAST_KNOWN}
        if shown and status_of(child) is not Status.LEFT:
            keys = (
                ("uprn", comparing.uprn_key(row["uprn"], row["postcode"])),
                ("address", comparing.address_key(row["address_lines"], row["postcode"])),
            )
            yield from (key for key in keys if key[1] is not None)


def case(record: "Record", shield: Row) -> Any:
    """Return one case in sight: its row, its people, what was said, and what its end would do to other records."""
    eyes, rows = record.eyes, record.rows
    names = {row["id"]: row["name"] for row in rows.all(t.Account)}
    named = [names.get(shield[name]) for name in PEOPLE]
    said = sorted(
        (row["account_id"], row["step"])
        for row in rows.having(t.ShieldDecision, "shield_id", shield["id"])
        if eyes.speaks(row["account_id"])
    )
    following = sorted(_following(record, shield), key=repr)
    proposed = eyes.speaks(shield["lift_proposed_by_id"])
    return tuple(shield.values()), named, said, proposed, following, _parting(record, shield)


def _following(record: "Record", shield: Row) -> Iterator[Any]:
    """Yield what follows a shield on records that exist for the viewer, and, by its key alone, what would stand in."""
    eyes, rows = record.eyes, record.rows
    members = rows.having(t.Shield, "raised_by_id", shield["id"])
    for row in members:
        if eyes.exists(row["child_id"]):
            yield row["id"], row["child_id"], row["state"], _beside(rows, row)
    children = {shield["child_id"], *(row["child_id"] for row in members if row["state"] in STANDING_STATES)}
    above = None if shield["raised_by_id"] is None else rows.get(t.Shield, shield["raised_by_id"])
    heirs = [row for child in children for row in rows.having(t.Shield, "child_id", child)]
    for row in [*heirs, *([] if above is None else [above])]:
        if row["state"] in OWN_STATES and row["id"] != shield["id"]:
            yield row["id"], row["since"], row["child_id"], row["raised_by_id"], _live(rows, row["child_id"])


def _live(rows: Rows, key: UUID) -> bool:
    child = rows.get(t.Child, key)
    return child is not None and child["concealed_at"] is None and status_of(child) is not Status.ARCHIVED


def _beside(rows: Rows, shield: Row) -> Any:
    others = rows.having(t.Shield, "child_id", shield["child_id"])
    return sorted(
        (row["id"], row["raised_by_id"])
        for row in others
        if row["id"] != shield["id"] and row["state"] in STANDING_STATES
    )


def _parting(record: "Record", shield: Row) -> Any:
    """Return what ends when a child on hold does not live there: the carers, and whether the address, in common."""
    rows = record.rows
    root = None if shield["raised_by_id"] is None else rows.get(t.Shield, shield["raised_by_id"])
    if shield["state"] is not ShieldState.HOLD or root is None:
        return None
    other = rows.get(t.Child, root["child_id"])
    assert other is not None
    theirs = {link["person_id"] for link in rows.having(t.Contact, "child_id", other["id"]) if current(link)}
    mine = [link for link in record.below(t.Contact) if current(link) and link["person_id"] in theirs]
    places = set(_places(rows, record.child)) & set(_places(rows, other))
    return sorted(link["id"] for link in mine), bool(places)

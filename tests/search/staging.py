"""The directory of the search set as a world; and the same directory with nothing hidden, to try what hides."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from resolvers.store.words import Ended, Gender, ReachKind, ServiceKind, ShieldReason, ShieldState
from tests.cast import cast
from tests.search.reading import directory
from tests.world import NOW, World, ago, id_of

LIVES = {"died": Ended.DECEASED, "left": Ended.LEFT}
WORKERS = {"teacher": ("tess", "school", ServiceKind.EDUCATION), "officer": ("olaf", "social", ServiceKind.SOCIAL_CARE)}
CHILD_LINES = {
    *(
        "given",
        "family",
        "born",
        "gender",
        "authority",
        "shield",
        "reason",
        "another shield",
        "its reason",
        "concealed",
    ),
    *("life", "reach", "replaced reach", "former", "identifiers", "scope", "conflicts", "override", "task", "involved"),
}
CARER_LINES = {"given", "family", "of", "was of", "phone", "email", "postcode"}
FORMERLY = "{} formerly"
"""How the world in which nothing is hidden calls a child under a former name."""


def children() -> dict[str, dict[str, Any]]:
    """Return all children by name, those of the crowd as `begum-1` to `begum-26`."""
    crowd = dict(directory()["crowd"])
    last = {"conflicts": crowd.pop("conflicts of the last")}
    names = crowd.pop("given")
    crowded = {f"begum-{n}": {"given": given, **crowd} for n, given in enumerate(names, start=1)}
    crowded[f"begum-{len(names)}"] |= last
    return {**directory()["children"], **crowded}


def ids() -> dict[str, str]:
    """Return, by the ids that clients see, the names of all children, and of all contacts as `grace of ada`."""
    known_as = {form.format(name): name for name in children() for form in ("{}", FORMERLY)}
    listed = {write_id(Kind.CHILD, id_of("child", known)): name for known, name in known_as.items()}
    return listed | {
        write_id(Kind.CONTACT, id_of("contact", f"{child}/{carer}")): f"{carer} of {child}"
        for carer, lines in directory()["carers"].items()
        for child in (*lines["of"], *lines.get("was of", ()))
    }


def stage() -> World:
    """Return the directory as a world."""
    world = cast()
    for name, lines in children().items():
        _check(name, lines, CHILD_LINES)
        _child(world, name, lines)
        _hide(world, name, lines)
    _carers(world)
    for account, covered in _tied("scope"):
        world.application(account, *covered)
    return world


def stage_open() -> World:
    """Return the same directory with nothing hidden: every record open, every end undone, former names in use."""
    world = cast()
    for name, lines in children().items():
        shown = {line: value for line, value in lines.items() if line not in {"life", "authority"}}
        if "replaced reach" in shown:
            shown["reach"] = shown.pop("replaced reach")
        _child(world, name, {**shown, "reach": {**shown.get("reach", {}), "kind": "CURRENT"}})
        for former in lines.get("former", ()):
            given, family = former.split()
            _child(world, FORMERLY.format(name), {**shown, "given": given, "family": family})
    _carers(world, past_too=True)
    return world


def _check(name: str, lines: dict[str, Any], known: set[str]) -> None:
    if unknown := {*lines} - known:
        raise ValueError(f"`{name}`: the directory has no line {sorted(unknown)}")


def _tied(line: str) -> Iterable[tuple[str, list[str]]]:
    """Return each account that the children's `line` names, with the children that name it."""
    accounts = {account for lines in children().values() for account in lines.get(line, ())}
    return [
        (who, [name for name, lines in children().items() if who in lines.get(line, ())]) for who in sorted(accounts)
    ]


def _child(world: World, name: str, lines: dict[str, Any]) -> None:
    life, _, day = lines.get("life", "").partition(" ")
    world.child(
        name,
        family=lines["family"],
        given=lines["given"],
        born=lines["born"],
        gender=Gender(lines["gender"]),
        authority=lines.get("authority", "york"),
        ended=(LIVES[life], date.fromisoformat(day)) if life else None,
    )
    if lines.get("reach"):
        _reach(world, name, lines["reach"])
    if "replaced reach" in lines:
        _reach(
            world, name, lines["replaced reach"], id=id_of("replaced reach", name), replaced_at=NOW - timedelta(days=30)
        )
    for identifier in lines.get("identifiers", ()):
        world.identifier(name, identifier["issuer"], identifier["value"], identifier["scheme"])


def _reach(world: World, name: str, lines: dict[str, Any], **row: Any) -> None:
    parts = {part: lines.get(part) for part in ("postcode", "phone", "email")}
    world.reach(name, kind=ReachKind(lines.get("kind", "CURRENT")), **parts, **row)


def _hide(world: World, name: str, lines: dict[str, Any]) -> None:
    """Add what hides a child, or some of it, from some or all."""
    if lines.get("concealed"):
        world.rows[t.Child][-1]["concealed_at"] = NOW - timedelta(days=3)
    for state, reason in (("shield", "reason"), ("another shield", "its reason")):
        if state in lines:
            world.shield(name, ShieldState(lines[state]), ShieldReason(lines[reason]) if reason in lines else None)
    for former in lines.get("former", ()):
        given, family = former.split()
        world.former_name(name, family)
        world.rows[t.FormerName][-1]["given_names"] = given
    for account in lines.get("conflicts", ()):
        world.conflict(account, name)
    for account in lines.get("override", ()):
        world.override(account, name)
    for account in lines.get("task", ()):
        world.task(account, name)
    for account in lines.get("involved", ()):
        worker, body, service = WORKERS[account]
        world.involve(name, worker, body, service)


def _carers(world: World, *, past_too: bool = False) -> None:
    for name, lines in directory()["carers"].items():
        _check(name, lines, CARER_LINES)
        world.person(
            name, family=lines["family"], given=lines["given"], phone=lines["phone"], postcode=lines["postcode"]
        )
        world.rows[t.PersonReach][-1]["email"] = lines["email"]
        for child in lines["of"]:
            world.contact(child, name)
        for child in lines.get("was of", ()):
            world.contact(child, name, ended=None if past_too else ago(days=1))

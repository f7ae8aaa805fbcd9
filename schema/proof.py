"""The proof of the counter: every way to a record passes a verdict, and every guard denies.

Together with the proof of the stacks (`resolvers/proof.py`) it shows, before anything is served, that no field of
the schema can show what its viewer does not see. What it found sound is summed up in a certificate.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any, get_type_hints
from uuid import UUID

from strawberry.printer import print_schema
from strawberry.utils.str_converters import to_camel_case

import resolvers.account
import resolvers.explain  # noqa: F401  # what commands read is proven as well
from authz.guard import RootPermission, SeesPermission
from authz.sight import Sight
from authz.table import TABLE, rows
from authz.viewer import Viewer
from authz.words import Group, Lapse, Role, groups_in
from resolvers.loaders import Loaders
from resolvers.proof import Prover, Scope
from resolvers.reading import READINGS, Reading
from schema.build import GatewaySchema, build_schema, faults, object_types
from schema.fields import LOADS, existence_of, record_of

ARGUMENTS = {
    "first": "how many rows",
    "after": "a cursor, whose row the statement looks up under its own conditions",
    "current": "which rows of a relation in sight",
    "id": "a key, read by one function",
    "ids": "keys, each read by the same function",
    "directoryNumber": "a number, compared where IDENTITY is demanded",
    "search": "criteria, each of which is a condition of a proven statement",
    "name": "a name of the public directory",
    "kind": "a kind of the public directory",
    "organisation": "a key of the public directory",
}
"""Every argument of the schema, and what is read by it: one that is not here has no proof."""


_LAPSED = Viewer(
    account=UUID(int=0),
    name="canary",
    role=Role.DIRECTORY_TEAM,
    organisation=UUID(int=0),
    lapses=(Lapse.SUSPENDED,),
)


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was proven: hashes of the contract and of the law, and how much of each there is."""

    schema: str
    policy: str
    types: int
    fields: int
    guards: int
    roots: int
    readings: int
    statements: int
    decisions: int


@dataclass(frozen=True, slots=True)
class Examined:
    """One statement of a reading: its faults, and what is known of its rows, None where there are none."""

    reading: Reading[Any]
    arguments: str
    faults: tuple[str, ...]
    scope: Scope | None


def prove(schema: GatewaySchema) -> Certificate:
    """Prove `schema` and everything beneath it. Raises Unproven with a sentence for each fault."""
    examined = examine(READINGS)
    found = [*faults(schema), *_faults(schema, examined)]
    if found:
        raise Unproven(found)
    fields = [field for definition in object_types(schema).values() for field in definition.fields]
    guards = [guard for field in fields for guard in field.permission_classes]
    return Certificate(
        schema=_hash(print_schema(schema)),
        policy=_hash("\n".join(rows())),
        types=len(object_types(schema)),
        fields=len(fields),
        guards=sum(issubclass(guard, SeesPermission) for guard in guards),
        roots=sum(issubclass(guard, RootPermission) for guard in guards),
        readings=len(READINGS),
        statements=len(examined),
        decisions=len(TABLE),
    )


@cache
def certificate() -> Certificate:
    """Return the certificate of the schema that is served, proven once. Raises Unproven."""
    return prove(build_schema())


class Unproven(ValueError):  # noqa: N818  # it is a verdict on the build, not an accident
    """The build has faults and must not serve; `faults` has a sentence for each."""

    def __init__(self, found: list[str]) -> None:
        super().__init__("; ".join(found))
        self.faults = found


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _faults(schema: GatewaySchema, examined: list[Examined]) -> Iterator[str]:
    yield from statement_faults(examined)
    for name, definition in object_types(schema).items():
        yield from route_faults(name, definition, examined)
        for field in definition.fields:
            where = f"{name}.{field.python_name}"
            yield from relation_faults(where, field)
            yield from argument_faults(where, field)
            for guard in field.permission_classes:
                yield from guard_faults(where, guard)


def examine(readings: Iterable[Reading[Any]]) -> list[Examined]:
    """Return what the prover finds of every statement of `readings`."""
    return [
        Examined(reading, arguments, *Prover(reading.keys).examine(statement))
        for reading in readings
        for arguments, statement in reading.statements()
    ]


def statement_faults(examined: Iterable[Examined]) -> Iterator[str]:
    """Yield a sentence for each column that some statement reads out of sight, once for each reading."""
    told = set()
    for each in examined:
        for fault in each.faults:
            if (each.reading, fault) not in told:
                told.add((each.reading, fault))
                yield f"`{each.reading.name}` ({each.arguments}) {fault}"


def route_faults(name: str, definition: Any, examined: Iterable[Examined]) -> Iterator[str]:
    """Yield a sentence for each reading that gives the record of a type without the bit by which the type exists."""
    bits, record = existence_of(definition), record_of(definition)
    if not bits or any(field.python_name == "edges" for field in definition.fields) or definition.type_var_map:
        return  # about no record, or a list of rows that are judged one by one
    if record is None:
        yield f"`{name}` exists by {_told(bits)} and names no record: say `of=`"
        return
    giving = [each for each in examined if record in each.reading.gives]
    if not giving:
        yield f"no reading gives `{record.__name__}`, on which `{name}` stands: declare the one that does"
    told = set()
    for each in giving:
        if each.scope is not None and not exists_within(each.scope, bits) and each.reading not in told:
            told.add(each.reading)
            yield f"`{each.reading.name}` ({each.arguments}) gives `{name}` without demanding {_told(bits)}"


def exists_within(scope: Scope, bits: int) -> bool:
    """Tell whether every row in `scope` holds a group that implies one of `bits` in every decision of the law."""
    return scope.fulfils(lambda groups: all(isinstance(group, Group) and _implies(group, bits) for group in groups))


@cache
def _implies(group: Group, bits: int) -> bool:
    return all(cell.bits & bits for cell in TABLE.values() if cell.bits & group.bit)


def relation_faults(where: str, field: Any) -> Iterator[str]:
    """Yield a sentence where a guarded relation loads rows that are judged by other groups than its own."""
    loader = _loader_of(field)
    guard = next((guard for guard in field.permission_classes if issubclass(guard, SeesPermission)), None)
    reading = getattr(loader, "reading", None)
    if guard is None or reading is None:
        return
    if not {group for groups in reading.keys.values() for group in groups} & set(guard.groups):
        yield f"`{where}` is guarded by {_told(guard.bits)} and loads `{reading.name}`, which asks for other groups"


def _loader_of(field: Any) -> Any:
    load = getattr(getattr(field.base_resolver, "wrapped_func", None), LOADS, None)
    if load is None:
        return None
    name = load(_Names())
    member = getattr(Loaders, name)
    return get_type_hints(getattr(member, "func", member)).get("return")


class _Names:
    """Stands for the loaders of an operation, to learn which of them a relation asks."""

    def __getattr__(self, name: str) -> str:
        return name


def argument_faults(where: str, field: Any) -> Iterator[str]:
    """Yield a sentence for each argument of which nobody has said what is read by it."""
    for argument in field.arguments:
        name = argument.graphql_name or to_camel_case(argument.python_name)
        if name not in ARGUMENTS:
            yield f"`{where}` takes `{name}`, which no proof knows: say in `schema/proof.py` what is read by it"


def guard_faults(where: str, guard: Any) -> Iterator[str]:
    """Yield a sentence for a guard that lets a canary pass, or that stops whom it should let pass."""
    if issubclass(guard, SeesPermission):
        held, denied = SimpleNamespace(sight=Sight(guard.bits, ())), SimpleNamespace(sight=Sight(~guard.bits, ()))
        others: list[Any] = [denied, None, True, SimpleNamespace(sight=True), SimpleNamespace(sight=guard.bits)]
        opened = [guard().has_permission(source, None) for source in (held, *others)]
        if opened != [True] + [False] * len(others):
            yield f"the guard of `{where}` does not do what it says: it must open to {_told(guard.bits)} alone"
        # the plan asks for whole levels in this way, and row by row not at all
        at_once = [mask & guard.bits != 0 for mask in guard.ask_all((held, *others), guard.bits, None)]
        if at_once != [True] + [False] * len(others):
            yield f"the guard of `{where}` says something else when it is asked for many records at once"
        if guard().on_unauthorized() is not None:
            yield f"the guard of `{where}` answers something: what is withheld must be null"
    elif issubclass(guard, RootPermission):
        nobody = SimpleNamespace(context=SimpleNamespace(viewer=None))
        lapsed = SimpleNamespace(context=SimpleNamespace(viewer=_LAPSED))
        if any(guard().has_permission(None, info) for info in (nobody, lapsed, None)):
            yield f"the root `{where}` opens to nobody in particular, or to an account with a lapse"


def _told(bits: int) -> str:
    return ", ".join(groups_in(bits))

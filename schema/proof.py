"""The proof of the counter: every way to a record passes a verdict, and every guard denies.

Together with the proof of the stacks (`resolvers/proof.py`) it shows, before anything is served, that no field of
the schema can show what its viewer does not see. What it found sound is summed up in a certificate.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from strawberry.printer import print_schema

import resolvers.account
import resolvers.explain  # noqa: F401  # what commands read is proven as well
from authz.guard import RootPermission, SeesPermission
from authz.policy import ACTS, PURPOSES, PURPOSES_OF
from authz.table import TABLE, rows
from authz.words import Act, Role
from resolvers.details import detail_faults
from resolvers.proof import Prover
from resolvers.reading import READINGS, Reading
from schema.build import GatewaySchema, Unproven, build_schema, faults, object_types
from schema.canaries import guard_faults
from schema.proof_of_deeds import deed_faults
from schema.relations import argument_faults, relation_faults
from schema.routes import Examined, about_children, edge_faults, existence_faults, purpose_faults, route_faults


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was proven: hashes of the contract and of the law, how much of each there is, and what needs a purpose.

    `policy` is the hash of every decision, act and purpose; `about_children` are the types that no operation
    reaches without a purpose and a reason.
    """

    schema: str
    policy: str
    types: int
    fields: int
    guards: int
    roots: int
    readings: int
    statements: int
    decisions: int
    about_children: tuple[str, ...]


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
        policy=_hash("\n".join(_law())),
        types=len(object_types(schema)),
        fields=len(fields),
        guards=sum(issubclass(guard, SeesPermission) for guard in guards),
        roots=sum(issubclass(guard, RootPermission) for guard in guards),
        readings=len(READINGS),
        statements=len(examined),
        decisions=len(TABLE),
        about_children=about_children(schema.core),
    )


@cache
def certificate() -> Certificate:
    """Return the certificate of the schema that is served, proven once. Raises Unproven."""
    return prove(build_schema())


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _law() -> Iterator[str]:
    """Yield the whole law: every decision, and what each role may ask for and why."""
    yield from rows()
    for role in Role:
        yield " ".join([role, *(act for act in Act if act in ACTS[role]), *PURPOSES[role]])
    for act, purposes in PURPOSES_OF.items():
        yield " ".join([act, *purposes])


def _faults(schema: GatewaySchema, examined: list[Examined]) -> Iterator[str]:
    yield from statement_faults(examined)
    yield from detail_faults(READINGS)
    yield from purpose_faults(schema.core)
    yield from deed_faults(schema)
    for name, definition in object_types(schema).items():
        yield from route_faults(name, definition, examined)
        yield from existence_faults(schema.core, name, definition, examined)
        yield from _edge_faults(schema, name)
        for field in definition.fields:
            where = f"{name}.{field.python_name}"
            yield from relation_faults(definition, field)
            yield from argument_faults(where, field)
            for guard in field.permission_classes:
                yield from guard_faults(where, guard)


def _edge_faults(schema: GatewaySchema, name: str) -> Iterator[str]:
    kind: Any = schema.core.type_map[name]
    for field in kind.fields.values():
        yield from edge_faults(schema.core, kind, field)


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

"""Mutants of fields: each declaration of the contract weakened in turn, in one process, and who kills it.

A mutant keeps what is printed (the directive, the description), so that no golden file gives it away.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from strawberry.permission import PermissionExtension

from authz.guard import SeesPermission, exists, in_force, may, public, sees
from authz.words import Act, FieldGroup, mask
from resolvers.reading import READINGS
from schema import proof
from schema.build import Unproven, build_schema, make_schema, object_types
from schema.fields import LABEL
from schema.mutation import Mutation
from schema.query import Query
from schema.subscription import Subscription
from tests.mutants.denial import canaries, open_fields, open_roots
from tests.mutants.sites import Declared, declared, labelled

OPEN = public("a mutant")


@dataclass(frozen=True)
class Mutant:
    """One declaration, weakened as `how` says: other guards and another label, or another attribute of its type."""

    where: str
    how: str
    place: Any
    change: tuple[Any, ...]

    def __str__(self) -> str:
        return f"{self.where}: {self.how}"


def _class(module: str, kind: str) -> Any:
    return getattr(import_module(module), kind)


def _field(site: Declared) -> Any:
    fields = _class(site.module, site.kind).__strawberry_definition__.fields
    return next(field for field in fields if field.python_name == site.name)


def weaker(site: Declared) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield how the field at `site` may be weakened: in words, and as its guards and its label."""
    if site.helper == "guarded":
        held = next(guard for guard in _field(site).permission_classes if issubclass(guard, SeesPermission)).groups
        yield "no guard, a part of its record", ((), exists())
        yield "no guard, open to all", ((), OPEN)
        for group in (FieldGroup.IDENTITY, FieldGroup.CONTACT_NAMES):
            if group not in held and FieldGroup.PLACE not in held:
                yield f"guarded by {group}", ((sees(group),), None)
    elif site.helper in {"root", "directory_root"}:
        yield "no guard", ((), OPEN)
        if site.helper == "root":
            yield "any account in force", ((in_force(),), None)
            yield "any act", ((may(*Act),), None)
    else:
        yield "no label", ((), None)
        if site.helper == "part":
            yield "open to all", ((), OPEN)


def field_mutants() -> list[Mutant]:
    """Return all mutants of fields, in the order of the files."""
    return [Mutant(str(site), how, site, change) for site in declared() for how, change in weaker(site)]


def type_mutants() -> list[Mutant]:
    """Return all mutants of types: about no record, existing by a weaker group, standing on no record."""
    found = []
    for name in labelled():
        kind = _class(*name.split(":"))
        bits, record = vars(kind).get("__exists_by__", 0), vars(kind).get("__record__")
        if bits:
            found.append(Mutant(name, "about no record", kind, ("__exists_by__", 0)))
        if bits & ~mask(FieldGroup.IDENTITY):
            found.append(Mutant(name, "exists by IDENTITY", kind, ("__exists_by__", mask(FieldGroup.IDENTITY))))
        if bits and record is not None:
            found.append(Mutant(name, "stands on no record", kind, ("__record__", None)))
    return found


@contextmanager
def planted(mutant: Mutant) -> Iterator[None]:
    """Weaken one declaration while the block runs."""
    if not isinstance(mutant.place, Declared):
        name, value = mutant.change
        before = vars(mutant.place)[name]
        setattr(mutant.place, name, value)
        try:
            yield
        finally:
            setattr(mutant.place, name, before)
        return
    before = _field(mutant.place)
    changed = [(fields, list(fields)) for fields in _lists() if any(_same(field, before) for field in fields)]
    for fields, _ in changed:
        fields[:] = [_weakened(field, *mutant.change) if _same(field, before) else field for field in fields]
    try:
        yield
    finally:
        for fields, kept in changed:
            fields[:] = kept


@cache
def _lists() -> list[list[Any]]:
    """Return the lists of fields of all types, interfaces and generic types with every type they are made for."""
    own = [_class(*name.split(":")).__strawberry_definition__.fields for name in labelled()]
    made = [definition.fields for definition in object_types(build_schema()).values()]
    return own + [fields for fields in made if all(fields is not each for each in own)]


def _same(field: Any, before: Any) -> bool:
    """Tell whether `field` is what was declared as `before`: inherited, or made for another row type."""
    return field is before or (field.origin is before.origin and field.python_name == before.python_name)


def _weakened(field: Any, guards: tuple[Any, ...], label: Any) -> Any:
    made = copy(field)
    made.permission_classes = list(guards)
    made.extensions = [each for each in field.extensions if not isinstance(each, PermissionExtension)]
    if guards:
        made.extensions.append(PermissionExtension([guard() for guard in guards], use_directives=False))
    kept = {name: value for name, value in field.metadata.items() if name != LABEL}
    made.metadata = kept | ({} if label is None else {LABEL: label})
    return made


@cache
def _examined() -> list[Any]:
    """Return what the proof finds of the statements, once: no mutant here changes one."""
    return proof.examine(READINGS)


async def killer(mutant: Mutant) -> str | None:
    """Return who kills `mutant`: the start, the proof, or denials at work; None where it survives them all."""
    _examined()
    with planted(mutant):
        try:
            schema = make_schema(Query, Mutation, Subscription)
        except (Unproven, ValueError):
            return "start"
        if next(iter(proof._faults(schema, _examined())), None):
            return "proof"
        if await open_fields(canaries()) or open_roots(schema.core):
            return "denial"
    return None

"""The proof of routes: whatever way leads to a type about a child passes the verdict by which the type exists."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from graphql import GraphQLAbstractType, GraphQLField, GraphQLObjectType, GraphQLSchema, get_named_type

from authz.guard import MayPermission, Public, RootPermission, SeesPermission
from authz.table import TABLE
from authz.words import FieldGroup, Group, groups_in
from resolvers.demands import Scope
from resolvers.reading import Reading
from schema.canaries import told
from schema.fields import DEFINITION, LABEL, LOADS, existence_of, record_of
from schema.needs import is_about_a_child


@dataclass(frozen=True, slots=True)
class Examined:
    """One statement of a reading: its faults, and what is known of its rows, None where there are none."""

    reading: Reading[Any]
    arguments: str
    faults: tuple[str, ...]
    scope: Scope | None


def route_faults(name: str, definition: Any, examined: Iterable[Examined]) -> Iterator[str]:
    """Yield a sentence for each reading that gives the record of a type without the bit by which the type exists."""
    bits, record = existence_of(definition), record_of(definition)
    if not bits or any(field.python_name == "edges" for field in definition.fields) or definition.type_var_map:
        return  # about no record, or a list of rows that are judged one by one
    if record is None:
        yield f"`{name}` exists by {told(bits)} and names no record: say `of=`"
        return
    giving = [each for each in examined if record in each.reading.gives]
    if not giving:
        yield f"no reading gives `{record.__name__}`, on which `{name}` stands: declare the one that does"
    reported = set()
    for each in giving:
        if each.scope is not None and not exists_within(each.scope, bits) and each.reading not in reported:
            reported.add(each.reading)
            yield f"`{each.reading.name}` ({each.arguments}) gives `{name}` without demanding {told(bits)}"


def exists_within(scope: Scope, bits: int) -> bool:
    """Tell whether every row in `scope` holds a group that implies one of `bits` in every decision of the law."""
    return scope.fulfils(lambda groups: all(isinstance(group, Group) and implies(group, bits) for group in groups))


@cache
def implies(group: Group, bits: int) -> bool:
    """Tell whether whoever holds `group` of a record holds one of `bits` as well, in every decision of the law."""
    holding = [cell.bits for cell in TABLE.values() if cell.bits & group.bit]
    return bool(group.bit & bits) or (bool(holding) and all(held & bits for held in holding))


def edge_faults(core: GraphQLSchema, parent: GraphQLObjectType, field: GraphQLField) -> Iterator[str]:
    """Yield a sentence for each type to which `field` leads from `parent` under a verdict that is not the type's own.

    Roots are left to `route_faults`: what they give is given by readings.
    """
    declared = field.extensions[DEFINITION]
    if any(issubclass(guard, RootPermission) for guard in declared.permission_classes):
        return
    guards = [guard for guard in declared.permission_classes if issubclass(guard, SeesPermission)]
    above = existence_of(parent.extensions[DEFINITION])
    groups = [group for guard in guards for group in guard.groups] or list(groups_in(above))
    where = f"{parent.name}.{declared.python_name}"
    for kind in _concrete(core, field):
        bits = existence_of(kind.extensions[DEFINITION])
        if not bits:
            continue
        if not groups and not loads_of(declared):
            yield f"`{where}` leads to `{kind.name}` from what is about no record: say what it loads"
        elif not all(implies(group, bits) for group in groups):
            yield f"`{where}` demands {told_of(groups)} and leads to `{kind.name}`, which exists by {told(bits)}"


def existence_faults(core: GraphQLSchema, name: str, definition: Any, examined: Iterable[Examined]) -> Iterator[str]:
    """Yield a sentence where a type about a child has open fields, or says that it exists by less than it does."""
    bits, record = existence_of(definition), record_of(definition)
    if not bits:
        return
    if record is None:
        yield from _list_faults(core, name, bits)
        return
    for field in definition.fields:
        if isinstance(field.metadata.get(LABEL), Public):
            yield f"`{name}.{field.python_name}` stands on a child's record and is open: make it a part, or guard it"
    asked = {group for each in examined if record in each.reading.gives and each.scope for group in each.scope.named()}
    for group in groups_in(bits):
        if group is not FieldGroup.PLACE and group not in asked:
            yield f"`{name}` exists by {group}, which no reading that gives it demands: say by what it exists"


def _list_faults(core: GraphQLSchema, name: str, bits: int) -> Iterator[str]:
    """Yield a sentence where a list exists by something else than its rows do."""
    fields: Any = getattr(core.type_map[name], "fields", {})
    edges: Any = get_named_type(fields["edges"].type) if "edges" in fields else None
    if edges is not None:
        row = get_named_type(edges.fields["node"].type)
        if existence_of(row.extensions[DEFINITION]) != bits:
            yield f"`{name}` exists by {told(bits)} and its rows, `{row.name}`, by something else: say the same of both"


def told_of(groups: Iterable[Group]) -> str:
    return ", ".join(groups)


def loads_of(field: Any) -> tuple[Callable[[Any], Any], ...] | None:
    """Return what a field's resolver says that it loads, None where it says nothing."""
    loads: tuple[Callable[[Any], Any], ...] | None = getattr(
        getattr(field.base_resolver, "wrapped_func", None), LOADS, None
    )
    return loads


def about_children(core: GraphQLSchema) -> tuple[str, ...]:
    """Return the names of all types that no operation reaches without a purpose and a reason (R15)."""
    return tuple(sorted(name for name, kind in core.type_map.items() if is_about_a_child(kind)))


def purpose_faults(core: GraphQLSchema) -> Iterator[str]:
    """Yield a sentence for each way to a type about a child on which nothing would ask for a purpose."""
    yield from _nameless(core)
    seen: set[str] = set()
    waiting = [root for root in (core.query_type, core.mutation_type, core.subscription_type) if root is not None]
    while waiting:
        kind = waiting.pop()
        for name, field in kind.fields.items():
            if any(issubclass(guard, MayPermission) for guard in field.extensions[DEFINITION].permission_classes):
                continue
            for below in _concrete(core, field):
                if isinstance(get_named_type(field.type), GraphQLAbstractType) and is_about_a_child(below):
                    yield f"`{kind.name}.{name}` may be `{below.name}` and needs no purpose: name the type, or an act"
                elif not is_about_a_child(below) and below.name not in seen:
                    seen.add(below.name)
                    waiting.append(below)


def _nameless(core: GraphQLSchema) -> Iterator[str]:
    """Yield a sentence for each type that stands on a child's record and does not say that it is about a child."""
    kinds = {name: kind for name, kind in core.type_map.items() if isinstance(kind, GraphQLObjectType)}
    on = {name: record_of(kind.extensions.get(DEFINITION)) for name, kind in kinds.items()}
    records = {on[name] for name, kind in kinds.items() if is_about_a_child(kind)} - {None}
    for name, kind in kinds.items():
        if on[name] in records and not is_about_a_child(kind):
            yield f"`{name}` stands on a child's record and needs no purpose: say `exists_by=`"


def _concrete(core: GraphQLSchema, field: GraphQLField) -> list[GraphQLObjectType]:
    named: Any = get_named_type(field.type)
    if isinstance(named, GraphQLAbstractType):
        return list(core.get_possible_types(named))
    return [named] if isinstance(named, GraphQLObjectType) else []

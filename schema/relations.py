"""The proof of fields: what a field loads is judged by the groups of its label, and what it takes is known."""

from collections.abc import Iterator
from typing import Any, get_type_hints

from strawberry.types.base import StrawberryOptional
from strawberry.utils.str_converters import to_camel_case

from authz.guard import Exists, RootPermission, SeesPermission
from authz.words import Group, groups_in
from resolvers.criteria import child_shapes, contact_shapes
from resolvers.loaders import Loaders
from schema.canaries import told
from schema.fields import LABEL, existence_of, record_of
from schema.routes import implies, loads_of, told_of

ARGUMENTS = {
    "first": "how many rows",
    "after": "a cursor, whose row the statement looks up under its own conditions",
    "current": "which rows of a relation in sight",
    "id": "a key, read by one function",
    "ids": "keys, each read by the same function",
    "directoryNumber": "a number, compared where IDENTITY is demanded",
    "input": "what a deed is to do, field by field (`schema/proof_of_deeds.py`)",
    "state": "a state of the viewer's own view of an application, or of a shield whose case is in sight",
    "search": "criteria, each of which is a condition of a proven statement",
    "name": "a name of the public directory",
    "kind": "a kind of the public directory, or of work",
    "organisation": "a key of the public directory",
    "event": "a key of the journal; a row that does not tell its viewer is found by its own alone",
    "record": "a reference, read back by one function",
    "viewer": "a key, compared where who looked is told",
    "from": "an instant, compared with the time that is told",
    "to": "likewise",
}
"""Every argument of the schema, and what is read by it: one that is not here has no proof."""

CRITERIA = {
    "ChildSearch": {"soundsLike", *(name for shape in child_shapes() for name in shape.names)},
    "ContactSearch": {name for shape in contact_shapes() for name in shape.names},
}
"""For each input of criteria those that stand in a proven statement; `soundsLike` is a form of the others."""


def relation_faults(definition: Any, field: Any) -> Iterator[str]:
    """Yield a sentence where a field reads what its label does not cover, or what no proof can see."""
    where = f"{definition.name}.{field.python_name}"
    loads = loads_of(field)
    if any(issubclass(guard, RootPermission) for guard in field.permission_classes):
        return
    if field.base_resolver is None:
        yield from _attribute_faults(where, record_of(definition), field)
    elif loads is None and (field.arguments or field.base_resolver.info_parameter is not None):
        yield f"`{where}` takes more than its record and does not say what it loads: declare it by `loading`"
    for load in loads or ():
        yield from _load_faults(where, existence_of(definition), field, _loader_of(load))


def _attribute_faults(where: str, record: Any, field: Any) -> Iterator[str]:
    known = hasattr(record, field.python_name) or field.python_name in getattr(record, "__dataclass_fields__", ())
    if record is not None and not known:
        yield f"`{where}` has no resolver, and `{record.__name__}` no such attribute"


def _load_faults(where: str, bits: int, field: Any, loader: Any) -> Iterator[str]:
    reading = getattr(loader, "reading", None)
    if reading is None:
        yield f"`{where}` loads by `{getattr(loader, '__name__', loader)}`, which names no reading: give it one"
        return
    asked = [group for groups in reading.keys.values() for group in groups if isinstance(group, Group)]
    guards = [guard for guard in field.permission_classes if issubclass(guard, SeesPermission)]
    for guard in guards:
        if not set(guard.groups) <= set(asked):
            yield f"`{where}` is guarded by {told(guard.bits)} and loads `{reading.name}`, which asks for other groups"
    if isinstance(field.metadata.get(LABEL), Exists) and not loader.opaque:
        beyond = [group for group in asked if not _covered(group, bits)]
        if beyond:
            yield f"`{where}` is a part of its record and loads `{reading.name}`, judged by {told_of(beyond)}: guard it"


def _covered(group: Group, bits: int) -> bool:
    """Tell whether whoever knows that a record exists, by any of `bits`, holds `group` of it."""
    return all(implies(each, group.bit) for each in groups_in(bits))


def _loader_of(load: Any) -> Any:
    name = load(_Names())
    member = getattr(Loaders, name)
    return get_type_hints(getattr(member, "func", member)).get("return")


class _Names:
    """Stands for the loaders of an operation, to learn which of them a relation asks."""

    def __getattr__(self, name: str) -> str:
        return name


def argument_faults(where: str, field: Any) -> Iterator[str]:
    """Yield a sentence for each argument, and each criterion in one, of which no proof knows what is read by it."""
    for argument in field.arguments:
        name = argument.graphql_name or to_camel_case(argument.python_name)
        if name not in ARGUMENTS:
            yield f"`{where}` takes `{name}`, which no proof knows: say in `schema/relations.py` what is read by it"
        kind = argument.type.of_type if isinstance(argument.type, StrawberryOptional) else argument.type
        definition = getattr(kind, "__strawberry_definition__", None)
        if definition is not None and definition.is_input and name != "input":
            yield from _criteria_faults(where, name, definition)


def _criteria_faults(where: str, argument: str, definition: Any) -> Iterator[str]:
    for each in definition.fields:
        criterion = each.graphql_name or to_camel_case(each.python_name)
        if criterion not in CRITERIA.get(definition.name, ()):
            yield f"`{where}` takes `{argument}.{criterion}`, which stands in no proven statement: add it to its shapes"

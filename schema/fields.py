"""How fields are declared: each with its label, so that a field without one cannot slip in.

`guarded` may be withheld, `part` belongs to its record, `open_field` holds no column about a child, `root` names
the act that a viewer needs, and `directory_root` asks for an account without a lapse. All are ordinary Strawberry
fields.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import strawberry
from strawberry import UNSET
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.schema_directive import Location

import schema.enums_of_feeds  # the closed sets are registered before any field names one
import schema.enums_of_work  # noqa: F401
from authz.guard import exists, in_force, may, public, sees
from authz.words import Act, FieldGroup, Group, mask
from resolvers.context import Operation
from resolvers.loaders import Loaders
from schema.cost import COST, ONE, Cost
from schema.plan import RELATION, Ask, Relation
from schema.wording import beside, of_a_root, of_the_directory

DEFINITION = GraphQLCoreConverter.DEFINITION_BACKREF
"""The key under which a built type or field carries its Strawberry definition."""

LABEL = "label"
"""The key of a field's label in its metadata; guarded and root fields are labelled by their permission class."""

LOADS = "loads"
"""The attribute of a resolver that tells which loaders it asks; the proof looks at each of them."""

_EXISTS_BY, _RECORD = "__exists_by__", "__record__"

Info = strawberry.Info[Operation, None]
Resolver = Any
"""A resolver, of any of the shapes that Strawberry takes."""
T = TypeVar("T")


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="sees",
    description="The group that guards this field: null here, with the group in `withheld`, means withheld.",
)
class SeesDirective:
    group: FieldGroup


def guarded(
    *groups: Group, description: str, resolver: Resolver = None, name: str | None = None, cost: Cost | None = None
) -> Any:
    """Declare a nullable field that any of `groups` opens; the first is told to clients."""
    permission = sees(*groups)
    public_group = permission.groups[0]
    return strawberry.field(
        resolver=resolver,
        name=name,
        description=beside(description, cost, public_group),
        permission_classes=[permission],
        metadata=_metadata(resolver, cost),
        directives=[SeesDirective(group=FieldGroup(public_group)), *_shown(cost)],
    )


def part(*, description: str, resolver: Resolver = None, name: str | None = None, cost: Cost | None = None) -> Any:
    """Declare a field that is part of what its record is: whoever reaches the record sees it."""
    return _labelled(exists(), description, resolver, name, cost)


def open_field(
    *, why: str, description: str, resolver: Resolver = None, name: str | None = None, cost: Cost | None = None
) -> Any:
    """Declare a field without any column about a child; `why` says so in a sentence that can be checked."""
    return _labelled(public(why), description, resolver, name, cost)


def root(*acts: Act, description: str, resolver: Resolver, cost: Cost = ONE, follows: bool = False) -> Any:
    """Declare a root field for viewers who hold any of `acts`; it needs a purpose and a reason, always.

    One that `follows` is of a subscription: its resolver returns what is followed.
    """
    return _rooted(may(*acts), f"{description}\n\n{of_a_root(acts, cost)}", resolver, cost, follows=follows)


def directory_root(*, description: str, resolver: Resolver, cost: Cost) -> Any:
    """Declare a root field of the directory of bodies and workers, for every account without a lapse.

    By itself it needs no purpose; a selection that reaches a type about a child does (`schema/needs.py`).
    """
    return _rooted(in_force(), f"{description}\n\n{of_the_directory(cost)}", resolver, cost)


def _labelled(label: Any, description: str, resolver: Resolver, name: str | None, cost: Cost | None) -> Any:
    metadata = {LABEL: label, **_metadata(resolver, cost)}
    directives = _shown(cost)
    return strawberry.field(
        resolver=resolver,
        name=name,
        description=beside(description, cost),
        metadata=metadata,
        directives=directives,
    )


def _rooted(permission: type[Any], description: str, resolver: Resolver, cost: Cost, *, follows: bool = False) -> Any:
    return strawberry.field(
        resolver=resolver,
        description=description,
        permission_classes=[permission],
        metadata={COST: cost},
        is_subscription=follows,
        directives=_shown(cost),
    )


def _shown(cost: Cost | None) -> list[object]:
    return [] if cost is None else cost.directives


def _metadata(resolver: Resolver, cost: Cost | None) -> dict[str, Any]:
    """Return what the plan and the limits read of a field: the relation that its resolver declares, and its cost."""
    relation = getattr(resolver, "relation", None)
    found: dict[str, Any] = {} if relation is None else {RELATION: relation}
    return found if cost is None else {**found, COST: cost}


def given(value: T | None) -> T | None:
    """Return an optional argument, None where it was left out."""
    return None if value is UNSET else value


def related(load: Callable[[Loaders], Any], pick: Callable[[Any], Any] | None = None) -> Callable[..., Awaitable[Any]]:
    """Return the resolver of a relation: what a loader gives for the record, or what `pick` takes of it."""

    async def resolve(root: Any, info: Info) -> Any:
        loaded = await load(info.context.loaders).load(root)
        return loaded if pick is None or loaded is None else pick(loaded)

    def ask(operation: Operation) -> Ask:
        return Ask(load(operation.loaders), pick)

    return asked_at_once(loading(load)(resolve), ask)


def loading(*loads: Callable[[Loaders], Any]) -> Callable[[T], T]:
    """Declare which loaders a resolver asks; none, where it reads no row of the directory.

    A resolver that takes more than its record and does not say so stops the start.
    """

    def declare(resolver: T) -> T:
        setattr(resolver, LOADS, loads)
        return resolver

    return declare


def asked_at_once(resolver: T, ask: Callable[..., Ask | None]) -> T:
    """Have a resolver's field answered for all rows of a level at once by `ask`, where the plan runs it."""
    resolver.relation = Relation(ask)  # type: ignore[attr-defined]  # functions take attributes
    return resolver


def existence_of(definition: Any) -> int:
    """Return the bits by any of which a row of a type exists, 0 for a type that is about no record.

    A generic type (a connection, an edge) exists by what its rows exist by: how many there are, and their
    cursors, are about them too. Raises ValueError where it cannot be told what a row is.
    """
    bits: int = getattr(getattr(definition, "origin", None), _EXISTS_BY, 0)
    for row in getattr(definition, "type_var_map", {}).values():
        if not hasattr(row, _EXISTS_BY):
            raise ValueError(f"a list holds `{row}`, which does not say by what it exists: declare it by object_type")
        bits |= getattr(row, _EXISTS_BY)
    return bits


def record_of(definition: Any) -> type[Any] | None:
    """Return the record class behind a type, None for a type that stands on none."""
    record: type[Any] | None = getattr(getattr(definition, "origin", None), _RECORD, None)
    return record


def object_type(
    *, description: str, of: type[Any] | None = None, exists_by: tuple[Group, ...] = ()
) -> Callable[[type[T]], type[T]]:
    """Declare an object type.

    `of` is the record class behind it, which tells concrete types of an interface or union apart; the proof asks
    by which readings it is given.
    `exists_by` are the groups any of which makes a row of this type exist; a type that has one is about a
    child, and reaching it needs a purpose, unless the group is PLACE.
    """

    def declare(cls: type[T]) -> type[T]:
        if of is not None and not hasattr(cls, "is_type_of"):
            record = of

            def is_type_of(obj: Any, _info: Any) -> bool:
                return isinstance(obj, record)

            is_type_of.instances_of = record  # type: ignore[attr-defined]  # read by the plan
            cls.is_type_of = staticmethod(is_type_of)  # type: ignore[attr-defined]  # read by Strawberry
        made = strawberry.type(cls, description=description)
        setattr(made, _EXISTS_BY, mask(*exists_by))
        setattr(made, _RECORD, of)
        return made

    return declare

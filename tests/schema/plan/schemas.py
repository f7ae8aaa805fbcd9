"""Generated schemas: objects, an interface and a union, with fields answered in every way there is."""

import asyncio
import random
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, ClassVar

import strawberry
from aiodataloader import DataLoader
from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission
from strawberry.schema.config import StrawberryConfig

from resolvers.batching import LevelLoader
from schema.plan import RELATION, Ask, Relation
from tests.schema.plan.worlds import Colour, Money, Row, Type, World, write_money

Tint = strawberry.enum(Colour)
LEAVES: dict[str, Any] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "ID": strawberry.ID,
    "colour": Tint,
    "money": Money,
}
CONFIG = StrawberryConfig(
    scalar_map={Money: strawberry.scalar(name="Money", serialize=write_money, parse_value=lambda v: Money(int(v)))}
)
WAYS = ["attribute"] * 4 + ["method", "arguments", "info", "masked", "masked", "masked-method", "masked-call"]
WAYS += ["permitted", "refused", "extended"]
LATE_WAYS = [*WAYS, "async", "async", "async-permitted", "async-extended", "relation", "relation", "plain-loader"]
LATE_WAYS += ["masked-relation", "picked", "argued"]


class Masked(BasePermission):
    """A guard that can be asked for a whole level."""

    bits: ClassVar[int] = 0

    def has_permission(self, source: Any, info: Any, **_: Any) -> bool:
        return bool(self.ask_all([source], self.bits, info.context)[0] & self.bits)

    def on_unauthorized(self) -> None:
        """Answer null."""

    @staticmethod
    def ask_all(sources: Sequence[Any], bits: int, context: Any) -> list[int]:
        for source in sources:
            context.noted[source.key] = context.noted.get(source.key, 0) | bits
        return [source.mask for source in sources]


class Even(BasePermission):
    """A guard that must be asked for each row, and raises."""

    message = "odd rows are not for you"

    def has_permission(self, source: Any, info: Any, **_: Any) -> bool:  # noqa: ARG002  # Strawberry's signature
        return source.mask % 2 == 0


class Silent(Even):
    def on_unauthorized(self) -> None:
        """Answer null."""


class EvenLater(Even):
    async def has_permission(self, source: Any, info: Any, **_: Any) -> bool:  # type: ignore[override]  # noqa: ARG002
        return source.mask % 2 == 0


class Wrapped(FieldExtension):
    """An extension that hides every value of some rows."""

    def resolve(self, next_: Any, source: Any, info: Any, **kwargs: Any) -> Any:
        return None if source.mask == 3 else next_(source, info, **kwargs)


class WrappedLater(FieldExtension):
    async def resolve_async(self, next_: Any, source: Any, info: Any, **kwargs: Any) -> Any:
        found = next_(source, info, **kwargs)
        return None if source.mask == 3 else await found


@strawberry.input
class Box:
    width: int = 2
    colour: Tint = Tint.RED
    tags: list[str] | None = None


MASKS = [type(f"Masked{bits}", (Masked,), {"bits": bits}) for bits in (1, 2, 4, 6)]


class Fields:
    """Makes the fields of one generated schema, each answered in one of the ways."""

    def __init__(self, seed: str, *, late: bool) -> None:
        self.draw = random.Random(seed)
        self.ways = LATE_WAYS if late else WAYS

    def made(self, name: str, kind: Type) -> Any:
        """Return the field `name` of `kind`; what it gives is the row's property of that name, in some way."""
        if self.draw.random() < 0.1 and kind == TEXT:
            return strawberry.field(resolver=_described)
        way = self.draw.choice(self.ways)
        guard = [self.draw.choice(MASKS)] if way.startswith("masked") else []
        return getattr(self, "_" + way.replace("-", "_"))(name, guard)

    def _attribute(self, _name: str, guard: list[Any]) -> Any:
        return strawberry.field(permission_classes=guard)

    _masked = _attribute

    def _method(self, name: str, guard: list[Any]) -> Any:
        return strawberry.field(resolver=_reader(name), permission_classes=guard)

    _masked_method = _method

    def _info(self, name: str, guard: list[Any]) -> Any:
        def resolve(root: Any, info: strawberry.Info) -> Any:
            assert info.field_name
            return getattr(root, name)

        return strawberry.field(resolver=resolve, permission_classes=guard)

    _masked_call = _info

    def _arguments(self, name: str, _guard: list[Any]) -> Any:
        def resolve(root: Any, x: int = 3, flag: bool | None = None) -> Any:
            return getattr(root, name) if x < 100 and flag is not True else None

        return strawberry.field(resolver=resolve)

    def _permitted(self, name: str, _guard: list[Any]) -> Any:
        return strawberry.field(resolver=_reader(name), permission_classes=[Silent])

    def _refused(self, _name: str, _guard: list[Any]) -> Any:
        return strawberry.field(permission_classes=[Even])

    def _extended(self, name: str, _guard: list[Any]) -> Any:
        return strawberry.field(resolver=_reader(name), extensions=[Wrapped()])

    def _async(self, name: str, guard: list[Any]) -> Any:
        async def resolve(root: Any) -> Any:
            await asyncio.sleep(0)
            return getattr(root, name)

        return strawberry.field(resolver=resolve, permission_classes=guard)

    def _async_permitted(self, name: str, _guard: list[Any]) -> Any:
        return strawberry.field(resolver=_reader(name), permission_classes=[EvenLater])

    def _async_extended(self, name: str, _guard: list[Any]) -> Any:
        return strawberry.field(resolver=_reader(name), extensions=[WrappedLater()])

    def _relation(self, name: str, guard: list[Any]) -> Any:
        return _related(name, guard, LevelLoader)

    _masked_relation = _relation

    def _plain_loader(self, name: str, guard: list[Any]) -> Any:
        return _related(name, guard, DataLoader)

    def _picked(self, name: str, guard: list[Any]) -> Any:
        return _related(name, guard, LevelLoader, pick=True)

    def _argued(self, name: str, _guard: list[Any]) -> Any:
        async def resolve(root: Any, info: strawberry.Info, x: int = 1, box: Box | None = None) -> Any:
            if x == 13:
                raise LookupError("x is unlucky")
            width = box.width if box else 0
            return await _loader(info.context, name, LevelLoader, (x, width)).load(root)

        def ask(context: Any, x: int = 1, box: Box | None = None) -> Ask | None:
            if x == 13:
                raise LookupError("x is unlucky")
            width = box.width if box else 0
            return None if x == 7 else Ask(_loader(context, name, LevelLoader, (x, width)))

        return strawberry.field(resolver=resolve, metadata={RELATION: Relation(ask)})


TEXT = Type("str", leaf=True, lists=0, nulls=(True,))


def _described(  # noqa: PLR0917  # it takes one argument of every kind
    root: Any,
    info: strawberry.Info,
    x: int = 3,
    colour: Tint | None = None,
    box: Box | None = None,
    many: list[int] | None = None,
    money: Money | None = None,
) -> Any:
    """Tell of the info and the arguments everything that a resolver may ask."""
    raw = info._raw_info
    place = info.path.as_list(), info.path.typename, raw.parent_type.name, len(raw.field_nodes), str(raw.return_type)
    box_told = box and (box.width, box.colour, box.tags)
    if box is not None and box.tags is not None:
        box.tags.append("changed")
    return repr((root.key, place, sorted(info.variable_values), x, colour, box_told, many, money))


def _reader(name: str) -> Callable[[Any], Any]:
    def resolve(root: Any) -> Any:
        return getattr(root, name)

    return resolve


def _related(name: str, guard: list[Any], kind: type[Any], *, pick: bool = False) -> Any:
    def picked(pair: tuple[Any]) -> Any:
        if pair[0] == 13:
            raise LookupError("picked an unlucky one")
        return pair[0]

    async def resolve(root: Any, info: strawberry.Info) -> Any:
        found = await _loader(info.context, name, kind, pick).load(root)
        return picked(found) if pick else found

    def ask(context: Any) -> Ask:
        return Ask(_loader(context, name, kind, pick), picked if pick else None)

    metadata = {RELATION: Relation(ask)}
    return strawberry.field(resolver=resolve, permission_classes=guard, metadata=metadata)


def _loader(context: Any, name: str, kind: type[Any], more: Any) -> Any:
    """Return the operation's loader of one relation; a row of mask 5 fails, and one of mask 7 fails its batch."""

    async def load(rows: list[Any]) -> list[Any]:
        found: list[Any] = []
        for row in rows:
            try:
                value = LookupError("no such row") if row.mask == 5 and name.endswith("3") else row.loaded(name)
            except Exception as error:  # noqa: BLE001  # the error of one key
                value = error
            found.append((value,) if more is True and not isinstance(value, Exception) else value)
        return found

    key = name, kind, more
    if key not in context.loaders:
        context.loaders[key] = kind(load, get_cache_key=lambda row: (type(row), row.key))
    return context.loaders[key]


HEAD = """
from __future__ import annotations
from typing import Annotated
import strawberry
"""


class Generated:
    """One generated schema, with the types that its operations are drawn from; `source` is its text."""

    def __init__(self, seed: str, *, late: bool) -> None:
        self.draw, self.late = random.Random(seed), late
        names = [f"T{n}" for n in range(self.draw.choice([2, 3, 4]))]
        self.members = [name for name in names if self.draw.random() < 0.7] or names[:1]
        self.kinds = {name: (name,) for name in names} | {"Thing": tuple(self.members), "AnyOf": tuple(names)}
        self.fields = {"Thing": {f"i{n}": self._type(leaf=self.draw.random() < 0.7) for n in range(3)}}
        for name in names:
            own = {f"{name.lower()}_f{n}": self._type() for n in range(self.draw.randrange(4, 9))}
            self.fields[name] = (self.fields["Thing"] if name in self.members else {}) | own
        self.fields["Query"] = {f"q{n}": self._type(leaf=False) for n in range(4)}
        self.fields["AnyOf"] = {}
        self.rows = {name: self._rows(name) for name in [*names, "Query"]}
        self.source = self._source(names)
        self.schema = self._made(seed)

    def world(self, seed: str) -> World:
        """Return a world of this schema."""
        calm = random.Random(seed).choice([100, 97, 90, 75])
        rows = {name: kind for name, kind in self.rows.items() if name != "Query"}
        return World(seed, self.kinds, calm=calm, late=self.late, rows=rows)

    def _type(self, *, leaf: bool | None = None) -> Type:
        leaf = self.draw.random() < 0.6 if leaf is None else leaf
        lists = self.draw.choice([0, 0, 0, 1, 1, 2])
        nulls = tuple(self.draw.random() < 0.5 for _ in range(lists + 1))
        if leaf and self.draw.random() < 0.3:
            return TEXT
        return Type(self.draw.choice(list(LEAVES) if leaf else list(self.kinds)), leaf, lists, nulls)

    def _rows(self, name: str) -> type[Any]:
        """Return the class of the rows behind a type: a property for each field."""

        def reader(field: str, kind: Type) -> property:
            return property(lambda row: row.world.value(row.key, field, kind))

        return type(name, (Row,), {field: reader(field, kind) for field, kind in self.fields[name].items()})

    def _source(self, names: list[str]) -> str:
        text = HEAD + self._class("Thing", "", self.fields["Thing"], "interface")
        for name in names:
            own = {field: kind for field, kind in self.fields[name].items() if field not in self.fields["Thing"]}
            base = "(Thing)" if name in self.members else ""
            text += self._class(name, base, own, "type") + f"    is_type_of = staticmethod(of({name!r}))\n"
        text += f"AnyOf = Annotated[{' | '.join(names)}, strawberry.union('AnyOf')]\n"
        return text + self._class("Query", "", self.fields["Query"], "type")

    def _class(self, name: str, base: str, fields: dict[str, Type], what: str) -> str:
        lines = [f"    {field}: {_annotation(kind)} = made({field!r}, {kind!r})" for field, kind in fields.items()]
        return f"@strawberry.{what}\nclass {name}{base}:\n" + "\n".join(lines) + "\n"

    def _made(self, seed: str) -> strawberry.Schema:
        module = ModuleType(f"generated_{seed}")
        sys.modules[module.__name__] = module
        vars(module).update(LEAVES, made=Fields(seed, late=self.late).made, of=self._of, Type=Type)
        exec(self.source, vars(module))  # noqa: S102  # made here
        types = [vars(module)[name] for name in self.rows if name != "Query"]
        made = strawberry.Schema(vars(module)["Query"], types=types, config=CONFIG)
        del sys.modules[module.__name__]
        return made

    def _of(self, name: str) -> Callable[[Any, Any], bool]:
        kind = self.rows[name]

        def is_type_of(value: Any, info: Any) -> bool:
            assert info.field_name
            return isinstance(value, kind)

        if self.draw.random() < 0.5:
            is_type_of.instances_of = kind  # type: ignore[attr-defined]  # read by the plan
        return is_type_of


def _annotation(kind: Type) -> str:
    found = kind.name
    for depth in range(kind.lists, -1, -1):
        found = f"list[{found}]" if depth < kind.lists else found
        found += " | None" if kind.nulls[depth] else ""
    return found

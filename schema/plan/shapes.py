"""Shapes: what the type of a field makes of its values, a whole column at once (Value Completion)."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from types import CoroutineType, FunctionType, GeneratorType
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, GraphQLLeafType, Undefined
from graphql.pyutils import is_iterable

from schema.plan.columns import AnyColumn, Column, Fault, Late, Lists, Scattered, spread
from schema.plan.leaves import checked, column_of
from schema.plan.place import ItemPlace, Place, SomePlace

if TYPE_CHECKING:
    from schema.plan.run import Run
    from schema.plan.steps import Field

NULL = type(None)
_ODD = Exception, CoroutineType, GeneratorType, type(Undefined)
_NOTHING = {NULL, type(Undefined)}
_LISTS = {list, tuple}


@lru_cache(maxsize=1024)
def _odd(kind: type) -> bool:
    """Tell whether a value of `kind` may be something else than a value or None: an error, or to be awaited."""
    if issubclass(kind, _ODD) or hasattr(kind, "__await__"):
        return True
    return hasattr(kind, "__getattr__") or isinstance(kind.__getattribute__, FunctionType)


class Shape:
    """What is made of values of one type; nullable or not."""

    def __init__(self, field: "Field", *, nullable: bool) -> None:
        self.field, self.nullable = field, nullable

    @property
    def tells_of_rows(self) -> bool:
        """Whether what becomes of a value follows from that value alone, wherever it stands."""
        return False

    def take(self, values: list[Any], place: Place, run: "Run", *, settled: bool = False) -> AnyColumn:
        """Return the column that `values` become, one for each place; exceptions among them are errors.

        What is `settled` has been awaited, and is not again: the result of an async resolver is a value.
        """
        return self.take_kinds(values, set(map(type, values)), place, run, settled=settled)

    def take_kinds(self, values: list[Any], kinds: set[type], place: Place, run: "Run", *, settled: bool) -> AnyColumn:
        """Take `values` whose types are `kinds`."""
        if any(map(_odd, kinds)):
            return self.sift(values, place, run, settled=settled)
        if NULL not in kinds:
            return self.dense(values, kinds, place, run)
        kept = [position for position, value in enumerate(values) if value is not None]
        faults = {} if self.nullable else self._null_faults(values)
        return self.scatter(values, kept, faults, place, run)

    def _null_faults(self, values: list[Any]) -> dict[int, Fault]:
        return {at: self.fault(self.field.null_error()) for at, value in enumerate(values) if value is None}

    def dense(self, values: list[Any], kinds: set[type], place: Place, run: "Run") -> AnyColumn:
        """Return the column of values none of which is null, an error or to be awaited."""
        raise NotImplementedError

    def sift(self, values: list[Any], place: Place, run: "Run", *, settled: bool) -> AnyColumn:
        """Await what is to be awaited, set nulls and errors aside and take the rest."""
        if not settled:
            waiting = [position for position, value in enumerate(values) if run.is_awaitable(value)]
            if waiting:
                return self._later(values, waiting, place, run)
        faults: dict[int, Fault] = {}
        kept: list[int] = []
        for position, value in enumerate(values):
            if isinstance(value, Exception):
                faults[position] = self.fault(value)
            elif value is not None and value is not Undefined:
                kept.append(position)
            elif not self.nullable:
                faults[position] = self.fault(self.field.null_error())
        return self.scatter(values, kept, faults, place, run)

    def scatter(
        self, values: list[Any], kept: list[int], faults: dict[int, Fault], place: Place, run: "Run"
    ) -> AnyColumn:
        """Return the column of which the values at `kept` are taken, and the others null or failed."""
        some = [values[position] for position in kept]
        inner = self.dense(some, set(map(type, some)), SomePlace(place, kept), run) if some else []
        if len(some) == len(values):
            return inner
        if not faults and not isinstance(inner, Column):
            return spread(inner, kept, len(values))
        return Scattered(inner, kept, len(values), faults, nullable=self.nullable)

    def fault(self, error: Exception) -> Fault:
        """Return `error` as one of this field."""
        return Fault(error, self.field.nodes)

    def _later(self, values: list[Any], waiting: list[int], place: Place, run: "Run") -> AnyColumn:
        late = Late()

        def go_on(results: Sequence[Any]) -> None:
            known = list(values)
            for position, result in zip(waiting, results, strict=True):
                known[position] = result
            late.inner = self.sift(known, place, run, settled=True)

        run.wait([values[position] for position in waiting], go_on)
        return late


class LeafShape(Shape):
    """A scalar or an enum."""

    def __init__(self, field: "Field", kind: GraphQLLeafType, *, nullable: bool) -> None:
        super().__init__(field, nullable=nullable)
        self.kind = kind
        self.quick = column_of(kind)

    @property
    def tells_of_rows(self) -> bool:
        return True

    def at_once(self, values: list[Any]) -> list[Any] | None:
        """Return the column of values that all are as they should be, None for others."""
        if self.quick is None:
            return None
        kinds = set(map(type, values))
        return self.quick(values, kinds) if self.nullable or NULL not in kinds else None

    def take(self, values: list[Any], place: Place, run: "Run", *, settled: bool = False) -> AnyColumn:
        quick = self.at_once(values)
        return super().take(values, place, run, settled=settled) if quick is None else quick

    def dense(self, values: list[Any], kinds: set[type], place: Place, run: "Run") -> AnyColumn:  # noqa: ARG002
        quick = None if self.quick is None else self.quick(values, kinds)
        if quick is not None:
            return quick
        try:
            served = list(map(self.kind.coerce_output_value, values))
        except Exception:  # noqa: BLE001  # then each on its own
            served = [None]
        if not _NOTHING & set(map(type, served)):
            return served
        return self._each(values)

    def _each(self, values: list[Any]) -> AnyColumn:
        served: list[Any] = []
        faults: dict[int, Fault] = {}
        good: list[int] = []
        for position, value in enumerate(values):
            try:
                served.append(checked(self.kind, value))
                good.append(position)
            except Exception as error:  # noqa: BLE001  # whatever a scalar raises is the field's error
                faults[position] = self.fault(error)
        return Scattered(served, good, len(values), faults, nullable=self.nullable) if faults else served


class ListShape(Shape):
    """A list of any shape."""

    def __init__(self, field: "Field", item: Shape, *, nullable: bool) -> None:
        super().__init__(field, nullable=nullable)
        self.item = item

    @property
    def tells_of_rows(self) -> bool:
        return self.item.tells_of_rows

    def dense(self, values: list[Any], kinds: set[type], place: Place, run: "Run") -> AnyColumn:
        if kinds <= _LISTS:
            return self._lists(values, {}, place, run)
        streams = [position for position, value in enumerate(values) if run.is_async_iterable(value)]
        if not streams:
            return self._iterables(values, place, run)
        late = Late()

        def go_on(results: Sequence[Any]) -> None:
            known = list(values)
            for position, result in zip(streams, results, strict=True):
                known[position] = result
            late.inner = self._iterables(known, place, run)

        run.wait([_drain_later(values[position]) for position in streams], go_on)
        return late

    def _iterables(self, values: list[Any], place: Place, run: "Run") -> AnyColumn:
        lists: list[Any] = []
        faults: dict[int, Fault] = {}
        broken: dict[int, Fault] = {}
        kept: list[int] = []
        for position, value in enumerate(values):
            items = value if isinstance(value, Drained) else _drain(value)
            if items is None:
                faults[position] = self.fault(GraphQLError(self.field.list_error()))
                continue
            if items.error is not None:
                broken[len(lists)] = self.fault(items.error)
            lists.append(items.items)
            kept.append(position)
        if not faults:
            return self._lists(lists, broken, place, run)
        inner = self._lists(lists, broken, SomePlace(place, kept), run)
        return Scattered(inner, kept, len(values), faults, nullable=self.nullable)

    def _lists(self, lists: list[Any], broken: dict[int, Fault], place: Place, run: "Run") -> AnyColumn:
        lengths = list(map(len, lists))
        flat = list(chain.from_iterable(lists))
        inner: AnyColumn = self.item.take(flat, ItemPlace(place, lengths), run) if flat else []
        return Lists(inner, lengths, broken, nullable=self.nullable)


class Drained:
    """The items of an iterable, and the error that ended it early."""

    __slots__ = ("error", "items")

    def __init__(self) -> None:
        self.items: list[Any] = []
        self.error: Exception | None = None


def _drain(value: Any) -> Drained | None:
    """Return the items of an iterable, None for what is none."""
    if not is_iterable(value):
        return None
    drained = Drained()
    try:
        drained.items.extend(value)
    except Exception as error:  # noqa: BLE001  # an error of the list, behind those of its items
        drained.error = error
    return drained


async def _drain_later(value: Any) -> Drained:
    drained = Drained()
    try:
        async for item in value:
            drained.items.append(item)
    except Exception as error:  # noqa: BLE001  # as above
        drained.error = error
    return drained

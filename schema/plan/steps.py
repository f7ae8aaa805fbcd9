"""Steps: how each field of a plan gets its values, for all rows of a level at once."""

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import Any

from graphql import (
    BooleanValueNode,
    EnumValueNode,
    FieldNode,
    FloatValueNode,
    GraphQLField,
    GraphQLObjectType,
    IntValueNode,
    NullValueNode,
    StringValueNode,
)
from strawberry.types.field import StrawberryField

from schema.plan.columns import AnyColumn, Late, spread
from schema.plan.compat import get_argument_values, nodes_of, python_arguments
from schema.plan.guards import MaskGuard, Positions
from schema.plan.level import Level
from schema.plan.place import FieldPlace
from schema.plan.relation import Ask, Relation
from schema.plan.shapes import LeafShape, Shape

_PLAIN = (IntValueNode, FloatValueNode, StringValueNode, BooleanValueNode, NullValueNode, EnumValueNode)
_CONSTANT = frozenset({bool, int, float, str, bytes, type(None)})


class Field:
    """One field of a selection, all its mergeable occurrences in one."""

    def __init__(self, key: str, parent: GraphQLObjectType, definition: GraphQLField, details: list[Any]) -> None:
        self.key, self.parent, self.definition, self.details = key, parent, definition, details
        self.nodes: list[FieldNode] = nodes_of(details)

    @property
    def name(self) -> str:
        """Its name on its parent, where `key` is its name in the answer."""
        return self.nodes[0].name.value

    def null_error(self) -> Exception:
        """Return the error of null where null is not allowed."""
        return TypeError(f"Cannot return null for non-nullable field {self.parent}.{self.name}.")

    def list_error(self) -> str:
        """Return what is wrong with a value that is no list."""
        return f"Expected Iterable, but did not find one for field '{self.parent}.{self.name}'."

    @cached_property
    def has_fixed_arguments(self) -> bool:
        """Whether its arguments are the document's own: plain values, and no variables."""
        return all(isinstance(one.value, _PLAIN) for one in self.nodes[0].arguments or ())

    def arguments(self, executor: Any) -> dict[str, Any]:
        """Return its arguments, coerced. Raises GraphQLError."""
        if not self.definition.args and not self.nodes[0].arguments:
            return {}
        return get_argument_values(
            self.definition, self.nodes[0], executor.variable_values, None, executor.hide_suggestions
        )


class Step:
    """A field, the shape of its type, and its guard if that can be asked for a whole level."""

    def __init__(self, field: Field, guard: type[MaskGuard] | None = None) -> None:
        self.field, self.guard = field, guard
        self.shape: Shape

    @property
    def tells_of_rows(self) -> bool:
        """Whether what this step gives for a row follows from that row alone."""
        return False

    def start(self, level: Level) -> AnyColumn:
        """Return the column of this step for all rows of `level`."""
        passed = level.passed(self.guard)
        if passed is None or passed:
            return self.ask(level, passed)
        return self.take([], level, passed)

    def ask(self, level: Level, positions: Positions) -> AnyColumn:
        """Return the column, the values of the rows at `positions` being asked for and the others null."""
        raise NotImplementedError

    def take(self, values: list[Any], level: Level, positions: Positions, *, settled: bool = False) -> AnyColumn:
        """Return the column of which `values` stand at `positions`; settled ones are not to be awaited."""
        if positions is not None:
            values = spread(values, positions, len(level.rows))
        return self.shape.take(values, FieldPlace(level, self.field), level.run, settled=settled)


class ConstantStep(Step):
    """`__typename`."""

    tells_of_rows = True

    def ask(self, level: Level, positions: Positions) -> AnyColumn:  # noqa: ARG002  # it has no guard
        return [self.field.parent.name] * len(level.rows)


class RowStep(Step):
    """An attribute, or a function of the row alone."""

    def __init__(self, field: Field, guard: type[MaskGuard] | None, read: Callable[[Any], Any]) -> None:
        super().__init__(field, guard)
        self.read = read

    @property
    def tells_of_rows(self) -> bool:
        return self.shape.tells_of_rows

    def start(self, level: Level) -> AnyColumn:
        # nearly all that is asked for comes by here: what can be settled for all rows at once is
        shape = self.shape
        if type(shape) is not LeafShape or level.passed(self.guard) is not None:
            return super().start(level)
        values = read_all(self.read, level.rows)
        quick = shape.at_once(values)
        return self.take(values, level, None) if quick is None else quick

    def ask(self, level: Level, positions: Positions) -> AnyColumn:
        return self.take(read_all(self.read, level.some(positions)), level, positions)


def read_all(read: Callable[[Any], Any], rows: Sequence[Any]) -> list[Any]:
    """Return what `read` gives for each row, called once each; what it raises stands in the row's place."""
    values: list[Any] = []
    left = iter(rows)
    while len(values) < len(rows):
        try:
            values.extend(map(read, left))
        except Exception as error:  # noqa: BLE001  # an error of the field, which is told in the answer
            values.append(error)
        else:
            if len(values) < len(rows):
                values.append(StopIteration())  # which `extend` took for the end
    return values


class CallStep(Step):
    """Any other resolver, called for each row, with whatever Strawberry has wrapped around it."""

    def ask(self, level: Level, positions: Positions) -> AnyColumn:
        return self.take(self.call(level, positions), level, positions)

    def call(self, level: Level, positions: Positions) -> list[Any]:
        """Return what the resolver gives for each row at `positions`; what it raises stands in the row's place."""
        executor, field = level.run.executor, self.field
        resolve = field.definition.resolve or executor.field_resolver
        infos = FieldPlace(level, field).infos
        values: list[Any] = []
        shared: dict[str, Any] | None = None
        for position in range(len(level.rows)) if positions is None else positions:
            try:
                if shared is None:
                    arguments = field.arguments(executor)
                    # a value that a resolver could change is made anew for the next row
                    shared = arguments if all(type(one) in _CONSTANT for one in arguments.values()) else None
                else:
                    arguments = shared
                values.append(resolve(level.rows[position], infos[position], **arguments))
            except Exception as error:  # noqa: BLE001  # an error of the field, which is told in the answer
                values.append(error)
        return values


class RelationStep(CallStep):
    """What a loader gives, asked for all rows at once."""

    def __init__(
        self, field: Field, guard: type[MaskGuard] | None, relation: Relation, declared: StrawberryField
    ) -> None:
        super().__init__(field, guard)
        self.relation, self.declared = relation, declared
        self._fixed: dict[str, Any] | None = None

    def ask(self, level: Level, positions: Positions) -> AnyColumn:
        rows = level.some(positions)
        try:
            asked = self.relation.ask(level.run.context, **self._arguments(level))
            loading = None if asked is None else level.ask(asked, positions)
        except Exception as error:  # noqa: BLE001  # an error of the field, for every row
            return self.take([error] * len(rows), level, positions)
        if asked is None or loading is None:
            return super().ask(level, positions)
        late = Late()

        def go_on(results: Sequence[Any]) -> None:
            values = _loaded(results[0], rows, asked)
            late.inner = self.take(values, level, positions, settled=True)

        level.run.wait([loading], go_on)
        return late

    def _arguments(self, level: Level) -> dict[str, Any]:
        if not self.declared.arguments:
            return {}
        if self._fixed is not None:
            return self._fixed
        executor = level.run.executor
        values = self.field.arguments(executor)
        info = FieldPlace(level, self.field).infos[0]
        arguments = python_arguments(executor.schema, self.declared, values, level.rows[0], info)
        if self.field.has_fixed_arguments and all(type(one) in _CONSTANT for one in arguments.values()):
            self._fixed = arguments  # of the document alone, whoever asks
        return arguments


def _loaded(answer: Any, rows: Sequence[Any], asked: Ask) -> list[Any]:
    """Return one value a row; where the loader failed, its error for every row."""
    if isinstance(answer, Exception):
        return [answer] * len(rows)
    if len(answer) != len(rows):
        return [RuntimeError("a loader did not give one value for each key: see its `load_each`")] * len(rows)
    values = list(answer)
    if asked.pick is None and asked.join is None:
        return values
    kinds = set(map(type, values))
    if asked.pick is not None and type(None) not in kinds and not any(issubclass(kind, Exception) for kind in kinds):
        return read_all(asked.pick, values)
    found = [at for at, loaded in enumerate(values) if loaded is not None and not isinstance(loaded, Exception)]
    if asked.pick is not None:
        made = read_all(asked.pick, [values[at] for at in found])
    else:
        made = read_all(partial(_joined, asked.join), [(rows[at], values[at]) for at in found])
    for at, value in zip(found, made, strict=True):
        values[at] = value
    return values


def _joined(join: Any, pair: tuple[Any, Any]) -> Any:
    return join(*pair)

"""Shapes of objects: the type of each value is settled, then the rows of one type become a level."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from graphql import GraphQLAbstractType, GraphQLObjectType, default_type_resolver

from schema.plan.columns import AnyColumn, Fault, Mixed, Objects, Scattered, Shared
from schema.plan.compat import invalid_return_type_error
from schema.plan.level import Level, ObjectPlan
from schema.plan.place import FirstPlace, Place, SomePlace
from schema.plan.shapes import Shape

if TYPE_CHECKING:
    from schema.plan.run import Run
    from schema.plan.steps import Field

PlanFor = Callable[[GraphQLObjectType], ObjectPlan]

MANY = 8
"""From how many rows on it pays to look for those that are the same."""

RECORD = "instances_of"
"""The name under which an `is_type_of` may say that it asks for the instances of one class, and nothing else."""


class ObjectShape(Shape):
    """An object of one type."""

    def __init__(self, field: "Field", kind: GraphQLObjectType, plan_for: PlanFor, *, nullable: bool) -> None:
        super().__init__(field, nullable=nullable)
        self.kind, self._plan_for = kind, plan_for
        self._plan: ObjectPlan | None = None
        self.is_type_of = kind.is_type_of
        self.record: type | None = getattr(self.is_type_of, RECORD, None)

    def dense(self, values: list[Any], kinds: set[type], place: Place, run: "Run") -> AnyColumn:
        if self.is_type_of is None or (self.record is not None and self._records(kinds)):
            return self._level(values, place, run)
        return self._checked(self.is_type_of, values, place, run)

    @property
    def tells_of_rows(self) -> bool:
        """Whether what becomes of a row follows from that row alone, as far as has been compiled."""
        plain = self.is_type_of is None or self.record is not None
        return plain and self._plan is not None and self._plan.tells_of_rows

    def _records(self, kinds: set[type]) -> bool:
        return all(issubclass(kind, self.record) for kind in kinds)  # type: ignore[arg-type]  # asked where not None

    def _level(self, rows: Sequence[Any], place: Place, run: "Run") -> AnyColumn:
        # Compiled where a row is first reached, never ahead: fragments can be nested so that the places which a
        # document could reach are far more than those that its data has.
        if self._plan is None:
            try:
                self._plan = self._plan_for(self.kind)
            except Exception as error:  # noqa: BLE001  # a faulty condition: the error of every row
                faults = {position: self.fault(error) for position in range(len(rows))}
                return Scattered([], [], len(rows), faults, nullable=self.nullable)
        if len(rows) >= MANY and self._plan.tells_of_rows:
            ids = list(map(id, rows))
            distinct = dict(zip(ids, rows, strict=True))
            if len(distinct) * 4 < len(rows) * 3:
                level = Level(run, self._plan, list(distinct.values()), FirstPlace(place, ids))
                run.add(level)
                rank = dict(zip(distinct, range(len(distinct)), strict=True))
                return Shared(level, list(map(rank.__getitem__, ids)), nullable=self.nullable)
        level = Level(run, self._plan, rows, place)
        run.add(level)
        return Objects(level, nullable=self.nullable)

    def _checked(self, is_type_of: Callable[..., Any], values: list[Any], place: Place, run: "Run") -> AnyColumn:
        answers: list[Any] = []
        for value, info in zip(values, place.infos, strict=True):
            try:
                answers.append(is_type_of(value, info))
            except Exception as error:  # noqa: BLE001  # whatever it raises is the field's error
                answers.append(error)
        return run.known(answers, lambda known: self._of_type(values, known, place, run))

    def _of_type(self, values: list[Any], answers: Sequence[Any], place: Place, run: "Run") -> AnyColumn:
        faults: dict[int, Fault] = {}
        kept: list[int] = []
        for position, answer in enumerate(answers):
            if isinstance(answer, Exception):
                faults[position] = self.fault(answer)
            elif answer:
                kept.append(position)
            else:
                error = invalid_return_type_error(self.kind, values[position], self.field.details)
                faults[position] = self.fault(error)
        if not faults:
            return self._level(values, place, run)
        rows = [values[position] for position in kept]
        inner = self._level(rows, SomePlace(place, kept), run) if rows else []
        return Scattered(inner, kept, len(values), faults, nullable=self.nullable)


class AbstractShape(Shape):
    """An object of an interface or a union."""

    def __init__(
        self,
        field: "Field",
        kind: GraphQLAbstractType,
        plan_for: PlanFor,
        *,
        nullable: bool,
    ) -> None:
        super().__init__(field, nullable=nullable)
        self.kind = kind
        self._plan_for = plan_for
        self._shapes: dict[str, ObjectShape] = {}

    def dense(self, values: list[Any], kinds: set[type], place: Place, run: "Run") -> AnyColumn:  # noqa: ARG002
        resolve = self.kind.resolve_type or default_type_resolver
        names: list[Any] = []
        for value, info in zip(values, place.infos, strict=True):
            try:
                names.append(resolve(value, info, self.kind))
            except Exception as error:  # noqa: BLE001  # whatever it raises is the field's error
                names.append(error)
        return run.known(names, lambda known: self._by_type(values, known, place, run))

    def _by_type(self, values: list[Any], names: Sequence[Any], place: Place, run: "Run") -> AnyColumn:
        faults: dict[int, Fault] = {}
        of: dict[str, list[int]] = {}
        for position, name in enumerate(names):
            try:
                kind = self._valid(name, values[position], place, position, run)
            except Exception as error:  # noqa: BLE001  # an error of the field, like one that was raised
                faults[position] = self.fault(error)
            else:
                of.setdefault(kind.name, []).append(position)
                self._shape(kind)
        parts: list[tuple[Sequence[int], AnyColumn]] = []
        for name, positions in of.items():
            some = [values[position] for position in positions]
            where = place if len(some) == len(values) else SomePlace(place, positions)
            parts.append((positions, self._shapes[name].dense(some, set(map(type, some)), where, run)))
        if not faults:
            return parts[0][1] if len(parts) == 1 else Mixed(parts, len(values))
        kept = sorted(position for positions, _ in parts for position in positions)
        rank = {position: index for index, position in enumerate(kept)}
        inner = Mixed([([rank[p] for p in positions], column) for positions, column in parts], len(kept))
        return Scattered(inner, kept, len(values), faults, nullable=self.nullable)

    def _valid(self, name: Any, value: Any, place: Place, position: int, run: "Run") -> GraphQLObjectType:
        """Return the type that `name` names. Raises what was raised in its place, or GraphQLError."""
        if isinstance(name, Exception):
            raise name
        if isinstance(name, str) and name in self._shapes:
            return self._shapes[name].kind
        info = place.infos[position]
        return run.executor.ensure_valid_runtime_type(name, self.kind, self.field.details, info, value)

    def _shape(self, kind: GraphQLObjectType) -> None:
        if kind.name not in self._shapes:
            self._shapes[kind.name] = ObjectShape(self.field, kind, self._plan_for, nullable=self.nullable)

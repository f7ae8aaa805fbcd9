"""Where values stand in the answer: paths and infos, made only when somebody asks for them."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graphql.pyutils import Path

if TYPE_CHECKING:
    from schema.plan.level import Level
    from schema.plan.steps import Field


class Place:
    """The place of each of some values, in order."""

    @cached_property
    def paths(self) -> Sequence[Path | None]:
        """The path of each value."""
        raise NotImplementedError

    @cached_property
    def infos(self) -> Sequence[Any]:
        """The info of the field that each value belongs to; items of one list share one."""
        raise NotImplementedError


class RootPlace(Place):
    """The root of an answer."""

    @cached_property
    def paths(self) -> Sequence[Path | None]:
        return [None]


class FieldPlace(Place):
    """A field of every row of a level."""

    def __init__(self, level: "Level", field: "Field") -> None:
        self.level, self.field = level, field

    @cached_property
    def paths(self) -> Sequence[Path]:
        key, parent = self.field.key, self.field.parent.name
        return [Path(path, key, parent) for path in self.level.place.paths]

    @cached_property
    def infos(self) -> Sequence[Any]:
        field, build = self.field, self.level.run.executor.build_resolve_info
        # a list of its own for each info: a resolver may keep it, or change it
        return [build(field.definition, list(field.nodes), field.parent, path) for path in self.paths]


class ItemPlace(Place):
    """The items of lists, laid end to end."""

    def __init__(self, lists: Place, lengths: Sequence[int]) -> None:
        self.lists, self.lengths = lists, lengths

    @cached_property
    def paths(self) -> Sequence[Path | None]:
        paths = zip(self.lists.paths, self.lengths, strict=True)
        return [Path(path, index, None) for path, length in paths for index in range(length)]

    @cached_property
    def infos(self) -> Sequence[Any]:
        infos = zip(self.lists.infos, self.lengths, strict=True)
        return [info for info, length in infos for _ in range(length)]


class SomePlace(Place):
    """Some of the values of another place."""

    def __init__(self, of: Place, positions: Sequence[int]) -> None:
        self.of, self.positions = of, positions

    @cached_property
    def paths(self) -> Sequence[Path | None]:
        paths = self.of.paths
        return [paths[position] for position in self.positions]

    @cached_property
    def infos(self) -> Sequence[Any]:
        infos = self.of.infos
        return [infos[position] for position in self.positions]


class FirstPlace(SomePlace):
    """The first places of values that stand at several: `ids` tells, place by place, which value stands there."""

    def __init__(self, of: Place, ids: Sequence[int]) -> None:
        self.of, self.ids = of, ids

    @cached_property
    def positions(self) -> Sequence[int]:  # type: ignore[override]  # known only when somebody asks
        first: dict[int, int] = {}
        for position, value in enumerate(self.ids):
            first.setdefault(value, position)
        return list(first.values())

"""Demands: what the conditions of a statement show to be in sight, and of which table or alias."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from authz.words import NARROWER, FieldGroup, Group, NarrowGroup, Standing

Groups = frozenset[Group | Standing]

ALSO_OPENED_BY: Mapping[FieldGroup, Groups] = {
    FieldGroup.IDENTITY: frozenset(FieldGroup) - {FieldGroup.PLACE} | frozenset(NarrowGroup),
    FieldGroup.SERVICES: frozenset(
        {
            FieldGroup.SENSITIVE_SERVICES,
            NarrowGroup.OWN_SENSITIVE,
            FieldGroup.LEAD,
            FieldGroup.AGENCIES,
            Standing.INVOLVED,
        }
    ),
    FieldGroup.PLACE: frozenset({FieldGroup.AGENCIES}),
}
"""What opens a label beside the group itself and its narrower one.

Without IDENTITY nothing is in sight, so every group implies it. A row of `involvement` is opened by the group
that shows this row, the viewer's own by standing: its own conditions (`sensitive`) say which. AGENCIES shows the
telephone of a body.
"""


def opened_by(label: FieldGroup) -> Groups:
    """Return the groups any of which opens a column of `label`."""
    narrower = NARROWER.get(label)
    return frozenset({label}) | ALSO_OPENED_BY.get(label, frozenset()) | ({narrower} if narrower else frozenset())


class Place(NamedTuple):
    """A table or an alias where it stands: in the FROM of `within`."""

    within: Any
    table: Any


Reached = Mapping[Place, bool]
"""Places from which a demand reaches another: all demands, or, where False stands, those for whole records alone."""


class Scope(ABC):
    """What is known of the rows at one place of a statement."""

    @abstractmethod
    def fulfils(self, test: Callable[[Groups], bool], reached: Reached | None = None) -> bool:
        """Tell whether it is known that every row here has one group in sight out of some that pass `test`.

        Demands count that are about the places `reached`; all of them where none are given.
        """

    @abstractmethod
    def about(self, places: Mapping[Place, Reached]) -> "Scope":
        """Return what of this is known of some places, each given with those from which demands reach it."""

    @abstractmethod
    def named(self) -> Iterator[Group | Standing]:
        """Yield every group that is named somewhere in what is known."""


@dataclass(frozen=True, slots=True)
class Demand(Scope):
    """The record behind each row of `of` has one of `groups` in sight."""

    groups: Groups
    of: Place

    def fulfils(self, test: Callable[[Groups], bool], reached: Reached | None = None) -> bool:
        return (reached is None or self.reaches(reached)) and test(self.groups)

    def reaches(self, reached: Reached) -> bool:
        """Tell whether this is about one of the places `reached`.

        The viewer's own rows say nothing of other rows of the same record.
        """
        whole = all(isinstance(group, FieldGroup) for group in self.groups)
        return self.of in reached and (whole or reached[self.of])

    def about(self, places: Mapping[Place, Reached]) -> Scope:
        return AllOf(tuple(Demand(self.groups, place) for place, reached in places.items() if self.reaches(reached)))

    def named(self) -> Iterator[Group | Standing]:
        yield from self.groups


@dataclass(frozen=True, slots=True)
class AllOf(Scope):
    """Each row fulfils all `parts`; of none nothing is known."""

    parts: tuple[Scope, ...] = ()

    def fulfils(self, test: Callable[[Groups], bool], reached: Reached | None = None) -> bool:
        return any(part.fulfils(test, reached) for part in self.parts)

    def about(self, places: Mapping[Place, Reached]) -> Scope:
        return AllOf(tuple(part.about(places) for part in self.parts))

    def named(self) -> Iterator[Group | Standing]:
        for part in self.parts:
            yield from part.named()


@dataclass(frozen=True, slots=True)
class OneOf(Scope):
    """Each row fulfils one of `parts` at least."""

    parts: tuple[Scope, ...]

    def fulfils(self, test: Callable[[Groups], bool], reached: Reached | None = None) -> bool:
        return all(part.fulfils(test, reached) for part in self.parts)

    def about(self, places: Mapping[Place, Reached]) -> Scope:
        return OneOf(tuple(part.about(places) for part in self.parts))

    def named(self) -> Iterator[Group | Standing]:
        for part in self.parts:
            yield from part.named()


@dataclass(frozen=True, slots=True)
class Within(Scope):
    """What is known of the rows at some places alone."""

    scope: Scope
    reached: Reached

    def fulfils(self, test: Callable[[Groups], bool], reached: Reached | None = None) -> bool:
        return self.scope.fulfils(test, self.reached if reached is None else reached)

    def about(self, places: Mapping[Place, Reached]) -> Scope:
        return self.scope.about(places)

    def named(self) -> Iterator[Group | Standing]:
        yield from self.scope.named()


class Tie(NamedTuple):
    """A demand on `source` holds for `target` as well; one on the viewer's own rows only where `own` is set."""

    source: Place
    target: Place
    own: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What holds at one place of a statement: demands, and how tables are tied to one another."""

    scope: Scope = AllOf()
    ties: frozenset[Tie] = frozenset()
    _found: dict[Place, dict[Place, bool]] = field(default_factory=dict, compare=False)

    def also(self, *others: "Known") -> "Known":
        """Return this and all that the others know."""
        ties = self.ties.union(*(other.ties for other in others))
        return Known(AllOf((self.scope, *(other.scope for other in others))), ties)

    def reaching(self, place: Place) -> Reached:
        """Return the places from which a demand reaches `place`, itself among them."""
        if place not in self._found:
            found, waiting = {place: True}, [place]
            while waiting:
                here = waiting.pop()
                for source, target, own in self.ties:
                    carried = own and found[here]
                    if target == here and (source not in found or (carried and not found[source])):
                        found[source] = carried
                        waiting.append(source)
            self._found[place] = found
        return self._found[place]

    def about(self, places: Iterable[Place]) -> "Known":
        """Return what of this is known of `places`, and of no other: of tables that are joined where possible."""
        reached = {place: self.reaching(place) for place in places}
        return Known(self.scope.about(reached), frozenset(tie for tie in self.ties if tie.target in reached))

    def opens(self, label: FieldGroup, place: Place | None) -> bool:
        """Tell whether every row at `place` has a group in sight that opens `label`."""
        reached = {} if place is None else self.reaching(place)
        return self.scope.fulfils(lambda groups: groups <= opened_by(label), reached)

    def at(self, places: Iterable[Place]) -> Scope:
        """Return what is known of the rows at any of `places`."""
        reached: dict[Place, bool] = {}
        for place in places:
            for source, own in self.reaching(place).items():
                reached[source] = own or reached.get(source, False)
        return Within(self.scope, reached)

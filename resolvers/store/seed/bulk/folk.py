"""The people of a city before they are rows: families, children and their places, all days counted back from today."""

from dataclasses import dataclass, field

from resolvers.store.seed.areas import Area
from resolvers.store.seed.bulk.homes import Home
from resolvers.store.seed.bulk.names import Name
from resolvers.store.seed.bulk.sites import Site
from resolvers.store.seed.parts import Fate

OPEN = -1
"""Stands for a day that is not there: a record that has not closed."""


@dataclass(slots=True, eq=False)
class Kid:
    """One child: the `n`-th of the city, born `born` days ago; its record closed `closed` days ago, or is OPEN.

    `last` is its last day so far, and `age` what it was or is on that day, in years.
    """

    n: int
    key: str
    given: Name
    family: Name
    gender: str
    born: int
    fate: Fate
    closed: int = OPEN
    hidden: bool = False
    last: int = field(init=False)
    age: float = field(init=False)
    school: Site | None = None
    earlier_school: Site | None = None
    practice: Site | None = None

    def __post_init__(self) -> None:
        self.last = 0 if self.closed == OPEN else self.closed
        self.age = (self.born - self.last) / 365.25


@dataclass(slots=True, eq=False)
class Carer:
    key: str
    relationship: str
    responsible: bool
    parent: bool


@dataclass(slots=True, eq=False)
class Family:
    area: Area
    name: Name
    home: Home
    kids: list[Kid] = field(default_factory=list)
    carers: list[Carer] = field(default_factory=list)
    hidden: bool = False

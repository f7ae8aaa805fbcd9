"""The people of the demo before they are rows: children, carers, families, and the cases of shields."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import auto
from uuid import UUID

from authz.words import Word
from resolvers.names import fold
from resolvers.store.seed.areas import Area
from resolvers.store.seed.bodies import Body
from resolvers.store.seed.homes import Home
from resolvers.store.seed.parts import Fate, Part
from resolvers.store.seed.workers import Worker
from resolvers.store.words import STANDING_STATES, Gender, Relationship, ServiceKind, ShieldReason, ShieldState

YEAR = 365.25


@dataclass(slots=True, eq=False)
class Carer:
    id: UUID
    given: str
    family: str
    relationship: Relationship
    home: Home


@dataclass(slots=True, eq=False)
class Tie:
    """A carer's care of one child; over where `ended` says so."""

    carer: Carer
    responsible: bool
    started: date
    ended: date | None = None


class Origin(Word):
    """How a shield came about: by a request, by a household member's shield, or with the record."""

    OWN = auto()
    HOUSEHOLD = auto()
    BORN = auto()


@dataclass(slots=True, eq=False)
class Case:
    """One shield. A case of the household follows `raised_by`; it has no reason of its own."""

    id: UUID
    state: ShieldState
    reason: ShieldReason | None
    since: datetime
    origin: Origin = Origin.OWN
    raised_by: "Case | None" = None


@dataclass(slots=True, eq=False)
class Kid:
    """One child. `staff` are workers with a current service by name, `former_staff` those whose service ended."""

    id: UUID
    number: str
    given: str
    family: str
    born: date
    gender: Gender
    area: Area
    home: Home
    fate: Fate
    part: Part | None
    closed: date | None
    ties: list[Tie] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    staff: dict[ServiceKind, Worker] = field(default_factory=dict)
    former_staff: dict[ServiceKind, Worker] = field(default_factory=dict)
    school: Body | None = None
    earlier_school: Body | None = None
    practice: Body | None = None

    @property
    def hidden(self) -> bool:
        """Whether a shield of this child stands."""
        return any(case.state in STANDING_STATES for case in self.cases)

    @property
    def order(self) -> tuple[str, str, date, str]:
        """The order in which children are listed."""
        return (fold(self.family), fold(self.given), self.born, self.number)

    def age(self, today: date) -> float:
        """Return the age in years, on the day on which the record closed if it did."""
        return ((self.closed or today) - self.born).days / YEAR


@dataclass(slots=True, eq=False)
class Family:
    area: Area
    surname: str
    home: Home
    kids: list[Kid] = field(default_factory=list)
    carers: list[Carer] = field(default_factory=list)

    @property
    def ordinary(self) -> bool:
        """Whether nobody in this family plays a part, and all its children are here and growing up."""
        return all(kid.part is None and kid.fate is Fate.LIVE for kid in self.kids)

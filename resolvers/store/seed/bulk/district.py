"""A district: the part of a city that is made at one go, from a seed of its own, into sheets of its own."""

from dataclasses import dataclass
from itertools import count

from resolvers.numbers import make_number
from resolvers.store.seed.areas import AREAS, Area
from resolvers.store.seed.bulk.chance import Chance
from resolvers.store.seed.bulk.folk import Kid
from resolvers.store.seed.bulk.homes import Homes, Postcodes
from resolvers.store.seed.bulk.names import Names
from resolvers.store.seed.bulk.sheets import SHEETS, Sheets
from resolvers.store.seed.bulk.sites import PEOPLE, Sites
from resolvers.store.seed.bulk.spread import Spread
from resolvers.store.seed.identifiers import TEST_NUMBERS, check_health_number

SIZE = 2_000
"""How many children a district has. It is part of the seed: another size would draw other children."""

HOMES, _MAILBOXES, _FIRST_MAILBOX = 4, 8, 10**6
"""How many numbers are kept free for each child's homes and for the mailboxes around it: more than it can use."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What all districts of a city draw from; none of them changes it."""

    seed: int
    children: int
    days: list[str]
    names: Names
    sites: Sites
    postcodes: Postcodes
    numbers: Spread
    references: Spread
    health_numbers: Spread
    case_numbers: Spread
    accounts: dict[str, str]


class District:
    """The children `first` and after it, in the making."""

    def __init__(self, shared: Shared, name: str, first: int) -> None:
        self.shared, self.first = shared, first
        self.days, self.names, self.sites = shared.days, shared.names, shared.sites
        self.chance = Chance(f"{shared.seed}/{name}")
        self.homes = Homes(shared.references, shared.postcodes, first * HOMES)
        self.sheets: Sheets = {table: [] for table in SHEETS}
        self._children = count(first)
        self._mailboxes = count(_FIRST_MAILBOX + first * _MAILBOXES)
        self._areas = tuple(area for area in AREAS for _ in range(PEOPLE[area.name]))

    def next_child(self) -> int:
        """Return which child of the city the next one is."""
        return next(self._children)

    def area(self) -> Area:
        return self._areas[int(self.chance.random() * len(self._areas))]

    def mobile(self, *, hidden: bool) -> str:
        """Return a mobile number of the range for drama, four digits too long, so that few people share one."""
        n = int(self.chance.random() * (1_000_000 if hidden else 9_000_000)) + (9_000_000 if hidden else 0)
        return f"07700 900{n // 10_000:03d} {n % 10_000:04d}"

    def mailbox(self, given: str, family: str) -> str:
        """Return a private e-mail address that nobody else in this city has."""
        return f"{given}.{family}.{next(self._mailboxes)}@post.example"

    def number(self, kid: Kid) -> str:
        """Return the directory number of a child, which no other has."""
        places = count(kid.n, self.shared.children)  # where a number is taken, one after those of all children
        return make_number(next(n for place in places if (n := self.shared.numbers.free(place)) is not None))

    def health_number(self, kid: Kid) -> str | None:
        """Return a test number of the NHS that no other child has; None for those who get none."""
        number = self.shared.health_numbers.free(kid.n)
        return None if number is None else check_health_number(f"{TEST_NUMBERS}{number:06d}")

    def case_number(self, kid: Kid) -> str:
        return f"{self.shared.case_numbers[kid.n]:08d}"

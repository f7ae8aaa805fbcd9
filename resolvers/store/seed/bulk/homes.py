"""Addresses of a city: each home has a property reference (UPRN) of its own; a dozen homes share a postcode."""

from collections.abc import Mapping
from itertools import count
from typing import NamedTuple

from resolvers.store.seed.areas import AREAS, Area
from resolvers.store.seed.bulk.chance import Chance
from resolvers.store.seed.bulk.sheets import CHILD_HOME, PERSON_POSTCODE, Line
from resolvers.store.seed.bulk.spread import Spread
from resolvers.store.seed.bulk.text import NULL, text
from resolvers.store.seed.draw import Draw
from resolvers.store.seed.homes import STREETS, WAYS, postcode

Postcodes = Mapping[str, list[tuple[str, Line]]]


class Home(NamedTuple):
    """One address as the rows of children, carers and bodies have it."""

    child: Line
    person: Line
    body: Line


NOWHERE = Home(
    tuple(NULL for _ in CHILD_HOME.columns),
    (NULL, NULL, *(NULL for _ in PERSON_POSTCODE.columns), NULL),
    (NULL, NULL, NULL, NULL),
)
"""No address."""


class Homes:
    """Makes homes from `first` on, each with the next property reference."""

    def __init__(self, references: Spread, postcodes: Postcodes, first: int) -> None:
        self._references, self._postcodes, self._next = references, postcodes, count(first)

    def new(self, chance: Chance, area: Area) -> Home:
        """Return an address in `area` at which nobody lives yet."""
        random, codes = chance.random, self._postcodes[area.name]
        lines = f"{1 + int(random() * 180)} {chance.pick(STREETS)} {chance.pick(WAYS)}"
        if random() < 0.1:
            lines = f"Flat {1 + int(random() * 12)}\n{lines}"
        code, person = codes[int(random() * len(codes))]
        uprn = f"{self._reference():012d}"
        where = (text(lines), area.name)
        return Home(CHILD_HOME(lines, area.name, code, uprn), (*where, *person, uprn), (*where, code, uprn))

    def _reference(self) -> int:
        return next(found for n in self._next if (found := self._references.free(n)) is not None)


def postcodes(draw: Draw, children: int) -> Postcodes:
    """Return the postcodes of each area, about one for a dozen homes."""
    made = {}
    for area in AREAS:
        codes = {postcode(draw, area) for _ in range(max(children // 40, 50))}
        made[area.name] = [(code, PERSON_POSTCODE(code)) for code in sorted(codes)]
    return made

"""A city: a careful world with all personas and examples, the hard cases, and ordinary families in bulk around them."""

from collections.abc import Iterator
from datetime import date
from random import Random

from resolvers.store import tables as t
from resolvers.store.seed.bulk.chance import Chance, days
from resolvers.store.seed.bulk.district import HOMES, SIZE, District, Shared
from resolvers.store.seed.bulk.families import draw_family
from resolvers.store.seed.bulk.hard import HARD, add_hard
from resolvers.store.seed.bulk.homes import Homes, postcodes
from resolvers.store.seed.bulk.names import Names
from resolvers.store.seed.bulk.settling import settle
from resolvers.store.seed.bulk.sheets import Sheets
from resolvers.store.seed.bulk.shields import shield_family
from resolvers.store.seed.bulk.sites import Sites
from resolvers.store.seed.bulk.spread import Spread
from resolvers.store.seed.draw import Draw
from resolvers.store.seed.making import make_world
from resolvers.store.seed.rows import Rows

CAREFUL = 2_000
"""How many children of a city are the demo's: the same as a world of that size and seed has."""


class City:
    """A directory of `children` records, of which `careful` are made one by one, the same for the same arguments.

    Raises ValueError where there is no room for the careful ones and the hard cases.
    """

    def __init__(self, children: int, seed: int, today: date, careful: int = CAREFUL) -> None:
        if children < careful + HARD:
            raise ValueError(f"`{children}` children are too few for a city: use {careful + HARD} or more")
        self.children, self.careful, self.today = children, careful, today
        world = make_world(careful, seed, today)
        self.rows: Rows = world.rows
        rng = Random(f"city/{seed}")
        codes = postcodes(Draw(rng, today), children)
        references = Spread(rng, 10**12, {int(uprn) for uprn in world.homes.taken})
        self._sites = Sites(world, children, Chance(f"{seed}/sites"))
        self._shared = Shared(
            seed=seed,
            children=children,
            days=days(today),
            names=Names(seed),
            sites=self._sites,
            postcodes=codes,
            numbers=Spread(rng, 10**11, {int(number[:-1]) for number in world.draw.numbers}),
            references=references,
            health_numbers=Spread(rng, 10**6, _health_numbers(world.rows)),
            case_numbers=Spread(rng, 10**8),
            accounts={subject: key.hex for subject, key in world.accounts.items()},
        )

    def parts(self) -> Iterator[tuple[Sheets, int]]:
        """Yield the rows that come after `rows`, part by part, each with the number of its children.

        Bodies and workers come first, then the hard cases, then one district after another. A part refers to
        itself and to what came before it.
        """
        homes = Homes(self._shared.references, self._shared.postcodes, self.children * HOMES)
        for sheets in self._sites.sheets(Chance(f"{self._shared.seed}/bodies"), self._shared.names, homes):
            yield sheets, 0
        hard = District(self._shared, "hard", self.careful)
        add_hard(hard, self.today)
        yield hard.sheets, HARD
        for n, first in enumerate(range(self.careful + HARD, self.children, SIZE)):
            size = min(SIZE, self.children - first)
            yield _ordinary(District(self._shared, f"district/{n}", first), size), size


def _ordinary(district: District, size: int) -> Sheets:
    left = size
    while left:
        family = draw_family(district, left)
        left -= len(family.kids)
        shield_family(district, family)
        settle(district, family)
    return district.sheets


def _health_numbers(rows: Rows) -> set[int]:
    """Return the six digits of NHS test numbers that careful children have."""
    taken = [row["value"] for row in rows.tables[t.ExternalIdentifier] if row["scheme"] == "NHS_NUMBER"]
    return {int(value[3:9]) for value in taken}

"""The bodies of a city as its children meet them: those of the careful world, and as many more as a city needs."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from resolvers.store import tables as t
from resolvers.store.seed.areas import AREAS, NATIONAL_DIALLING, Area
from resolvers.store.seed.bulk.chance import Chance
from resolvers.store.seed.bulk.homes import Homes
from resolvers.store.seed.bulk.names import Names
from resolvers.store.seed.bulk.sheets import BODY_NAME, WORKER_NAME, Sheets
from resolvers.store.seed.bulk.text import NULL
from resolvers.store.seed.catalogue import Entry, catalogue, growth
from resolvers.store.seed.draw import slug
from resolvers.store.seed.trades import TRAITS, Trade
from resolvers.store.seed.world import World

PEOPLE: Mapping[str, int] = {"Leeds": 5, "Manchester": 3, "Bradford": 1, "Salford": 1}
"""Of ten children, how many live in each area."""

_WORK: Mapping[Trade, float] = {
    Trade.PRIMARY: 0.3, Trade.SECONDARY: 0.25, Trade.PRACTICE: 0.85, Trade.HEALTH: 0.4, Trade.SOCIAL_CARE: 0.3,
    Trade.CHARITY: 0.2, Trade.COUNCIL: 0.08, Trade.HOSPITAL: 0.05, Trade.POLICE: 0.02, Trade.MENTAL_HEALTH: 0.04,
    Trade.YOUTH_OFFENDING: 0.01, Trade.PROBATION: 0.01, Trade.CLINIC: 0.01, Trade.RECOVERY: 0.01,
}  # fmt: skip
"""How many involvements a child has with each trade: practitioners are where the work is."""

_TOGETHER = 500


@dataclass(slots=True, eq=False)
class Site:
    """One body, by its key, with the keys of the practitioners who may be drawn for a child."""

    key: str
    name: str
    trade: Trade
    area: Area | None
    authority: str
    workers: list[str] = field(default_factory=list)
    wanted: float = 0.0


class Sites:
    """All bodies of a city of `children`, found by area and trade; `sheets` makes the rows of what is new."""

    def __init__(self, world: World, children: int, chance: Chance, names: Names, homes: Homes) -> None:
        self._chance, self._names, self._homes = chance, names, homes
        self._at: dict[tuple[str, Trade], list[Site]] = defaultdict(list)
        self._old = [self._known(world, n) for n in range(len(world.bodies.all))]
        more = growth(children // 50 - len(catalogue()))[len(self._old) - len(catalogue()) :]
        self._new = [self._opened(entry) for entry in more]
        self._hire(children // 5 - len(world.workers.all))

    def at(self, area: Area, trade: Trade) -> Sequence[Site]:
        """Return the bodies of a trade that serve an area: its own, else its neighbour's."""
        return self._at.get((area.name, trade)) or self._at[area.neighbour, trade]

    def council(self, area: Area) -> str:
        return self._at[area.name, Trade.COUNCIL][0].key

    def _known(self, world: World, n: int) -> Site:
        body = world.bodies.all[n]
        authority = body.authority_id.hex if body.authority_id else NULL
        site = Site(body.id.hex, body.name, body.trade, body.area, authority)
        site.workers = [worker.id.hex for worker in world.workers.at(body)] if TRAITS[body.trade].profession else []
        return self._found(site)

    def _opened(self, entry: Entry) -> Site:
        area = entry.area or AREAS[0]
        return self._found(Site(self._chance.key(), entry.name, entry.trade, area, self.council(area)))

    def _found(self, site: Site) -> Site:
        self._at[site.area.name if site.area else "", site.trade].append(site)
        return site

    def _hire(self, count: int) -> None:
        """Give each body its part of `count` new practitioners, by how much work it has."""
        for area in AREAS:
            for trade, share in _WORK.items():
                sites = self.at(area, trade)
                for site in sites:
                    site.wanted += share * PEOPLE[area.name] / len(sites)
        everywhere = [*self._old, *self._new]
        total, reached, ends = sum(site.wanted for site in everywhere), 0.0, [0]
        for site in everywhere:
            reached += site.wanted
            ends.append(round(max(count, 0) * reached / total))
        for site, (first, last) in zip(everywhere, pairwise(ends), strict=True):
            least = 0 if site.workers or not TRAITS[site.trade].profession else 1
            site.wanted = max(last - first, least)

    def sheets(self) -> Iterator[Sheets]:
        """Yield the rows of the new bodies, then of the new practitioners of all, some hundreds of bodies at a time."""
        for first in range(0, len(self._new), _TOGETHER):
            sheets: Sheets = {t.Organisation: [], t.OrganisationPlace: []}
            for site in self._new[first : first + _TOGETHER]:
                self._add_body(sheets, site)
            yield sheets
        everywhere = [*self._old, *self._new]
        for first in range(0, len(everywhere), _TOGETHER):
            workers: Sheets = {t.Practitioner: []}
            for site in everywhere[first : first + _TOGETHER]:
                self._add_workers(workers, site)
            yield workers

    def _add_body(self, sheets: Sheets, site: Site) -> None:
        traits = TRAITS[site.trade]
        flags = (str(int(flag)) for flag in (traits.confidential, traits.sensitive, traits.accredited))
        sheets[t.Organisation].append((site.key, *BODY_NAME(site.name), traits.kind.name, site.authority, *flags))
        place = self._homes.new(self._chance, site.area or AREAS[0])
        sheets[t.OrganisationPlace].append((site.key, self._phone(site), f"office@{_domain(site)}", *place.body))

    def _add_workers(self, sheets: Sheets, site: Site) -> None:
        chance, names, profession = self._chance, self._names, TRAITS[site.trade].profession
        for _ in range(int(site.wanted)):
            given = chance.pick(names.girls if chance.bits(1) else names.boys)
            family = chance.pick(names.families)
            email = NULL if chance.random() < 0.1 else f"{given.slug}.{family.slug}@{_domain(site)}"
            name = WORKER_NAME(f"{given.plain} {family.plain}")
            key = chance.key()
            site.workers.append(key)
            sheets[t.Practitioner].append((key, site.key, *name, profession, self._phone(site), email))

    def _phone(self, site: Site) -> str:
        return f"{site.area.dialling if site.area else NATIONAL_DIALLING}{int(self._chance.random() * 1000):03d}"


def _domain(site: Site) -> str:
    return f"{slug(site.name)}.example"

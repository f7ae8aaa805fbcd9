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
from resolvers.store.seed.bulk.sheets import BODY_NAME, WORKER_NAME, Line, Sheets
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
    """One body, by its key, with the keys of the practitioners who may be drawn for a child, new ones `hired`."""

    key: str
    name: str
    trade: Trade
    area: Area | None
    authority: str
    workers: list[str] = field(default_factory=list)
    work: float = 0.0
    hired: list[str] = field(default_factory=list)


class Sites:
    """All bodies of a city of `children`, found by area and trade; `sheets` makes the rows of what is new."""

    def __init__(self, world: World, children: int, chance: Chance) -> None:
        self._chance = chance
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
                    site.work += share * PEOPLE[area.name] / len(sites)
        everywhere = [*self._old, *self._new]
        total, reached, ends = sum(site.work for site in everywhere), 0.0, [0]
        for site in everywhere:
            reached += site.work
            ends.append(round(max(count, 0) * reached / total))
        for site, (first, last) in zip(everywhere, pairwise(ends), strict=True):
            least = 0 if site.workers or not TRAITS[site.trade].profession else 1
            site.hired = [self._chance.key() for _ in range(max(last - first, least))]
            site.workers += site.hired

    def sheets(self, chance: Chance, names: Names, homes: Homes) -> Iterator[Sheets]:
        """Yield the rows of the new bodies, then of the new practitioners of all, some hundreds of bodies at a time."""
        for sites in _batches(self._new):
            yield {
                t.Organisation: [_body(site) for site in sites],
                t.OrganisationPlace: [_place(chance, homes, site) for site in sites],
            }
        for sites in _batches([*self._old, *self._new]):
            yield {t.Practitioner: [_worker(chance, names, site, key) for site in sites for key in site.hired]}


def _batches(sites: list[Site]) -> Iterator[list[Site]]:
    for first in range(0, len(sites), _TOGETHER):
        yield sites[first : first + _TOGETHER]


def _body(site: Site) -> Line:
    traits = TRAITS[site.trade]
    flags = (str(int(flag)) for flag in (traits.confidential, traits.sensitive, traits.accredited))
    return (site.key, *BODY_NAME(site.name), traits.kind.name, site.authority, *flags)


def _place(chance: Chance, homes: Homes, site: Site) -> Line:
    phone = _phone(chance, site) if TRAITS[site.trade].phone else NULL
    return (site.key, phone, f"office@{_domain(site)}", *homes.new(chance, site.area or AREAS[0]).body)


def _worker(chance: Chance, names: Names, site: Site, key: str) -> Line:
    given = chance.pick(names.girls if chance.bits(1) else names.boys)
    family = chance.pick(names.families)
    email = NULL if chance.random() < 0.1 else f"{given.slug}.{family.slug}@{_domain(site)}"
    name = WORKER_NAME(f"{given.plain} {family.plain}")
    return (key, site.key, *name, TRAITS[site.trade].profession, _phone(chance, site), email)


def _phone(chance: Chance, site: Site) -> str:
    return f"{site.area.dialling if site.area else NATIONAL_DIALLING}{int(chance.random() * 1000):03d}"


def _domain(site: Site) -> str:
    return f"{slug(site.name)}.example"

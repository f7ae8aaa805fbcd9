"""Which bodies there are: a full set in Leeds and Manchester, a short one next door, and more as a world grows."""

from collections.abc import Iterator
from itertools import count, cycle, islice
from typing import NamedTuple

from resolvers.store.seed.areas import AREAS, BRADFORD, FULL_AREAS, LEEDS, MANCHESTER, SALFORD, Area
from resolvers.store.seed.trades import Trade


class Entry(NamedTuple):
    name: str
    trade: Trade
    area: Area | None


_PLACES = (
    *("Kirkgate", "Oakfield", "Meadow Lane", "Ashworth", "Brookside", "Highfield", "Park Road", "Riverside"),
    *("Thornhill", "Elmwood", "Fairview", "Westgate", "Northfield", "Hillcrest", "Mill Lane", "St Anne's"),
    *("St Mark's", "Beechwood", "Larkfield", "Whitestone", "Castle", "Orchard", "Springwell", "Moorside"),
)

_TITLES = {
    Trade.PRIMARY: "{place} Primary School",
    Trade.SECONDARY: "{place} High School",
    Trade.PRACTICE: "{place} Surgery",
    Trade.CHARITY: "{place} Family Centre",
    Trade.HOSPITAL: "{place} Hospital",
}

_ALWAYS = (
    (Trade.SOCIAL_CARE, "{area} Children's Social Care"),
    (Trade.TEAM, "{area} Directory Team"),
)
_FULL = (
    (Trade.HEALTH, "{area} Community Health"),
    (Trade.PROBATION, "{area} Probation Service"),
    (Trade.YOUTH_OFFENDING, "{area} Youth Offending Team"),
    (Trade.CLINIC, "{area} Sexual Health Clinic"),
    (Trade.MENTAL_HEALTH, "{area} Child and Adolescent Mental Health Service"),
    (Trade.RECOVERY, "{area} Recovery Service"),
)
_FULL_PLACES = (Trade.PRIMARY, Trade.PRIMARY, Trade.SECONDARY, Trade.PRACTICE, Trade.PRACTICE, Trade.CHARITY)
_SHORT_PLACES = (Trade.PRIMARY, Trade.SECONDARY, Trade.PRACTICE)

_GROWTH = (Trade.PRIMARY, Trade.PRACTICE, Trade.PRIMARY, Trade.SECONDARY, Trade.PRACTICE, Trade.CHARITY)
_GROWTH_AREAS = (LEEDS, MANCHESTER, LEEDS, BRADFORD, MANCHESTER, LEEDS, SALFORD)


def catalogue() -> tuple[Entry, ...]:
    """Return the bodies of the smallest world, each authority before the bodies that lie in it."""
    titles = _titles()
    entries: list[Entry] = []
    for area in AREAS:
        entries.append(Entry(area.council, Trade.COUNCIL, area))
        entries += [Entry(name.format(area=area.name), trade, area) for trade, name in _named(area)]
        entries += [Entry(next(titles[trade]), trade, area) for trade in _placed(area)]
    for area in FULL_AREAS:
        entries.append(Entry(area.refuge, Trade.REFUGE, area))
        entries.append(Entry(area.police, Trade.POLICE, area))
    entries.append(Entry("Pennine Mentoring", Trade.MENTORING, MANCHESTER))
    entries.append(Entry("Directory Office", Trade.OFFICE, None))
    return tuple(entries)


def growth(more: int) -> tuple[Entry, ...]:
    """Return `more` schools, practices and charities for a larger world; none where `more` is negative."""
    titles = _titles(first=2)
    kinds = islice(zip(cycle(_GROWTH), cycle(_GROWTH_AREAS)), max(more, 0))
    return tuple(Entry(next(titles[trade]), trade, area) for trade, area in kinds)


def _named(area: Area) -> tuple[tuple[Trade, str], ...]:
    return (*_ALWAYS, *_FULL) if area in FULL_AREAS else _ALWAYS


def _placed(area: Area) -> tuple[Trade, ...]:
    return (*(_FULL_PLACES if area in FULL_AREAS else _SHORT_PLACES), Trade.HOSPITAL)


def _titles(first: int = 1) -> dict[Trade, Iterator[str]]:
    return {trade: _numbered(title, first) for trade, title in _TITLES.items()}


def _numbered(title: str, first: int) -> Iterator[str]:
    for n in count(first):
        for place in _PLACES:
            yield title.format(place=place) + (f" {n}" if n > 1 else "")

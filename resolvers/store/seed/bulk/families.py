"""Ordinary families: how many children they have, how old these are, and what became of a few of them."""

from resolvers.store.seed.bulk.district import District
from resolvers.store.seed.bulk.folk import OPEN, Family, Kid
from resolvers.store.seed.bulk.names import Name, family_name, given_name
from resolvers.store.seed.parts import Fate
from resolvers.store.words import Gender

ADULT = 6574
"""In so many days everybody is 18; in four fewer nobody is."""

_SIZES = (1,) * 80 + (2,) * 12 + (3,) * 5 + (4,) * 3
_WEIGHTS = {Fate.LIVE: 970, Fate.GROWN_UP: 12, Fate.LEFT: 8, Fate.DECEASED: 5, Fate.LONG_DECEASED: 5}
_FATES = tuple(fate for fate, weight in _WEIGHTS.items() for _ in range(weight))
_TWINS = 0.06
"""The share of the families with siblings whose two youngest are twins."""

_MISSPELT = (("ph", "f"), ("ck", "k"), ("mm", "m"), ("ll", "l"), ("y", "ie"), ("-", " "), ("ee", "ea"), ("i", "y"))
_TWICE = 0.004
"""The share of the families with a child on record twice, the second time spelt otherwise."""

_GENDERS = tuple(gender.name for gender in (*(Gender.FEMALE, Gender.MALE) * 49, *(Gender.NOT_SPECIFIED,) * 2))


def draw_family(district: District, most: int) -> Family:
    """Return a family of one to four children, `most` at most, without carers."""
    chance, area = district.chance, district.area()
    family = Family(area, chance.pick(district.names.families), district.homes.new(chance, area))
    size = min(chance.pick(_SIZES), most)
    fate = chance.pick(_FATES) if size == 1 else Fate.LIVE
    for born in _births(district, size, fate):
        draw_kid(district, family, born, fate=fate, closed=_closed(district, born, fate))
    if size < most and chance.random() < _TWICE:
        _draw_twice(district, family)
    return family


def draw_kid(
    district: District,
    family: Family,
    born: int,
    *,
    given: Name | None = None,
    fate: Fate = Fate.LIVE,
    closed: int = OPEN,
) -> Kid:
    """Add a child to a family, with a given name that no sibling has if none is `given`."""
    chance, names = district.chance, district.names
    gender = chance.pick(_GENDERS)
    girl = gender == "FEMALE" or (gender != "MALE" and chance.bits(1))
    taken = [kid.given for kid in family.kids]
    while given is None or given in taken:
        given = chance.pick(names.girls if girl else names.boys)
    kid = Kid(district.next_child(), chance.key(), given, family.name, gender, born, fate, closed)
    family.kids.append(kid)
    return kid


def _draw_twice(district: District, family: Family) -> None:
    """Add a second record of the first child, one name spelt otherwise: a likely duplicate."""
    kid = family.kids[0]
    given, surname = kid.given, kid.family
    if district.chance.bits(1):
        given = given_name(misspelt(given.plain))
    else:
        surname = family_name(misspelt(surname.plain))
    n, key = district.next_child(), district.chance.key()
    family.kids.append(Kid(n, key, given, surname, kid.gender, kid.born, kid.fate, kid.closed))


def misspelt(name: str) -> str:
    """Return a name as it is easily written down wrong, and never as it is."""
    for right, wrong in _MISSPELT:
        if right in name:
            return name.replace(right, wrong, 1)
    return f"{name}e"


def _births(district: District, size: int, fate: Fate) -> list[int]:
    """Return how many days ago siblings were born, youngest first: a year apart at least, but for twins."""
    chance, grown = district.chance, ADULT - 4
    if size == 1:
        if fate is Fate.LIVE:
            return [int(chance.random() * grown)]
        return [chance.between(7300, 6611) if fate is Fate.GROWN_UP else chance.between(grown - 1, 1461)]
    gaps = [chance.between(1399, 370) for _ in range(size - 1)]
    if chance.random() < _TWINS:
        gaps[0] = 0
    youngest = int(chance.random() * (grown - sum(gaps)))
    return [youngest + sum(gaps[:n]) for n in range(size)]


def _closed(district: District, born: int, fate: Fate) -> int:
    if fate is Fate.LIVE:
        return OPEN
    if fate is Fate.GROWN_UP:
        return born - ADULT
    first, last = (899, 400) if fate is Fate.LONG_DECEASED else (329, 30)
    return district.chance.between(first, last)

"""The places a child goes to: schools and general practices, present ones and some earlier ones."""

from resolvers.store import tables as t
from resolvers.store.seed.bulk.district import District
from resolvers.store.seed.bulk.folk import OPEN, Family, Kid
from resolvers.store.seed.bulk.sheets import Line
from resolvers.store.seed.bulk.sites import Site
from resolvers.store.seed.bulk.text import NULL
from resolvers.store.seed.schooling import SCHOOL_FROM, SECONDARY_FROM
from resolvers.store.seed.trades import Trade

_FOUR = 1461


def add_places(district: District, family: Family) -> None:
    """Give each child a practice and, from reception class on, a school; siblings share the practice."""
    practice = district.chance.pick(district.sites.at(family.area, Trade.PRACTICE))
    for kid in family.kids:
        kid.practice = practice
        _enrol(district, family, kid)
        if kid.school:
            _add_placements(district, kid, kid.school)
        _add_registrations(district, family, kid, practice)


def _enrol(district: District, family: Family, kid: Kid) -> None:
    chance, sites, age = district.chance, district.sites, kid.age
    if age < SCHOOL_FROM:
        return
    primaries = sites.at(family.area, Trade.PRIMARY)
    kid.school = chance.pick(sites.at(family.area, Trade.SECONDARY) if age >= SECONDARY_FROM else primaries)
    if age >= SECONDARY_FROM or (age >= 6 and chance.random() < 0.28):
        earlier = chance.pick(primaries)
        kid.earlier_school = earlier if earlier is not kid.school else None


def _add_placements(district: District, kid: Kid, school: Site) -> None:
    """Add the present place and the earlier one, which ended when the present one began."""
    begun = max(kid.born - _FOUR, 0)
    if kid.earlier_school:
        changed = district.chance.between(begun - 300, kid.last + 10)
        district.sheets[t.Placement].append(_stay(district, kid, kid.earlier_school, begun, changed))
        begun = changed
    district.sheets[t.Placement].append(_stay(district, kid, school, begun, kid.closed))


def _add_registrations(district: District, family: Family, kid: Kid, practice: Site) -> None:
    chance, started = district.chance, kid.born
    if chance.random() < 0.15:
        changed = chance.between(kid.born, kid.last)
        if changed < kid.born:
            earlier = chance.pick(district.sites.at(family.area, Trade.PRACTICE))
            district.sheets[t.Registration].append(_stay(district, kid, earlier, kid.born, changed))
            started = changed
    district.sheets[t.Registration].append(_stay(district, kid, practice, started, kid.closed))


def _stay(district: District, kid: Kid, site: Site, started: int, ended: int) -> Line:
    """Return the row of a school place or of a registration: both have the same columns."""
    days = district.days
    return (district.chance.key(), kid.key, site.key, days[started], NULL if ended == OPEN else days[ended])

"""Hard cases: the people who break a directory that was tried on ordinary ones alone, in every city."""

from datetime import UTC, date, datetime, time
from enum import auto
from typing import Any
from uuid import UUID

from authz.words import Word
from resolvers.clock import Moment
from resolvers.store.seed.areas import LEEDS
from resolvers.store.seed.bulk.care import add_carer, add_contact
from resolvers.store.seed.bulk.chance import Chance
from resolvers.store.seed.bulk.district import District
from resolvers.store.seed.bulk.families import draw_kid
from resolvers.store.seed.bulk.folk import OPEN, Family
from resolvers.store.seed.bulk.names import SCRIPTS, family_name, given_name
from resolvers.store.seed.bulk.records import add_record
from resolvers.store.seed.bulk.services import add_service
from resolvers.store.seed.bulk.settling import settle
from resolvers.store.seed.bulk.sites import Site
from resolvers.store.seed.parts import Fate
from resolvers.store.seed.trades import Trade
from resolvers.store.words import Relationship, ServiceKind

LONGEST_NAME = "Wolfeschlegelsteinhausenbergerdorff" * 6
CARED_FOR, WORKED_WITH, SERVICES = 30, 500, 100


class Hard(Word):
    """The hard cases by name; `hard_child` gives the child of each."""

    COMMON_NAME = auto()
    ARABIC = auto()
    HAN = auto()
    CYRILLIC = auto()
    DEVANAGARI = auto()
    COMBINING_MARKS = auto()
    APOSTROPHES = auto()
    ONE_LETTER = auto()
    LONGEST = auto()
    NAMELESS = auto()
    TWIN = auto()
    OTHER_TWIN = auto()
    RECORDED = auto()
    RECORDED_AGAIN = auto()
    ALONE = auto()
    MANY_SERVICES = auto()
    BORN_TODAY = auto()
    ADULT_TOMORROW = auto()
    ENDED_TODAY = auto()
    ONE_OF_MANY = auto()
    """The first of the children with one carer for 30 and one practitioner for 500."""


HARD = len(Hard) - 1 + WORKED_WITH
"""How many children the hard cases are."""

_NAMES = {
    Hard.COMMON_NAME: ("Mohammed", "Khan"),
    **{Hard[name.upper().replace(" ", "_")]: names for name, names in SCRIPTS.items()},
    Hard.ONE_LETTER: ("O", "E"),
    Hard.LONGEST: (LONGEST_NAME[:200], LONGEST_NAME[-200:]),
    Hard.NAMELESS: ("", ""),
}


def hard_child(case: Hard) -> UUID:
    """Return the key of the child of a case, the same in every city."""
    return UUID(hex=_key(case))


def _key(case: Hard) -> str:
    return Chance(f"hard/{case}").key()


def add_hard(district: District, today: date) -> None:
    """Add all hard cases; all live in Leeds, and none is shielded."""
    for case, (given, family) in _NAMES.items():
        settle(district, _family(district, family, (case, given, 3000)))
    settle(district, _family(district, "Thwaites", (Hard.TWIN, "Maya", 2500), (Hard.OTHER_TWIN, "Mia", 2500)))
    settle(district, _family(district, "Shaw-Whitaker", (Hard.RECORDED, "Stephen", 2900)))
    settle(district, _family(district, "Shaw Whittaker", (Hard.RECORDED_AGAIN, "Steven", 2900)))
    settle(district, _family(district, "Newby", (Hard.BORN_TODAY, "Baby", 0)))
    adult = Moment(datetime.combine(today, time(12), UTC)).adults_born_by
    settle(district, _family(district, "Elder", (Hard.ADULT_TOMORROW, "Eve", (today - adult).days - 1)))
    settle(district, _family(district, "Leaver", (Hard.ENDED_TODAY, "Lee", 4000), fate=Fate.LEFT, closed=0))
    lonely = _family(district, "Nemo", (Hard.ALONE, "Nell", 2000))
    add_record(district, lonely, lonely.kids[0])
    _add_many_services(district)
    _add_many_children(district)


def _family(district: District, surname: str, *kids: tuple[Hard, str, int], **became: Any) -> Family:
    family = Family(LEEDS, family_name(surname), district.homes.new(district.chance, LEEDS))
    for case, given, born in kids:
        draw_kid(district, family, born, given=given_name(given), **became).key = _key(case)
    return family


def _add_many_services(district: District) -> None:
    family = _family(district, "Busby", (Hard.MANY_SERVICES, "Bea", 5000))
    settle(district, family)
    site, kinds = _social_care(district), tuple(ServiceKind)
    for n in range(SERVICES):
        worker = district.chance.pick(site.workers)
        add_service(district, family.kids[0], kinds[n % len(kinds)], (site, worker), (n + 1, OPEN if n % 2 else n))


def _add_many_children(district: District) -> None:
    """Let one carer care for 30 children of as many families, and one practitioner work with these and 470 more."""
    chance, site = district.chance, _social_care(district)
    host = Family(LEEDS, family_name("Ahmed"), district.homes.new(chance, LEEDS))
    carer = add_carer(district, host, Relationship.FOSTER_CARER, host.home)
    worker = site.workers[0]
    for n in range(WORKED_WITH):
        family = Family(LEEDS, chance.pick(district.names.families), district.homes.new(chance, LEEDS))
        kid = draw_kid(district, family, chance.between(6000, 100))
        kid.key = kid.key if n else _key(Hard.ONE_OF_MANY)
        settle(district, family)
        if n < CARED_FOR:
            add_contact(district, kid, carer)
        add_service(district, kid, ServiceKind.SOCIAL_CARE, (site, worker), (chance.between(90, 1), OPEN))


def _social_care(district: District) -> Site:
    return district.sites.at(LEEDS, Trade.SOCIAL_CARE)[0]

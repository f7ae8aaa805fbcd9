"""The rows that every child has: who it is, where it is, who answers for it, and its numbers elsewhere."""

from resolvers.store import tables as t
from resolvers.store.seed.bulk.district import District
from resolvers.store.seed.bulk.folk import Family, Kid
from resolvers.store.seed.bulk.homes import NOWHERE, Home
from resolvers.store.seed.bulk.sheets import CHILD_EMAIL, CHILD_PHONE, FORMER_FAMILY, IDENTIFIER, Line
from resolvers.store.seed.bulk.text import NULL, text
from resolvers.store.seed.identifiers import UNIQUE_LETTERS
from resolvers.store.seed.parts import Fate
from resolvers.store.seed.trades import Trade
from resolvers.store.words import Ended, ReachKind

_WHY = {Fate.LEFT: Ended.LEFT.name, Fate.DECEASED: Ended.DECEASED.name, Fate.LONG_DECEASED: Ended.DECEASED.name}
_CURRENT, _LAST_KNOWN, _NONE_KNOWN = ReachKind.CURRENT.name, ReachKind.LAST_KNOWN.name, ReachKind.NONE_KNOWN.name
_LEFT_ENGLAND = ReachKind.LEFT_ENGLAND.name
_KINDS = (_CURRENT,) * 980 + (_LAST_KNOWN,) * 13 + (_NONE_KNOWN,) * 7
_RETURNS = ("1", "0", NULL)
_OWN_PHONE_FROM = 12

_NO_PHONE: Line = (NULL,) * len(CHILD_PHONE.columns)
_NO_EMAIL: Line = (NULL,) * len(CHILD_EMAIL.columns)


def add_record(district: District, family: Family, kid: Kid) -> None:
    """Add a child and its authority; about one in 25 had another name."""
    chance, days = district.chance, district.days
    why = _WHY.get(kid.fate)
    ended = (days[kid.closed], why) if why else (NULL, NULL)
    number = district.number(kid)
    district.sheets[t.Child].append(
        (kid.key, number, *kid.given.child, *kid.family.child, days[kid.born], kid.gender, *ended)
    )
    told = f"{days[chance.between(299, 1)]} 03:00:00.000000"
    system = family.area.system if chance.random() < 0.8 else "birth-registrations"
    district.sheets[t.ChildAuthority].append((kid.key, district.sites.council(family.area), told, system))
    if chance.random() < 0.04:
        until = days[chance.between(kid.born, kid.last)] if chance.random() < 0.8 else NULL
        former = chance.pick(district.names.families).plain
        names = text(kid.given.plain), *FORMER_FAMILY(former)
        district.sheets[t.FormerName].append((chance.key(), kid.key, *names, until))


def add_reach(district: District, family: Family, kid: Kid) -> None:
    """Add where a child is, and where it was before it moved or left."""
    chance, days = district.chance, district.days
    left = kid.fate is Fate.LEFT
    kind = _LEFT_ENGLAND if left else chance.pick(_KINDS)
    moved = chance.between(min(kid.born, 1500), kid.last)
    if left or (moved < kid.born and chance.random() < 0.1):
        until = kid.last if left else moved
        home = family.home if left else district.homes.new(chance, family.area)
        replaced = f"{days[until]} 00:00:00.000000"
        _add_reach(district, kid, home, _CURRENT, (days[kid.born], days[until], NULL, replaced))
    since = kid.last if left else moved
    until_text = days[chance.between(since, 0)] if kind == _LAST_KNOWN else NULL
    home = NOWHERE if left or kind == _NONE_KNOWN else family.home
    may_return = chance.pick(_RETURNS) if left else NULL
    _add_reach(district, kid, home, kind, (days[since], until_text, may_return, NULL))


def _add_reach(district: District, kid: Kid, home: Home, kind: str, facts: Line) -> None:
    """Add one row; older children mostly have a phone and a mailbox of their own."""
    chance, phone, email = district.chance, _NO_PHONE, _NO_EMAIL
    if home is not NOWHERE and kid.age >= _OWN_PHONE_FROM:
        if chance.random() < 0.7:
            phone = CHILD_PHONE.plain(district.mobile(hidden=kid.hidden))
        if chance.random() < 0.4:
            email = CHILD_EMAIL.plain(district.mailbox(kid.given.slug, kid.family.slug))
    district.sheets[t.ChildReach].append((chance.key(), kid.key, kind, *phone, *email, *home.child, *facts))


def add_identifiers(district: District, family: Family, kid: Kid, *, social_care: bool) -> None:
    """Add an NHS number for nearly all, a pupil number (UPN) at school, and a case number in social care."""
    chance, sites, lines = district.chance, district.sites, district.sheets[t.ExternalIdentifier]
    health = district.health_number(kid)
    if health:
        trade = Trade.HEALTH if kid.age < 5 else Trade.HOSPITAL
        issuer = chance.pick(sites.at(family.area, trade)).key
        lines.append((chance.key(), kid.key, *IDENTIFIER.plain("NHS_NUMBER", health), issuer))
    if kid.school:
        number = f"{chance.pick(UNIQUE_LETTERS)}{int(chance.random() * 9e11) + 10**11}"
        lines.append((chance.key(), kid.key, *IDENTIFIER.plain("UPN", number), kid.school.key))
    if social_care:
        issuer = sites.at(family.area, Trade.SOCIAL_CARE)[0].key
        number = f"{family.area.postcode}-{district.case_number(kid)}"
        lines.append((chance.key(), kid.key, *IDENTIFIER.plain("LA_CASE", number), issuer))

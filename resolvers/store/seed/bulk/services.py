"""Who works with a child: services by age and chance, one of which may lead, and some that have ended."""

from resolvers.store import tables as t
from resolvers.store.seed.bulk.district import District
from resolvers.store.seed.bulk.folk import OPEN, Family, Kid
from resolvers.store.seed.bulk.sites import Site
from resolvers.store.seed.bulk.text import NULL
from resolvers.store.seed.needs import BY_AGE
from resolvers.store.seed.trades import PROVIDERS, Trade
from resolvers.store.words import SENSITIVE_KINDS, SensitiveBasis, ServiceKind

S = ServiceKind

_AT_AGE = [
    [(service, share) for service, least, most, share in BY_AGE if least <= quarter / 4 < most] for quarter in range(84)
]
"""For every quarter of a year of age, the services that a child may have, each with its share of the children."""

_SENSITIVE_SHARE, _MARKED_SHARE = 0.045, 0.001
_HOSTED = (S.SOCIAL_CARE, S.VOLUNTARY)
_FOUR = 1461
_SENSITIVE = frozenset(SENSITIVE_KINDS)


def add_services(district: District, family: Family, kid: Kid) -> bool:
    """Add about three involvements, one of which at most leads; return whether social care is among them."""
    chance = district.chance
    services = _drawn(district, kid)
    lead, assessment = _duty(district, services, kid, 0.4), _duty(district, services, kid, 0.15)
    for n, service in enumerate(services):
        site = employer = _provider(district, family, kid, service)
        if service in _HOSTED and chance.random() < 0.02:
            site = district.sites.at(family.area, Trade.HOSPITAL)[0]
        earliest = kid.born - (_FOUR if service is S.EDUCATION else 0)
        started = chance.between(min(earliest, kid.last + 1400), kid.last)
        ended = -chance.between(119, 10) if kid.closed < 0 and chance.random() < 0.02 else kid.closed
        worker = chance.pick(employer.workers)
        add_service(
            district, kid, service, (site, worker), (started, ended), lead=n == lead, assessment=n == assessment
        )
    return _add_earlier(district, family, kid) or S.SOCIAL_CARE in services


def _drawn(district: District, kid: Kid) -> list[ServiceKind]:
    random, age = district.chance.random, kid.age
    services = [service for service, share in _AT_AGE[int(age * 4)] if random() < share]
    if kid.hidden and S.SOCIAL_CARE not in services:
        services.append(S.SOCIAL_CARE)
    if random() < _SENSITIVE_SHARE:
        services.append(district.chance.pick(SENSITIVE_KINDS) if age >= 13 else S.MENTAL_HEALTH)
    return services


def _duty(district: District, services: list[ServiceKind], kid: Kid, share: float) -> int:
    """Return which of the services has a duty that a `share` of the live children with two services has; -1 if none."""
    drawn = district.chance.random()
    return int(drawn / share * len(services)) if drawn < share and len(services) > 1 and kid.closed < 0 else -1


def _provider(district: District, family: Family, kid: Kid, service: ServiceKind) -> Site:
    if service is S.EDUCATION and kid.school:
        return kid.school
    if service is S.PRIMARY_CARE and kid.practice:
        return kid.practice
    sites = district.sites.at(family.area, PROVIDERS[service])
    return sites[0] if len(sites) == 1 else district.chance.pick(sites)


def _add_earlier(district: District, family: Family, kid: Kid) -> bool:
    """Add services of an earlier age or school, which have ended; return whether social care is among them."""
    chance, sites, age = district.chance, district.sites, kid.age
    if kid.earlier_school and chance.random() < 0.6:
        _add_ended(district, kid, S.EDUCATION, kid.earlier_school)
    if age >= 5 and chance.random() < 0.2:
        _add_ended(district, kid, S.HEALTH_VISITING, sites.at(family.area, Trade.HEALTH)[0])
    if age >= 1 and chance.random() < 0.06:
        _add_ended(district, kid, S.SOCIAL_CARE, sites.at(family.area, Trade.SOCIAL_CARE)[0])
        return True
    return False


def _add_ended(district: District, kid: Kid, service: ServiceKind, site: Site) -> None:
    chance, last = district.chance, kid.last + 15
    earliest = kid.born - (_FOUR if service is S.EDUCATION else 0)
    started = max(chance.between(min(earliest, last + 2500), last + 30), last)
    add_service(district, kid, service, (site, chance.pick(site.workers)), (started, chance.between(started, last)))


def add_service(
    district: District,
    kid: Kid,
    service: ServiceKind,
    place: tuple[Site, str],
    dates: tuple[int, int],
    *,
    lead: bool = False,
    assessment: bool = False,
) -> None:
    """Add one involvement at a body, by a practitioner of it or of another.

    Its `dates` are so many days ago, ahead where below -1, and OPEN for no end.
    """
    (site, worker), (started, ended) = place, dates
    days, chance = district.days, district.chance
    last = NULL if ended == OPEN else days[ended]
    # INVARIANT (sensitive-by-kind): the database refuses the row otherwise.
    sensitive = service in _SENSITIVE or chance.random() < _MARKED_SHARE
    district.sheets[t.Involvement].append(
        (
            *(chance.key(), kid.key, worker, site.key, service.name, days[started], last),
            *("1" if lead else "0", "1" if assessment else "0", "1" if sensitive else "0"),
            SensitiveBasis.CONSENT.name if sensitive else NULL,
        )
    )

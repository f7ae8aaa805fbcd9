"""The rows of involvements: who works with which child, who leads, and who did so before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from resolvers.store import tables as t
from resolvers.store.seed.bodies import Body
from resolvers.store.seed.cast import YEAR, Kid
from resolvers.store.seed.needs import ASSESSED, LEADS, MARKED, needs
from resolvers.store.seed.parts import Part
from resolvers.store.seed.trades import PROVIDERS, Trade
from resolvers.store.seed.workers import Worker
from resolvers.store.seed.world import World
from resolvers.store.words import SENSITIVE_KINDS, SensitiveBasis, ServiceKind

_IN_REFUGE = (Part.REFUGE, Part.OPEN_IN_REFUGE)
_WITHOUT_WORKER = {Part.UNKNOWN: ServiceKind.SOCIAL_CARE}
_HOSTED = {Part.REFUSED: ServiceKind.SOCIAL_CARE}
"""An involvement at the hospital by a practitioner whom social care employs."""

_HOSTED_KINDS = (ServiceKind.SOCIAL_CARE, ServiceKind.VOLUNTARY)


@dataclass(frozen=True, slots=True)
class Work:
    """One involvement in the making."""

    service: ServiceKind
    body: Body
    worker: Worker | None
    started: date
    ended: date | None = None
    lead: bool = False
    assessment: bool = False
    sensitive: bool = False


def add_involvements(world: World) -> None:
    """Add about three involvements per child, of which one at most leads and one at most holds an assessment."""
    for kid in world.kids:
        current = [_work(world, kid, service) for service in needs(world.draw, kid)]
        for work in (*_with_duties(world, kid, current), *_earlier(world, kid)):
            _add(world, kid, work)


def _work(world: World, kid: Kid, service: ServiceKind) -> Work:
    worker = kid.staff.get(service)
    body = worker.body if worker else _provider(world, kid, service)
    worker = worker or world.draw.pick(world.workers.at(body))
    if _at(_HOSTED, kid, service) or (service in _HOSTED_KINDS and kid.part is None and world.draw.chance(0.02)):
        body = world.bodies.first(kid.area, Trade.HOSPITAL)
    last = kid.closed or world.draw.today
    started = world.draw.between(max(_earliest(kid, service), last - timedelta(days=1400)), last)
    return Work(
        service=service,
        body=body,
        worker=None if _at(_WITHOUT_WORKER, kid, service) else worker,
        started=started,
        ended=kid.closed or _ending(world, kid, service),
        sensitive=service in SENSITIVE_KINDS or _at(MARKED, kid, service),
    )


def _earliest(kid: Kid, service: ServiceKind) -> date:
    """Return the day from which a child could have a service: birth, or the fourth birthday for a school."""
    return kid.born + timedelta(days=round(4 * YEAR)) if service is ServiceKind.EDUCATION else kid.born


def _provider(world: World, kid: Kid, service: ServiceKind) -> Body:
    if service is ServiceKind.EDUCATION and kid.school:
        return kid.school
    if service is ServiceKind.PRIMARY_CARE and kid.practice:
        return kid.practice
    trade = Trade.REFUGE if service is ServiceKind.VOLUNTARY and kid.part in _IN_REFUGE else PROVIDERS[service]
    return world.draw.pick(world.bodies.find(kid.area, trade))


def _ending(world: World, kid: Kid, service: ServiceKind) -> date | None:
    """Return, for a few current involvements, the day ahead on which they are to end."""
    if kid.part or service in kid.staff or not world.draw.chance(0.02):
        return None
    return world.draw.today + timedelta(days=world.draw.rng.randrange(10, 120))


def _with_duties(world: World, kid: Kid, works: list[Work]) -> list[Work]:
    """Return the works with a lead and the holder of an assessment among them, where a live child has one."""
    if kid.closed:
        return works
    lead = _duty(world, kid, works, LEADS.get(kid.part) if kid.part else None, 0.4)
    assessment = _duty(world, kid, works, ASSESSED.get(kid.part) if kid.part else None, 0.15)
    return [replace(work, lead=work.service is lead, assessment=work.service is assessment) for work in works]


def _duty(world: World, kid: Kid, works: list[Work], named: ServiceKind | None, share: float) -> ServiceKind | None:
    fit = [work.service for work in works if work.worker]
    if named or kid.part or len(fit) < 2 or not world.draw.chance(share):
        return named
    return world.draw.pick(fit)


def _earlier(world: World, kid: Kid) -> Iterator[Work]:
    """Yield the involvements that have ended: those by name, and some of an earlier age or school."""
    draw, age = world.draw, kid.age(world.draw.today)
    for service, worker in kid.former_staff.items():
        yield _ended(world, kid, service, worker)
    if kid.earlier_school and draw.chance(0.6):
        yield _ended(world, kid, ServiceKind.EDUCATION, draw.pick(world.workers.at(kid.earlier_school)))
    if age >= 5 and draw.chance(0.2) and ServiceKind.HEALTH_VISITING not in kid.staff:
        body = world.bodies.first(kid.area, Trade.HEALTH)
        yield _ended(world, kid, ServiceKind.HEALTH_VISITING, draw.pick(world.workers.at(body)))
    if age >= 1 and draw.chance(0.06):
        body = world.bodies.first(kid.area, Trade.SOCIAL_CARE)
        yield _ended(world, kid, ServiceKind.SOCIAL_CARE, draw.pick(world.workers.at(body)))


def _ended(world: World, kid: Kid, service: ServiceKind, worker: Worker) -> Work:
    last = (kid.closed or world.draw.today) - timedelta(days=15)
    earliest = max(_earliest(kid, service), last - timedelta(days=2500))
    started = world.draw.between(earliest, last - timedelta(days=30))
    ended = world.draw.between(started, last)
    return Work(service, worker.body, worker, started, ended, sensitive=service in SENSITIVE_KINDS)


def _at(parts: Mapping[Part, ServiceKind], kid: Kid, service: ServiceKind) -> bool:
    return kid.part is not None and parts.get(kid.part) is service


def _add(world: World, kid: Kid, work: Work) -> None:
    world.rows.add(
        t.Involvement,
        id=world.draw.key(),
        child_id=kid.id,
        practitioner_id=work.worker.id if work.worker else None,
        organisation_id=work.body.id,
        service=work.service,
        started_on=work.started,
        ended_on=work.ended,
        lead=work.lead,
        assessment=work.assessment,
        sensitive=work.sensitive,
        basis=SensitiveBasis.CONSENT if work.sensitive else None,
    )

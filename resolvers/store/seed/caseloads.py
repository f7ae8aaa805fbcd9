"""Who works with whom by name: the caseloads of the personas who are practitioners."""

from resolvers.names import fold
from resolvers.store.seed.areas import LEEDS, MANCHESTER, Area
from resolvers.store.seed.cast import Kid
from resolvers.store.seed.parts import FAMILIES, NEVER_VISITED, VISITED, Fate, Part
from resolvers.store.seed.workers import Workers
from resolvers.store.seed.world import World
from resolvers.store.words import ServiceKind

_LAST_OF_HERS = max(fold(kin.surname) for kin in FAMILIES if any(player.part in VISITED for player in kin.players))
"""Her other children come after these in every list, so that her first ones are the same in every world."""

_OFFICERS = (Part.REFUGE, Part.CLASSMATE, Part.REFUSED)
_OFFICERS_PAST = (Part.WITNESS,)


def assign_caseloads(world: World) -> None:
    """Give each practising persona its children; they are current unless said otherwise."""
    workers = world.workers
    _visit(world, workers, target=64 if len(world.kids) >= 200 else 30)
    _teach(world, workers, "teacher", LEEDS, 30)
    _teach(world, workers, "lapsed", MANCHESTER, 12)
    _protect(world, workers)


def _visit(world: World, workers: Workers, target: int) -> None:
    """Let the health visitor see her parts and the youngest others of Leeds, none with a conflict or override."""
    visitor = workers.personas["health-visitor"]
    first = [world.kid(part) for part in VISITED]
    others = [
        kid
        for kid in _growing_up(world, LEEDS)
        if kid not in first and kid.part not in NEVER_VISITED and fold(kid.family) > _LAST_OF_HERS
    ]
    others.sort(key=lambda kid: (-kid.born.toordinal(), kid.number))
    for kid in first + others[: target - len(first)]:
        kid.staff[ServiceKind.HEALTH_VISITING] = visitor


def _teach(world: World, workers: Workers, subject: str, area: Area, size: int) -> None:
    """Make a class of the pupils nearest to eight years of age, the shielded classmate among them."""
    teacher = workers.personas[subject]
    pupils = [
        kid
        for kid in _growing_up(world, area)
        if 4.3 <= kid.age(world.draw.today) < 12 and kid.part is not Part.TEACHERS_OWN
    ]
    pupils.sort(key=lambda kid: (kid.part is not Part.CLASSMATE, abs(kid.age(world.draw.today) - 8), kid.number))
    for kid in pupils[:size]:
        kid.school = teacher.body
        kid.staff[ServiceKind.EDUCATION] = teacher


def _protect(world: World, workers: Workers) -> None:
    officer = workers.personas["protection"]
    ordinary = [kid for kid in _growing_up(world, LEEDS) if kid.part is None]
    for kid in [world.kid(part) for part in _OFFICERS] + ordinary[:8]:
        kid.staff[ServiceKind.SOCIAL_CARE] = officer
    for part in _OFFICERS_PAST:
        world.kid(part).former_staff[ServiceKind.SOCIAL_CARE] = officer


def _growing_up(world: World, area: Area) -> list[Kid]:
    return [kid for kid in world.kids if kid.area is area and kid.fate is Fate.LIVE]

"""The shields of a city: 2 % of the children, the rest of each household on hold (R9), and some that are over."""

from resolvers.store import tables as t
from resolvers.store.seed.areas import FULL_AREAS, LEEDS
from resolvers.store.seed.bulk.district import District
from resolvers.store.seed.bulk.folk import Family, Kid
from resolvers.store.seed.bulk.text import NULL, text
from resolvers.store.seed.cases import OVER, STATES
from resolvers.store.seed.parts import Fate
from resolvers.store.seed.shields import BORN, EVIDENCE, UNDECIDED
from resolvers.store.words import ShieldReason, ShieldState, TaskKind

_SHARE, _SHARE_OVER = 0.025, 0.005
"""Of the families that may be shielded; with the siblings, and without the areas that have no team, 2 % of all."""

_REASONS = tuple(ShieldReason)


def shield_family(district: District, family: Family) -> None:
    """Shield the first child of some families and put its siblings on hold, or leave a shield that is over."""
    chance = district.chance
    drawn = chance.random()
    youngest = min(kid.born for kid in family.kids)
    live = all(kid.fate is Fate.LIVE for kid in family.kids)
    if drawn >= _SHARE + _SHARE_OVER or family.area not in FULL_AREAS or youngest <= 30 or not live:
        return
    if drawn >= _SHARE:
        since = min(chance.between(699, 600), youngest)
        _add_case(district, family, family.kids[0], chance.pick(OVER), since)
        return
    since = min(chance.between(499, 3), youngest)
    case = _add_case(district, family, family.kids[0], chance.pick(STATES), since)
    family.hidden = family.kids[0].hidden = True
    for kid in family.kids[1:]:
        _hold(district, family, kid, case, since)


def _add_case(district: District, family: Family, kid: Kid, state: ShieldState, since: int) -> str:
    """Add a shield of the child's own; a HOLD came with the record, without a reason and a requester."""
    chance, days = district.chance, district.days
    team, key = _team(district, family), chance.key()
    born = state is ShieldState.HOLD
    reason = None if born else chance.pick(_REASONS)
    evidence = EVIDENCE[reason] if reason else BORN
    requester = district.shared.accounts["protection" if family.area is LEEDS else "lapsed"]
    review = NULL if born or state is ShieldState.REQUESTED else days[-chance.between(359, 30)]
    district.sheets[t.Shield].append(
        (
            *(key, kid.key, state.name, reason.name if reason else NULL, text(evidence)),
            *(NULL if born else requester, NULL if state in UNDECIDED else team),
            *(team if state is ShieldState.LIFT_PROPOSED else NULL, NULL, _moment(days[since]), review),
        )
    )
    return key


def _hold(district: District, family: Family, kid: Kid, case: str, since: int) -> None:
    """Add the hold that a case raised in its household, and the task that ends it."""
    kid.hidden = True
    at, chance = _moment(district.days[since]), district.chance
    key = chance.key()
    hold = (key, kid.key, ShieldState.HOLD.name, NULL, NULL, NULL, NULL, NULL, case, at, NULL)
    district.sheets[t.Shield].append(hold)
    task = (chance.key(), TaskKind.HOUSEHOLD_SHIELD.name, kid.key, _team(district, family), key, at)
    district.sheets[t.Task].append(task)


def _team(district: District, family: Family) -> str:
    return district.shared.accounts["team-leeds" if family.area is LEEDS else "team-manchester"]


def _moment(day: str) -> str:
    return f"{day} 11:00:00.000000"

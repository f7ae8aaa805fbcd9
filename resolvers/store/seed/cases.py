"""The cases of shields: who is shielded and why, which siblings are on hold, and what was refused or lifted."""

from itertools import cycle, islice

from resolvers.store.seed.areas import FULL_AREAS
from resolvers.store.seed.cast import Case, Family, Kid, Origin
from resolvers.store.seed.draw import Draw
from resolvers.store.seed.homes import Homes
from resolvers.store.seed.kin import live_apart
from resolvers.store.seed.parts import APART, Part
from resolvers.store.words import STANDING_STATES, ShieldReason, ShieldState

State, Reason = ShieldState, ShieldReason

_PLAYED: dict[Part, tuple[tuple[ShieldState, ShieldReason], ...]] = {
    Part.REFUGE: ((State.ACTIVE, Reason.DOMESTIC_VIOLENCE),),
    Part.ADOPTED: ((State.ACTIVE, Reason.ADOPTION),),
    Part.ABDUCTION_RISK: ((State.LIFT_PROPOSED, Reason.KIDNAP_RISK),),
    Part.OFFICERS_KIN: ((State.ACTIVE, Reason.DOMESTIC_VIOLENCE),),
    Part.WITNESS: ((State.ACTIVE, Reason.WITNESS_PROTECTION),),
    Part.MATCHED: ((State.ACTIVE, Reason.FOSTER_PLACEMENT),),
    Part.CLASSMATE: ((State.REQUESTED, Reason.DOMESTIC_VIOLENCE),),
    Part.NORTHERN: ((State.REFUSED, Reason.KIDNAP_RISK), (State.ACTIVE, Reason.OTHER)),
    Part.REFUSED: ((State.REFUSED, Reason.OTHER),),
    Part.LIFTED: ((State.LIFTED, Reason.FOSTER_PLACEMENT),),
}
_SHIELDED_PARTS = sum(cases[-1][0] in STANDING_STATES for cases in _PLAYED.values())

STATES = (State.ACTIVE, State.REQUESTED, State.ACTIVE, State.LIFT_PROPOSED, State.ACTIVE, State.HOLD, State.ACTIVE)
OVER = (State.REFUSED, State.LIFTED)
_APART_EVERY = 4


def assign_cases(draw: Draw, homes: Homes, families: list[Family], count: int) -> None:
    """Shield 2 % of the children by a case of their own, and put their households on hold (R9)."""
    for family in families:
        for kid in family.kids:
            for state, reason in _PLAYED.get(kid.part, ()) if kid.part else ():
                _open(draw, family, kid, state, reason)
    fit = [family for family in families if _fits(draw, family)]
    shielded, over = max(round(count * 0.02) - _SHIELDED_PARTS, 0), round(count * 0.004)
    chosen = draw.rng.sample(fit, shielded + over)
    states = (*islice(cycle(STATES), shielded), *islice(cycle(OVER), over))
    for family, state, reason in zip(chosen, states, cycle(Reason), strict=False):
        _open(draw, family, family.kids[0], state, reason)
    _hold_households(draw, homes, families)


def _fits(draw: Draw, family: Family) -> bool:
    """Return whether chance may shield a child of this family: no part is touched, and no newborn."""
    return family.ordinary and family.area in FULL_AREAS and _days(draw, family) > 30


def _days(draw: Draw, family: Family) -> int:
    """Return how many days ago the youngest child was born: no case of the family is older."""
    return min((draw.today - kid.born).days for kid in family.kids)


def _open(draw: Draw, family: Family, kid: Kid, state: ShieldState, reason: ShieldReason) -> None:
    """Open a case; one that is over is an old one, and a hold of its own came with the record, without a reason."""
    days = draw.rng.randrange(600, 700) if state in OVER else draw.rng.randrange(3, 500)
    since = draw.moment(min(days, _days(draw, family)), hour=11)
    if state is State.HOLD:
        kid.cases.append(Case(draw.key(), state, None, since, Origin.BORN))
    else:
        kid.cases.append(Case(draw.key(), state, reason, since))


def _hold_households(draw: Draw, homes: Homes, families: list[Family]) -> None:
    households = [family for family in families if any(kid.hidden for kid in family.kids)]
    fit = [family for family in households if len(family.kids) > 1 and len(family.carers) > 1]
    apart = [family.kids[-1] for family in fit if family.ordinary][::_APART_EVERY]
    for family in households:
        cause = next(kid.cases[-1] for kid in family.kids if kid.hidden)
        for kid in family.kids:
            if kid.hidden:
                continue
            over = kid.part in APART or kid in apart
            kid.cases.append(_hold(draw, cause, State.LIFTED if over else State.HOLD))
            if over:
                live_apart(draw, homes, family, kid)


def _hold(draw: Draw, cause: Case, state: ShieldState) -> Case:
    """Return the hold that `cause` raised, in the same transaction; a lifted one has ended since."""
    return Case(draw.key(), state, None, cause.since, Origin.HOUSEHOLD, cause)

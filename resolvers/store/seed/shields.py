"""The rows of shields: the case behind each, requested and decided by the accounts of its own authority."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from resolvers.store import tables as t
from resolvers.store.seed.areas import LEEDS
from resolvers.store.seed.cast import Case, Kid, Origin
from resolvers.store.seed.parts import Part
from resolvers.store.seed.world import World
from resolvers.store.words import ShieldReason, ShieldState

EVIDENCE: Mapping[ShieldReason, str] = {
    ShieldReason.DOMESTIC_VIOLENCE: "Non-molestation order in force; the former partner has searched for the family.",
    ShieldReason.WITNESS_PROTECTION: "Letter of the protected persons service, seen and returned.",
    ShieldReason.ADOPTION: "Adoption order made; the birth family is not to learn where the child lives.",
    ShieldReason.KIDNAP_RISK: "Prohibited steps order; a threat to take the child abroad is on file.",
    ShieldReason.FOSTER_PLACEMENT: "Placed with carers whose address the court ordered to be withheld.",
    ShieldReason.OTHER: "A stalker of the parent was convicted; restraining order in force.",
}
BORN = "Born shielded: a feed's entry that might be a known child."

UNDECIDED = (ShieldState.REQUESTED, ShieldState.HOLD)
_OVERDUE = (Part.NORTHERN,)
"""The review of this shield was due a while ago, which lifts nothing (R36)."""


def add_shields(world: World) -> None:
    """Add the shields that children have of their own, then the holds that these raised in households."""
    for follows in (False, True):
        for kid in world.kids:
            for case in kid.cases:
                if (case.origin is Origin.HOUSEHOLD) is follows:
                    _add(world, kid, case)


def _add(world: World, kid: Kid, case: Case) -> None:
    team = _account(world, kid, "team-leeds", "team-manchester")
    own = case.origin is Origin.OWN
    decided = case.state not in UNDECIDED
    world.rows.add(
        t.Shield,
        id=case.id,
        child_id=kid.id,
        state=case.state,
        reason=case.reason,
        evidence=_evidence(case),
        requested_by_id=_account(world, kid, "protection", "lapsed") if own else None,
        decided_by_id=team if decided else None,
        lift_proposed_by_id=team if case.state is ShieldState.LIFT_PROPOSED else None,
        raised_by_id=case.raised_by.id if case.raised_by else None,
        since=case.since,
        review_by=_review(world, kid) if own and case.state is not ShieldState.REQUESTED else None,
    )


def _evidence(case: Case) -> str | None:
    if case.reason:
        return EVIDENCE[case.reason]
    return BORN if case.origin is Origin.BORN else None


def _account(world: World, kid: Kid, in_leeds: str, elsewhere: str) -> UUID:
    return world.accounts[in_leeds if kid.area is LEEDS else elsewhere]


def _review(world: World, kid: Kid) -> date:
    return world.draw.ago(12 if kid.part in _OVERDUE else -world.draw.rng.randrange(30, 360))

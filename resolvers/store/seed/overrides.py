"""The rows of past overrides, both on one shielded child: one was closed by hand, one ran out."""

from datetime import timedelta

from resolvers.store import tables as t
from resolvers.store.seed.parts import Part
from resolvers.store.seed.world import World
from resolvers.store.words import OverrideGround

OVERRIDDEN = Part.WITNESS
_LONGEST = timedelta(minutes=15)

_PAST = (
    (OverrideGround.CHILD_MISSING, "Not seen at school today; the carer does not answer.", 90, 6),
    (OverrideGround.CHILD_AT_IMMEDIATE_RISK, "Call to the emergency line named this child.", 33, None),
)


def add_overrides(world: World) -> None:
    """Add the history; no override is open."""
    for ground, explanation, days, minutes in _PAST:
        opened = world.draw.moment(days, hour=16)
        world.rows.add(
            t.Override,
            id=world.draw.key(),
            account_id=world.accounts["protection"],
            child_id=world.kid(OVERRIDDEN).id,
            ground=ground,
            explanation=explanation,
            opened_at=opened,
            until=opened + _LONGEST,
            closed_at=opened + timedelta(minutes=minutes) if minutes else None,
            investigation_id=None,
        )

"""The rows of accounts, one per persona, and of their conflicts of interest."""

from datetime import timedelta

from authz.policy import PURPOSES
from resolvers.belief import AGREEMENT_VERSION
from resolvers.store import tables as t
from resolvers.store.seed.parts import Part
from resolvers.store.seed.personas import PERSONAS
from resolvers.store.seed.world import World

_LAPSED = "lapsed"
_OWN_CHILD = {"teacher": Part.TEACHERS_OWN}
"""The personas who are themselves the carer of a child in the directory."""

_CONFLICTS = (
    ("teacher", Part.TEACHERS_OWN, t.ConflictSource.DECLARED, False),
    ("protection", Part.OFFICERS_KIN, t.ConflictSource.MATCHED, False),
    ("protection", Part.CONFLICT_ENDED, t.ConflictSource.FOUND, True),
)


def add_accounts(world: World) -> None:
    """Add all personas; only `lapsed` has a date that has passed."""
    for subject, persona in PERSONAS.items():
        worker = world.workers.personas.get(subject)
        own = _OWN_CHILD.get(subject)
        vetted = world.draw.ago(30) if subject == _LAPSED else world.draw.today + timedelta(days=370)
        world.rows.add(
            t.Account,
            id=world.accounts[subject],
            subject=subject,
            name=persona.name,
            role=persona.role,
            organisation_id=world.bodies.first(persona.area, persona.trade).id,
            practitioner_id=worker.id if worker else None,
            person_id=world.kid(own).ties[0].carer.id if own else None,
            purposes=[purpose.name for purpose in PURPOSES[persona.role]],
            vetted_until=vetted,
            trained_until=world.draw.today + timedelta(days=340),
            agreement_version=AGREEMENT_VERSION,
            suspended_at=None,
        )


def add_conflicts(world: World) -> None:
    """Add the conflicts of the personas, one of which has ended."""
    for subject, part, source, ended in _CONFLICTS:
        world.rows.add(
            t.AccountConflict,
            id=world.draw.key(),
            account_id=world.accounts[subject],
            child_id=world.kid(part).id,
            source=source,
            since=world.draw.moment(200),
            ended_at=world.draw.moment(40) if ended else None,
        )

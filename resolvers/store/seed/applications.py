"""The rows of access applied for: one application approved, one expired, one that nobody has decided on."""

from datetime import datetime
from uuid import UUID

from resolvers.store import tables as t
from resolvers.store.seed.parts import Part
from resolvers.store.seed.personas import PERSONAS
from resolvers.store.seed.world import World
from resolvers.store.words import ApplicationState, LegalBasis

_APPROVED = (Part.OPEN, Part.REFUGE, Part.TWICE, Part.CLASSMATE)
"""The health visitor's first open and first shielded child, and one more of each."""

_EXPIRED = Part.TWICE_AGAIN
_PENDING = Part.OPEN_BROTHER


def add_applications(world: World) -> None:
    """Add the applications; one that is not approved covers no child yet."""
    _add_approved(world)
    _add_expired(world)
    _add(
        world,
        subject="police-new",
        basis=LegalBasis.SECTION_47_ENQUIRY,
        requested=[world.kid(_PENDING).number, world.draw.number()],
        state=ApplicationState.PENDING,
        days=1,
    )


def _add_approved(world: World) -> None:
    expires = world.draw.moment(-20, hour=12)
    application = _add(
        world,
        subject="police",
        basis=LegalBasis.PREVENT_OR_DETECT_CRIME,
        requested=[world.kid(part).number for part in _APPROVED],
        state=ApplicationState.APPROVED,
        days=5,
        expires=expires,
    )
    _cover(world, application, _APPROVED)
    _decide(world, application, "protection", 4, expires=expires)
    _decide(world, application, "team-manchester", 3, expires=world.draw.moment(-24, hour=12))


def _add_expired(world: World) -> None:
    expired = world.draw.moment(20, hour=12)
    application = _add(
        world,
        subject="police",
        basis=LegalBasis.COURT_ORDER,
        requested=[world.kid(_EXPIRED).number],
        state=ApplicationState.EXPIRED,
        days=50,
        expires=expired,
    )
    _cover(world, application, (_EXPIRED,))
    _decide(world, application, "protection", 47, expires=expired)
    _decide(world, application, "team-leeds", 46, expires=expired)


def _add(
    world: World,
    *,
    subject: str,
    basis: LegalBasis,
    requested: list[str],
    state: ApplicationState,
    days: int,
    expires: datetime | None = None,
) -> UUID:
    key = world.draw.key()
    world.rows.add(
        t.Application,
        id=key,
        applicant_id=world.accounts[subject],
        legal_basis=basis,
        justification="Enquiries into reported threats against the carers of these children.",
        requested=requested,
        state=state,
        applied_at=world.draw.moment(days, hour=10),
        expires_at=expires,
    )
    return key


def _cover(world: World, application: UUID, parts: tuple[Part, ...]) -> None:
    for part in parts:
        world.rows.add(t.ApplicationChild, application_id=application, child_id=world.kid(part).id)


def _decide(world: World, application: UUID, subject: str, days: int, *, expires: datetime) -> None:
    persona = PERSONAS[subject]
    world.rows.add(
        t.ApplicationDecision,
        id=world.draw.key(),
        application_id=application,
        account_id=world.accounts[subject],
        role=persona.role,
        organisation_id=world.bodies.first(persona.area, persona.trade).id,
        approve=True,
        at=world.draw.moment(days, hour=14),
        note="Necessary and proportionate; no less intrusive way is open.",
        expires_at=expires,
    )

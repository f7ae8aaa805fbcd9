"""What bodies do, and what follows from it: their kind, their secrecy and who works there."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import auto

from authz.words import Word
from resolvers.store.words import OrganisationKind, ServiceKind


class Trade(Word):
    COUNCIL = auto()
    SOCIAL_CARE = auto()
    TEAM = auto()
    HEALTH = auto()
    HOSPITAL = auto()
    PRIMARY = auto()
    SECONDARY = auto()
    PRACTICE = auto()
    CHARITY = auto()
    REFUGE = auto()
    PROBATION = auto()
    YOUTH_OFFENDING = auto()
    CLINIC = auto()
    MENTAL_HEALTH = auto()
    RECOVERY = auto()
    POLICE = auto()
    MENTORING = auto()
    OFFICE = auto()


@dataclass(frozen=True, slots=True)
class Traits:
    """What all bodies of a trade have in common; one without a `profession` employs no practitioners."""

    kind: OrganisationKind
    profession: str = ""
    confidential: bool = False
    sensitive: bool = False
    accredited: bool = True
    phone: bool = True


_AUTHORITY, _OTHER = OrganisationKind.LOCAL_AUTHORITY, OrganisationKind.OTHER

TRAITS: Mapping[Trade, Traits] = {
    Trade.COUNCIL: Traits(_AUTHORITY, "Education welfare officer"),
    Trade.SOCIAL_CARE: Traits(_AUTHORITY, "Social worker"),
    Trade.TEAM: Traits(_AUTHORITY),
    Trade.HEALTH: Traits(_OTHER, "Health visitor"),
    Trade.HOSPITAL: Traits(OrganisationKind.HOSPITAL, "Paediatrician"),
    Trade.PRIMARY: Traits(OrganisationKind.SCHOOL, "Class teacher"),
    Trade.SECONDARY: Traits(OrganisationKind.SCHOOL, "Head of year"),
    Trade.PRACTICE: Traits(OrganisationKind.GP_PRACTICE, "General practitioner"),
    Trade.CHARITY: Traits(OrganisationKind.CHARITY, "Family support worker"),
    Trade.REFUGE: Traits(OrganisationKind.CHARITY, "Refuge worker", confidential=True),
    Trade.PROBATION: Traits(OrganisationKind.PROBATION, "Probation officer", sensitive=True),
    Trade.YOUTH_OFFENDING: Traits(_AUTHORITY, "Youth justice worker", sensitive=True),
    Trade.CLINIC: Traits(_OTHER, "Sexual health nurse", sensitive=True),
    Trade.MENTAL_HEALTH: Traits(_OTHER, "Child psychologist", sensitive=True),
    Trade.RECOVERY: Traits(OrganisationKind.CHARITY, "Recovery worker", sensitive=True, phone=False),
    Trade.POLICE: Traits(OrganisationKind.POLICE_FORCE, "Police constable"),
    Trade.MENTORING: Traits(OrganisationKind.CHARITY, "Mentor", accredited=False, phone=False),
    Trade.OFFICE: Traits(_OTHER),
}

PROVIDERS: Mapping[ServiceKind, Trade] = {
    ServiceKind.HEALTH_VISITING: Trade.HEALTH,
    ServiceKind.SOCIAL_CARE: Trade.SOCIAL_CARE,
    ServiceKind.EDUCATION_WELFARE: Trade.COUNCIL,
    ServiceKind.YOUTH_SERVICE: Trade.CHARITY,
    ServiceKind.VOLUNTARY: Trade.CHARITY,
    ServiceKind.POLICE: Trade.POLICE,
    ServiceKind.PROBATION: Trade.PROBATION,
    ServiceKind.SEXUAL_HEALTH: Trade.CLINIC,
    ServiceKind.MENTAL_HEALTH: Trade.MENTAL_HEALTH,
    ServiceKind.SUBSTANCE_MISUSE: Trade.RECOVERY,
    ServiceKind.YOUTH_OFFENDING: Trade.YOUTH_OFFENDING,
}
"""Who provides a service; a child's own school and practice provide education and primary care."""

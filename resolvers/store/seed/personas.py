"""The personas: the demo's accounts, one of each kind of viewer."""

from collections.abc import Mapping
from dataclasses import dataclass

from authz.words import Role
from resolvers.store.seed.areas import LEEDS, MANCHESTER, Area
from resolvers.store.seed.trades import Trade


@dataclass(frozen=True, slots=True)
class Persona:
    """One demo account: whose it is, at which body, and a sentence on what it shows.

    One with a `profession` is a practitioner too, with involvements of its own.
    """

    name: str
    role: Role
    area: Area | None
    trade: Trade
    about: str
    profession: str = ""


PERSONAS: Mapping[str, Persona] = {
    "teacher": Persona(
        "Hannah Whitaker",
        Role.PRACTITIONER,
        LEEDS,
        Trade.PRIMARY,
        "Teaches a class at a Leeds school, with a shielded child in it; her own child's record is not hers to see.",
        "Class teacher",
    ),
    "health-visitor": Persona(
        "Priya Nair",
        Role.PRACTITIONER,
        LEEDS,
        Trade.HEALTH,
        "Visits young children in Leeds, some of them shielded.",
        "Health visitor",
    ),
    "protection": Persona(
        "Sean O'Connor",
        Role.PROTECTION_OFFICER,
        LEEDS,
        Trade.SOCIAL_CARE,
        "Protects children at Leeds social care, decides on applications and may override in an emergency.",
        "Child protection officer",
    ),
    "police": Persona(
        "Dawn Hesketh",
        Role.POLICE_APPLICANT,
        LEEDS,
        Trade.POLICE,
        "Holds one approved application that covers four children, two of them shielded.",
    ),
    "police-new": Persona(
        "Marcus Bell",
        Role.POLICE_APPLICANT,
        LEEDS,
        Trade.POLICE,
        "Has applied for access and sees nothing until two approvers have agreed.",
    ),
    "team-leeds": Persona(
        "Farah Iqbal",
        Role.DIRECTORY_TEAM,
        LEEDS,
        Trade.TEAM,
        "Keeps the records for which Leeds is responsible, shield cases and trails included.",
    ),
    "team-manchester": Persona(
        "Owen Pritchard",
        Role.DIRECTORY_TEAM,
        MANCHESTER,
        Trade.TEAM,
        "Keeps the records for which Manchester is responsible and sees of Leeds what any team sees.",
    ),
    "data-manager": Persona(
        "Ingrid Sund",
        Role.DATA_MANAGER,
        None,
        Trade.OFFICE,
        "Mends the data; one open task asks whether a shielded and an open record are the same child.",
    ),
    "auditor": Persona(
        "Leonard Achebe",
        Role.AUDITOR,
        None,
        Trade.OFFICE,
        "Reads who looked at what and why, and no child's data.",
    ),
    "feed-leeds": Persona(
        "Leeds case system",
        Role.FEED_CLIENT,
        LEEDS,
        Trade.SOCIAL_CARE,
        "Feeds the directory from the case system of Leeds social care and reads nothing back.",
    ),
    "lapsed": Persona(
        "Graham Poole",
        Role.PRACTITIONER,
        MANCHESTER,
        Trade.PRIMARY,
        "Teaches at a Manchester school; the vetting has run out, so nothing is seen at all.",
        "Class teacher",
    ),
}
"""The demo accounts by the subject that their tokens name."""

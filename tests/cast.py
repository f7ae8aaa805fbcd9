"""The standing cast of test worlds: bodies, workers and one account a role, tied to no record yet."""

from typing import Any

from authz.words import Role
from resolvers.store.words import OrganisationKind, ServiceKind
from tests.world import World, ago

ACCOUNTS = {
    "teacher": Role.PRACTITIONER,
    "officer": Role.PROTECTION_OFFICER,
    "police": Role.POLICE_APPLICANT,
    "team": Role.DIRECTORY_TEAM,
    "manager": Role.DATA_MANAGER,
    "auditor": Role.AUDITOR,
    "feed": Role.FEED_CLIENT,
}
PURPOSE = {
    "teacher": "COORDINATE_CARE",
    "officer": "CHILD_PROTECTION",
    "police": "POLICE_APPLICATION",
    "team": "COORDINATE_CARE",
    "manager": "DATA_QUALITY",
    "auditor": "CASE_REVIEW",
    "feed": "DATA_QUALITY",
}


def cast() -> World:
    """Return a world with the cast and no child."""
    world = World()
    world.organisation("leeds", OrganisationKind.LOCAL_AUTHORITY, authority="leeds")
    world.organisation("york", OrganisationKind.LOCAL_AUTHORITY, authority="york")
    world.organisation("team-office", OrganisationKind.LOCAL_AUTHORITY, authority="leeds")
    world.organisation("school", OrganisationKind.SCHOOL, authority="leeds")
    world.organisation("practice", OrganisationKind.GP_PRACTICE, authority="leeds")
    world.organisation("social", OrganisationKind.LOCAL_AUTHORITY, authority="leeds")
    world.organisation("charity", OrganisationKind.CHARITY, authority="leeds", phone="0113 496 0777")
    world.organisation("clinic", OrganisationKind.HOSPITAL, authority="leeds", sensitive=True)
    world.organisation("refuge", OrganisationKind.CHARITY, authority="leeds", confidential=True)
    world.organisation("force", OrganisationKind.POLICE_FORCE)
    world.organisation("office", OrganisationKind.OTHER)
    homes = {"teacher": "school", "officer": "social", "police": "force", "team": "team-office", "feed": "social"}
    for worker, body in {
        "tess": "school",
        "olaf": "social",
        "nora": "clinic",
        "ruth": "refuge",
        "carl": "charity",
    }.items():
        world.practitioner(worker, body)
    worker_of = {"teacher": "tess", "officer": "olaf"}
    for name, role in ACCOUNTS.items():
        world.account(name, role, homes.get(name, "office"), practitioner=worker_of.get(name))
    return world


def full_child(world: World, name: str, *, authority: str = "york", **row: Any) -> None:
    """Add a child with something behind every group: whoever sees a group sees a value."""
    world.child(name, authority=authority, **row)
    world.reach(name)
    world.person(f"mum-{name}")
    world.contact(name, f"mum-{name}")
    world.former_name(name, "Formerly")
    world.placement(name, "school")
    world.registration(name, "practice")
    world.identifier(name, "school", "SCHOOL-77")
    world.identifier(name, "social", "SOCIAL-77")
    world.identifier(name, "clinic", "CLINIC-77")
    world.involve(name, "carl", "charity", ServiceKind.VOLUNTARY, lead=True, assessment=True, started_on=ago(days=50))
    world.involve(name, "nora", "clinic", ServiceKind.SEXUAL_HEALTH)

"""Access applied for and decided on, as tests ask for it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from authz.words import Role
from resolvers.ids import Kind, read_id, write_id
from tests.cast import PURPOSE, cast, full_child
from tests.client import Gateway
from tests.world import NOW, World, number_of

FIELDS = (
    "id applicant organisation { name } legalBasis justification requested state expiresAt "
    "children { childId givenNames shielded } decisions { role approve at by note }"
)
SHOWN = f"application {{ {FIELDS} }}"
LIST = (
    "query($state: ApplicationState, $first: Int = 20, $after: String) { accessApplications(state: $state, first: "
    f"$first, after: $after) {{ edges {{ cursor node {{ {FIELDS} }} }} pageInfo {{ hasNextPage }} }} }}"
)
WHY = "threats against the carers of these children"
PURPOSES = PURPOSE | {"rival": "CASE_REVIEW", "colleague": "CHILD_PROTECTION", "inside": "CHILD_PROTECTION"}
PURPOSES |= {"constable": "POLICE_APPLICATION"}


def bench() -> World:
    """Return the cast with three children, one shielded, and more who apply and decide, friends and rivals."""
    world = cast()
    for name in ("anna", "bea", "cleo"):
        full_child(world, name)
    world.shield("bea")
    world.account("rival", Role.DIRECTORY_TEAM, "york")
    world.account("colleague", Role.PROTECTION_OFFICER, "social")
    world.account("inside", Role.PROTECTION_OFFICER, "force")
    world.account("constable", Role.POLICE_APPLICANT, "force")
    return world


async def applied(gateway: Gateway, *names: str, account: str = "police", **given: Any) -> Any:
    """Apply for access to the children of these names, and return the application."""
    asked = {"legalBasis": "SECTION_47_ENQUIRY", "justification": WHY, "directoryNumbers": list(map(number_of, names))}
    payload = await gateway.do(account, "applyForAccess", asked | given, SHOWN, purpose="POLICE_APPLICATION")
    assert payload["problems"] == []
    return payload["application"]


async def decided(gateway: Gateway, by: str, application: str, *, approve: bool = True, **given: Any) -> Any:
    """Decide on an application, and return the payload; `days` says from now until when."""
    if (days := given.pop("days", None)) is not None:
        given["expiresAt"] = (NOW + timedelta(days=days)).isoformat()
    asked = {"applicationId": application, "approve": approve, "note": f"looked at by {by}", **given}
    return await gateway.do(by, "decideApplication", asked, SHOWN, purpose=PURPOSES[by])


async def listed(gateway: Gateway, account: str, **variables: Any) -> list[Any]:
    """Return the applications that an account reads."""
    page = (await gateway.ask(account, LIST, purpose=PURPOSES[account], **variables))["accessApplications"]
    return [edge["node"] for edge in page["edges"]]


def codes(payload: Any) -> list[str]:
    return [problem["code"] for problem in payload["problems"]]


def key_of(application: Any) -> UUID:
    """Return the key of an application that an answer showed."""
    found = read_id(application["id"])
    assert found is not None
    assert found.kind is Kind.APPLICATION
    return found.key


def no_application() -> str:
    """Return an id that no application has."""
    return write_id(Kind.APPLICATION, UUID(int=7))

"""R24: a police applicant sees the children of an approved, unexpired application, and nobody else."""

import pytest

from resolvers.store.words import ApplicationState
from tests.cast import cast, full_child
from tests.conftest import Serve
from tests.queries import CHILD, SEARCH
from tests.world import World, number_of

ASHWORTHS = {"familyName": "Ashworth", "dateOfBirth": "2016-03-04"}


async def listed(world: World, serve: Serve) -> tuple[set[str], set[str]]:
    """Return the names that a police applicant finds by search, and those opened by number."""
    gateway = await serve(world)
    purpose = "POLICE_APPLICATION"
    page = (await gateway.ask("police", SEARCH, purpose=purpose, search=ASHWORTHS))["children"]
    opened = set()
    for name in ("anna", "bea", "cleo"):
        child = (await gateway.ask("police", CHILD, purpose=purpose, number=number_of(name)))["child"]
        by_number = await gateway.ask("police", SEARCH, purpose=purpose, search={"directoryNumber": number_of(name)})
        assert bool(by_number["children"]["edges"]) is (child is not None)
        if child is not None:
            opened.add(child["givenNames"])
    return {edge["node"]["givenNames"] for edge in page["edges"]}, opened


def three_children() -> World:
    world = cast()
    for name in ("anna", "bea", "cleo"):
        full_child(world, name)
    world.shield("bea")
    return world


async def test_r24_only_children_in_an_approved_scope_exist(serve: Serve) -> None:
    """Open and shielded children of an approved application are found and opened; another child is neither."""
    world = three_children()
    world.application("police", "anna", "bea")
    assert await listed(world, serve) == ({"Anna", "Bea"}, {"Anna", "Bea"})


@pytest.mark.parametrize("state", [state for state in ApplicationState if state is not ApplicationState.APPROVED])
async def test_r24_an_application_that_is_not_approved_opens_nothing(serve: Serve, state: ApplicationState) -> None:
    """Pending, partly approved, refused, expired and withdrawn applications open nothing."""
    world = three_children()
    world.application("police", "anna", "bea", state=state)
    assert await listed(world, serve) == (set(), set())


async def test_r24_an_approval_ends_at_its_hour(serve: Serve) -> None:
    """An approved application whose time has come opens nothing, whatever its stored state."""
    world = three_children()
    world.application("police", "anna", days_left=0)
    assert await listed(world, serve) == (set(), set())


async def test_r24_anothers_application_opens_nothing(serve: Serve) -> None:
    """An application is good for its applicant alone."""
    world = three_children()
    world.account("other", "POLICE_APPLICANT", "force")  # type: ignore[arg-type]
    world.application("other", "anna")
    assert await listed(world, serve) == (set(), set())


async def test_r24_what_police_see_within_scope(serve: Serve) -> None:
    """Within scope an open child shows whereabouts and agencies, a shielded one identity and carers' names alone."""
    world = three_children()
    world.application("police", "anna", "bea")
    gateway = await serve(world)
    seen = {}
    for name in ("anna", "bea"):
        child = (await gateway.ask("police", CHILD, purpose="POLICE_APPLICATION", number=number_of(name)))["child"]
        guarded = ("formerNames", "contacts", "whereabouts", "phone", "education", "involvements", "agencies")
        seen[name] = [field for field in guarded if child[field] is not None]
    assert seen == {"anna": ["contacts", "whereabouts", "phone", "agencies"], "bea": ["contacts"]}

"""R8: an open child's page must not locate a shielded sibling through the carer they share."""

from resolvers.ids import Kind, write_id
from resolvers.store.words import Ended, ShieldState
from tests.cast import PURPOSE, cast, full_child
from tests.client import Gateway
from tests.conftest import Serve
from tests.queries import CASELOAD, CHILD
from tests.world import World, ago, id_of, number_of


def family(**shield: object) -> World:
    """Return a world in which open Anna and Bea share Anna's mother, and Bea is shielded."""
    world = cast()
    full_child(world, "anna")
    full_child(world, "bea", authority="leeds")
    world.contact("bea", "mum-anna")
    world.shield("bea", **shield)  # type: ignore[arg-type]
    return world


async def phones(gateway: Gateway, viewer: str, child: str = "anna") -> list[str | None]:
    data = await gateway.ask(viewer, CHILD, purpose=PURPOSE[viewer], number=number_of(child))
    return [contact["phone"] for contact in data["child"]["contacts"]]


async def test_r8_a_shielded_sibling_hides_the_shared_carers_details(serve: Serve) -> None:
    """Below an open child the shared carer's phone, e-mail and address are withheld, and said so; names are not."""
    gateway = await serve(family())
    child = (await gateway.ask("teacher", CHILD, number=number_of("anna")))["child"]
    (contact,) = child["contacts"]
    assert (contact["givenNames"], contact["phone"], contact["email"], contact["address"]) == (
        "Mum-Anna",
        None,
        None,
        None,
    )
    assert [row["group"] for row in contact["withheld"]] == ["WHEREABOUTS"]
    assert child["phone"] == "07700 900111", "the open child's own details stay"


async def test_r8_whoever_sees_the_siblings_whereabouts_sees_the_carers(serve: Serve) -> None:
    """The team responsible for the shielded sibling sees the shared carer's phone below the open child."""
    gateway = await serve(family())
    assert await phones(gateway, "team") == ["07700 900222"]


async def test_r8_an_override_on_the_sibling_opens_the_carer(serve: Serve) -> None:
    """While an override on the shielded sibling lasts, its holder sees the shared carer's details."""
    world = family()
    world.override("officer", "bea")
    gateway = await serve(world)
    assert await phones(gateway, "officer") == ["07700 900222"]


async def test_r8_an_open_sibling_hides_nothing(serve: Serve) -> None:
    """To an officer whose approved application covers the one child alone, the carer of both is shown with her phone."""
    world = cast()
    for name in ("anna", "bea"):
        full_child(world, name)
    world.contact("bea", "mum-anna")
    world.application("police", "anna")
    gateway = await serve(world)
    assert await phones(gateway, "police") == ["07700 900222"]


async def test_r8_archived_concealed_lifted_and_ended_links_do_not_count(serve: Serve) -> None:
    """A sibling that is archived or concealed, a shield that is lifted, and a past link hide nothing."""
    for n, change in enumerate(("archived", "concealed", "lifted", "ended")):
        world = cast()
        full_child(world, "anna")
        world.child(
            "bea",
            concealed=change == "concealed",
            ended=(Ended.DECEASED, ago(days=400)) if change == "archived" else None,
        )
        world.contact("bea", "mum-anna", ended=ago(days=2) if change == "ended" else None)
        world.shield("bea", ShieldState.LIFTED if change == "lifted" else ShieldState.ACTIVE)
        gateway = await serve(world)
        assert await phones(gateway, "teacher") == ["07700 900222"], (n, change)


async def test_r8_one_hidden_sibling_among_several_is_enough(serve: Serve) -> None:
    """For the team of one shielded sibling's authority, another authority's shielded sibling still hides."""
    world = family()
    full_child(world, "cleo", authority="york")
    world.contact("cleo", "mum-anna")
    world.shield("cleo")
    gateway = await serve(world)
    assert await phones(gateway, "team") == [None]


async def test_r8_a_conflict_on_the_sibling_does_not_show(serve: Serve) -> None:
    """That the sibling's record does not exist for the viewer changes nothing on the open child's page."""
    world = family()
    world.conflict("team", "bea")
    gateway = await serve(world)
    assert await phones(gateway, "team") == ["07700 900222"]


async def test_r8_holds_in_the_caseload_and_by_node(serve: Serve) -> None:
    """The same contact is withheld by every path: child, caseload and node."""
    world = family()
    world.involve("anna", "tess", "school")
    gateway = await serve(world)
    page = await gateway.ask("teacher", CASELOAD, first=10)
    (edge,) = page["caseload"]["edges"]
    assert [contact["phone"] for contact in edge["node"]["contacts"]] == [None]
    contact = write_id(Kind.CONTACT, id_of("contact", "anna/mum-anna"))
    data = await gateway.ask(
        "teacher", "query($id: ID!) { node(id: $id) { ... on Contact { givenNames phone } } }", id=contact
    )
    assert data == {"node": {"givenNames": "Mum-Anna", "phone": None}}


async def test_r8_below_a_shielded_record_its_own_verdict_decides(serve: Serve) -> None:
    """The responsible team sees the carers of a shielded child although another shielded sibling is not theirs."""
    world = family()
    full_child(world, "cleo", authority="york")
    world.contact("cleo", "mum-anna")
    world.shield("cleo")
    gateway = await serve(world)
    assert set(await phones(gateway, "team", "bea")) == {"07700 900222"}

"""R5: cursors hold no value, are good for one viewer and list, and pages follow each other without a gap."""

from base64 import urlsafe_b64decode

from resolvers.store.words import ServiceKind
from tests.cast import cast
from tests.conftest import Serve
from tests.world import World, ago, number_of

PAGE = """query($first: Int, $after: String) { caseload(first: $first, after: $after) {
  edges { cursor node { givenNames } } pageInfo { hasNextPage hasPreviousPage endCursor } } }"""
ROWS = """query($n: String, $first: Int, $after: String, $current: Boolean) { child(directoryNumber: $n) {
  involvements(first: $first, after: $after, current: $current) {
    edges { cursor node { id from } } pageInfo { hasNextPage endCursor } } } }"""


def class_of(size: int) -> World:
    world = cast()
    for n in range(size):
        world.child(f"kid{n}", family=f"Family{n // 3}", given="Same" if n % 2 else f"Given{n}")
        world.involve(f"kid{n}", "tess", "school", ServiceKind.EDUCATION)
    return world


async def test_pages_of_a_caseload_give_every_child_once_in_order(serve: Serve) -> None:
    """Followed page by page, a caseload gives the same rows in the same order as at once."""
    gateway = await serve(class_of(11))
    whole = (await gateway.ask("teacher", PAGE, first=50))["caseload"]
    assert (len(whole["edges"]), whole["pageInfo"]["hasNextPage"]) == (11, False)
    rows, after = [], None
    for _ in range(4):
        page = (await gateway.ask("teacher", PAGE, first=3, after=after))["caseload"]
        rows += page["edges"]
        after = page["pageInfo"]["endCursor"]
    assert rows == whole["edges"]
    assert (page["pageInfo"]["hasNextPage"], page["pageInfo"]["hasPreviousPage"]) == (False, True)


async def test_pages_of_involvements_give_every_row_once_in_order(serve: Serve) -> None:
    """Followed page by page, the services of a child come newest first, ties settled, none twice."""
    world = cast()
    world.child("anna")
    for n, kind in enumerate(list(ServiceKind)[:8]):
        world.involve("anna", "olaf", "social", kind, started_on=ago(days=100 + n // 3))
    gateway = await serve(world)
    whole = (await gateway.ask("teacher", ROWS, n=number_of("anna"), first=100))["child"]["involvements"]
    rows, after = [], None
    for _ in range(3):
        page = (await gateway.ask("teacher", ROWS, n=number_of("anna"), first=3, after=after))["child"]["involvements"]
        rows += page["edges"]
        after = page["pageInfo"]["endCursor"]
    assert rows == whole["edges"]
    assert [row["node"]["from"] for row in rows] == sorted((row["node"]["from"] for row in rows), reverse=True)
    assert page["pageInfo"]["hasNextPage"] is False


async def test_r5_a_cursor_is_good_for_its_viewer_list_and_arguments_alone(serve: Serve) -> None:
    """Another viewer's cursor, another list's, another child's or another argument's is refused."""
    world = class_of(3)
    world.involve("kid0", "olaf", "social")
    world.involve("kid0", "carl", "charity")
    world.involve("kid1", "olaf", "social")
    gateway = await serve(world)
    mine = (await gateway.ask("teacher", PAGE, first=1))["caseload"]["pageInfo"]["endCursor"]
    rows = (await gateway.ask("teacher", ROWS, n=number_of("kid0"), first=1))["child"]["involvements"]["pageInfo"][
        "endCursor"
    ]
    tries = [
        ("officer", PAGE, {"after": mine}),
        ("teacher", PAGE, {"after": rows}),
        ("teacher", ROWS, {"n": number_of("kid0"), "after": mine}),
        ("teacher", ROWS, {"n": number_of("kid1"), "after": rows}),
        ("teacher", ROWS, {"n": number_of("kid0"), "after": rows, "current": False}),
        ("teacher", PAGE, {"after": mine[:-1] + ("A" if mine[-1] != "A" else "B")}),
    ]
    purposes = {"teacher": "COORDINATE_CARE", "officer": "CHILD_PROTECTION"}
    for viewer, query, variables in tries:
        response = await gateway.raw(viewer, query, purpose=purposes[viewer], **variables)
        assert [error["extensions"]["code"] for error in response.json()["errors"]] == ["BAD_USER_INPUT"]
    assert "data" in (await gateway.raw("teacher", PAGE, purpose="COORDINATE_CARE", after=mine)).json()


async def test_r5_a_cursor_holds_no_value(serve_small: Serve) -> None:
    """Decoded, a cursor is a random key and a signature: 32 bytes, the same each time."""
    gateway = await serve_small(class_of(2))
    first = (await gateway.ask("teacher", PAGE, first=1))["caseload"]["pageInfo"]["endCursor"]
    again = (await gateway.ask("teacher", PAGE, first=1))["caseload"]["pageInfo"]["endCursor"]
    raw = urlsafe_b64decode(first + "=")
    assert (first, len(raw), b"Family" in raw) == (again, 32, False)


async def test_a_caseload_leaves_out_what_does_not_exist_for_the_viewer(serve: Serve) -> None:
    """Conflicted children are in no page and no count, and pages stay full."""
    world = class_of(6)
    world.conflict("teacher", "kid1")
    gateway = await serve(world)
    page = (await gateway.ask("teacher", PAGE, first=5))["caseload"]
    assert (len(page["edges"]), page["pageInfo"]["hasNextPage"]) == (5, False)


async def test_a_viewer_without_a_practitioner_has_an_empty_caseload(serve: Serve) -> None:
    """A directory team may ask for its caseload and has none."""
    gateway = await serve(class_of(2))
    assert (await gateway.ask("team", PAGE))["caseload"]["edges"] == []

"""R12: an id that gives nothing gives the same nothing, whatever the reason."""

from datetime import date

import pytest

from resolvers.ids import Kind, write_id
from resolvers.store.words import Ended
from tests.cast import cast, full_child
from tests.client import statements
from tests.conftest import Serve
from tests.world import World, ago, id_of

NODE = "query($id: ID!) { node(id: $id) { id __typename } }"
NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
CHILD = "query($id: ID) { child(id: $id) { id } }"
NUMBER = "query($n: String) { child(directoryNumber: $n) { id } }"


def child_id(name: str) -> str:
    return write_id(Kind.CHILD, id_of("child", name))


def contact_id(name: str) -> str:
    return write_id(Kind.CONTACT, id_of("contact", f"{name}/mum-{name}"))


def hidden_world() -> World:
    """Return a world with Anna to be seen and one record for each way of not existing."""
    world = cast()
    full_child(world, "anna")
    full_child(world, "kin")
    full_child(world, "grown", born=date(2008, 6, 15))
    world.child("gone", concealed=True)
    world.child("dead", ended=(Ended.DECEASED, ago(days=400)))
    world.conflict("teacher", "kin")
    return world


MALFORMED = [
    "",
    " ",
    "1",
    "Q2hpbGQ6MQ==",
    "AA",
    "é",
    "\x00",
    "x" * 23,
    child_id("anna") + "A",
    child_id("anna")[:-1] + "_",
]


async def test_r12_whatever_gives_nothing_gives_the_same_bytes(serve: Serve) -> None:
    """Malformed, foreign, unknown, concealed, archived and forbidden ids are null without an error, byte-equal."""
    gateway = await serve(hidden_world())
    foreign = [write_id(kind, id_of("child", "anna")) for kind in Kind if kind is not Kind.CHILD]
    hidden = [child_id(name) for name in ("gone", "dead", "kin", "grown", "nobody")]
    contacts = [contact_id(name) for name in ("kin", "grown", "nobody")]
    for query in (NODE, CHILD):
        answers = set()
        for wire in (*MALFORMED, *foreign, *hidden, *contacts):
            response = await gateway.raw("teacher", query, purpose="COORDINATE_CARE", id=wire)
            answers.add((response.status_code, response.text, str(sorted(response.headers.items()))))
        assert len(answers) == 1
        assert "errors" not in next(iter(answers))[1]


async def test_r12_r35_unknown_and_forbidden_run_the_same_statements(serve: Serve) -> None:
    """An id that nobody has and one that this viewer may not know run the same texts, of children and contacts."""
    gateway = await serve(hidden_world())
    await gateway.meet("teacher", "COORDINATE_CARE")
    for make, names in (
        (child_id, ("gone", "dead", "kin", "grown", "nobody")),
        (contact_id, ("kin", "grown", "nobody")),
    ):
        seen = set()
        for name in names:
            with statements() as texts:
                await gateway.ask("teacher", NODE, id=make(name))
            seen.add(tuple(texts))
        assert len(seen) == 1


async def test_r12_nodes_keeps_order_and_one_bad_id_spoils_no_other(serve: Serve) -> None:
    """`nodes` answers in the order asked, null for each that gives nothing, doubled ids doubled."""
    gateway = await serve(hidden_world())
    ids = [child_id("kin"), child_id("anna"), "nonsense", contact_id("anna"), child_id("anna")]
    data = await gateway.ask("teacher", NODES, ids=ids)
    assert data["nodes"] == [None, {"id": ids[1]}, None, {"id": ids[3]}, {"id": ids[4]}]


async def test_r12_an_archived_record_exists_for_a_data_manager(serve: Serve) -> None:
    """A data manager opens archived records by id, and concealed ones as little as anybody."""
    gateway = await serve(hidden_world())
    for name, exists in (("dead", True), ("grown", True), ("gone", False)):
        data = await gateway.ask("manager", NODE, purpose="DATA_QUALITY", id=child_id(name))
        assert (data["node"] is not None) is exists


@pytest.mark.parametrize(
    "arguments",
    [
        "",
        '(id: "a", directoryNumber: "b")',
        "(id: null)",
        '(id: null, directoryNumber: "b")',
        '(id: "a", directoryNumber: null)',
    ],
)
async def test_r12_child_takes_exactly_one_of_id_and_number(serve_small: Serve, arguments: str) -> None:
    """None or both, or a null beside one, is refused from the arguments alone, whatever is stored."""
    gateway = await serve_small(cast())
    with statements() as texts:
        response = await gateway.raw("teacher", f"{{ child{arguments} {{ id }} }}", purpose="COORDINATE_CARE")
    (error,) = response.json()["errors"]
    assert (response.json()["data"], error["extensions"]["code"]) == ({"child": None}, "BAD_USER_INPUT")
    assert not [text for text in texts if "FROM child" in text]


async def test_r12_more_than_a_hundred_nodes_are_refused(serve_small: Serve) -> None:
    """`nodes` takes a hundred ids; one more is refused from the argument alone."""
    gateway = await serve_small(cast())
    assert (await gateway.ask("teacher", NODES, ids=["x"] * 100))["nodes"] == [None] * 100
    response = await gateway.raw("teacher", NODES, purpose="COORDINATE_CARE", ids=["x"] * 101)
    assert [error["extensions"]["code"] for error in response.json()["errors"]] == ["BAD_USER_INPUT"]

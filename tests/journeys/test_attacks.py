"""Ways in that were tried: each answered without telling anything, and with a trace where one is owed."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text, update

from gateway.documents import Documents
from gateway.keys import derive
from gateway.limits import Limits
from resolvers.cursor import CursorScope
from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from resolvers.store.words import ServiceKind
from schema.build import build_schema
from tests.cast import cast, full_child
from tests.client import Gateway
from tests.conftest import Serve
from tests.queries import CHILD, SEARCH
from tests.world import NOW, World, ago, id_of, number_of

TEACHER = id_of("account", "teacher")
DATES = 'query($d: Date = "2015-01-01") { children(search: {familyName: "A", bornBetween: {from: $d, to: "2015-02-02"}}) { tooMany } }'
NULLS = {
    'query($s: ChildSearch = {directoryNumber: "1"}) { children(search: $s) { tooMany } }': "s",
    'query($i: ID = "x") { node(id: $i) { id } }': "i",
    'query($i: [ID!] = ["x"]) { nodes(ids: $i) { id } }': "i",
    'query($i: ID = "x") { nodes(ids: [$i]) { id } }': "i",
    "query($b: Boolean = true) { viewer @include(if: $b) { name } }": "b",
    "query($b: Boolean = true) { ...F } fragment F on Query { viewer { name @include(if: $b) } }": "b",
    DATES: "d",
}


@pytest.mark.parametrize("query", NULLS)
async def test_null_for_a_variable_with_a_default_is_refused_before_anything_is_read(
    serve_small: Serve, query: str
) -> None:
    """GraphQL lets a nullable variable with a default stand where null is refused: an explicit null is bad input."""
    gateway = await serve_small(cast())
    response = await gateway.raw("teacher", query, purpose="COORDINATE_CARE", **{NULLS[query]: None})
    assert (response.status_code, {e["extensions"]["code"] for e in response.json()["errors"]}) == (
        400,
        {"BAD_USER_INPUT"},
    )


async def test_r29_a_fault_leaves_the_trail_of_what_was_touched(serve: Serve) -> None:
    """An operation that fails on the way leaves its event, with what it had touched, though no data left."""
    world = cast()
    full_child(world, "anna")
    gateway = await serve(world)
    async with gateway.database() as connection:
        await connection.execute(text("ALTER TABLE former_name RENAME TO gone"))
    refused = await gateway.raw("teacher", CHILD, purpose="COORDINATE_CARE", number=number_of("anna"))
    (event,), subjects = await gateway.journal()
    assert event.outcome == refused.json()["errors"][0]["extensions"]["code"]
    assert {(row.kind, row.child_id) for row in subjects} >= {("OPENED", id_of("child", "anna"))}


async def test_r29_a_search_over_the_budget_leaves_the_rows_it_found(serve: Serve) -> None:
    """A search whose rows the budget does not hold tells by its refusal that there are some: they are journalled."""
    world = cast()
    world.child("anna")
    gateway = await serve(world, records_per_hour=1)
    search = {"familyName": "Ashworth", "dateOfBirth": "2016-03-04"}
    assert (await gateway.raw("teacher", SEARCH, purpose="COORDINATE_CARE", search=search)).status_code == 429
    (event,), (subject,) = await gateway.journal()
    assert (event.outcome, event.searches[0]["hits"]) == ("BUDGET_EXCEEDED", 1)
    assert (subject.kind, subject.child_id) == ("SUMMARY", id_of("child", "anna"))


async def test_r29_a_caseload_over_the_budget_leaves_the_rows_it_found(serve: Serve) -> None:
    """A caseload that the budget does not hold tells by its refusal that it has rows: they are journalled."""
    world = cast()
    for name in ("anna", "bea"):
        world.child(name)
        world.involve(name, "tess", "school", ServiceKind.EDUCATION)
    gateway = await serve(world, records_per_hour=1)
    query = "{ caseload { edges { node { familyName } } } }"
    assert (await gateway.raw("teacher", query, purpose="COORDINATE_CARE")).status_code == 429
    (event,), subjects = await gateway.journal()
    assert event.outcome == "BUDGET_EXCEEDED"
    assert {subject.child_id for subject in subjects} == {id_of("child", "anna"), id_of("child", "bea")}


def old_cursor(gateway: Gateway, field: str, row: Any, *bound: str) -> str:
    """Return the cursor that the gateway once gave the teacher for a row."""
    return CursorScope(derive(gateway.keys.secret).cursors, TEACHER, field, *bound).write(row)


def shielded_since(hidden_started: int | None) -> World:
    world = cast()
    world.child("bea")
    world.shield("bea")
    world.involve("bea", "tess", "school", ServiceKind.EDUCATION, started_on=ago(days=100))
    if hidden_started:
        world.involve("bea", "carl", "charity", ServiceKind.VOLUNTARY, started_on=ago(days=hidden_started))
    return world


async def test_r5_an_old_cursor_tells_nothing_of_a_row_that_is_hidden_now(serve: Serve) -> None:
    """A cursor of a colleague's row, kept from before the shield, answers alike wherever that row stands, or none."""
    query = "query($n: String, $a: String) { child(directoryNumber: $n) { involvements(after: $a) { edges { node { own } } } } }"
    answers = set()
    for started in (50, 200, None):
        gateway = await serve(shielded_since(started))
        child = write_id(Kind.CHILD, id_of("child", "bea"))
        row = id_of("involvement", "bea/carl/charity/VOLUNTARY")
        after = old_cursor(gateway, "involvements", row, child, "current=True")
        answers.add((await gateway.raw("teacher", query, purpose="COORDINATE_CARE", n=number_of("bea"), a=after)).text)
    assert len(answers) == 1


async def test_r5_r10_a_row_that_has_become_sensitive_marks_no_place(serve: Serve) -> None:
    """Where an old cursor's row is sensitive now, the page is empty, as where the row is gone: its place is not told."""
    world = cast()
    world.child("anna")
    for days, service in ((30, ServiceKind.SOCIAL_CARE), (20, ServiceKind.VOLUNTARY), (10, ServiceKind.YOUTH_SERVICE)):
        world.involve("anna", "olaf", "social", service, started_on=ago(days=days))
    gateway = await serve(world)
    page = "query($n: String, $a: String) { child(directoryNumber: $n) { involvements(first: 1, after: $a) { edges { cursor node { service } } } } }"
    first = await gateway.ask("teacher", page, n=number_of("anna"))
    (edge,) = first["child"]["involvements"]["edges"]
    behind = await gateway.ask("teacher", page, n=number_of("anna"), a=edge["cursor"])
    assert [row["node"]["service"] for row in behind["child"]["involvements"]["edges"]] == ["VOLUNTARY"]
    marked = update(t.Involvement).where(t.Involvement.service == ServiceKind.YOUTH_SERVICE).values(sensitive=True)
    async with gateway.database() as connection:
        await connection.execute(marked)
    now = await gateway.ask("teacher", page, n=number_of("anna"), a=edge["cursor"])
    assert now["child"]["involvements"]["edges"] == []


async def test_r5_an_old_cursor_tells_nothing_of_a_child_that_is_gone(serve: Serve) -> None:
    """A cursor of a child now concealed answers alike wherever its present name would stand."""
    answers = set()
    for family in ("Baker", "Nash"):
        world = cast()
        for name in ("Adams", "Moore", "Zimmer"):
            world.child(name, family=name)
            world.involve(name, "tess", "school", ServiceKind.EDUCATION)
        world.child("hid", family=family, given="H", concealed=True)
        gateway = await serve(world)
        query = "query($a: String) { caseload(after: $a) { edges { node { familyName } } } }"
        after = old_cursor(gateway, "caseload", id_of("child", "hid"))
        answers.add((await gateway.raw("teacher", query, purpose="COORDINATE_CARE", a=after)).text)
    assert len(answers) == 1


async def test_r16_a_conflict_that_ends_next_month_holds_today(serve: Serve) -> None:
    """A conflict whose end lies ahead still hides the record."""
    world = cast()
    full_child(world, "anna")
    world.conflict("teacher", "anna", ended=True)
    world.rows[t.AccountConflict][-1]["ended_at"] = NOW + timedelta(days=30)
    gateway = await serve(world)
    assert (await gateway.ask("teacher", CHILD, number=number_of("anna")))["child"] is None


async def test_r29_one_number_has_one_hash_however_it_is_spelt_or_asked(serve: Serve) -> None:
    """A number sought in vain, with spaces, with hyphens or by a search, leaves the same hash each time."""
    gateway = await serve(cast())
    number = number_of("nobody")
    for spelt in (number, f"{number[:4]} {number[4:]}", f"{number[:6]}-{number[6:]}"):
        await gateway.ask("teacher", CHILD, number=spelt)
        await gateway.ask("teacher", SEARCH, search={"directoryNumber": spelt})
    _, subjects = await gateway.journal()
    assert (len(subjects), len({row.sought for row in subjects})) == (6, 1)


async def test_an_address_without_a_postcode_is_none_known(serve: Serve) -> None:
    """A stored address that lacks its postcode is no fault of the whole operation."""
    world = cast()
    full_child(world, "anna")
    world.rows[t.ChildReach][-1]["postcode"] = None
    gateway = await serve(world)
    child = (await gateway.ask("teacher", CHILD, number=number_of("anna")))["child"]
    assert child["whereabouts"]["__typename"] == "NoAddressKnown"


async def test_errors_are_few(serve_small: Serve) -> None:
    """Ten thousand wrong variables, or unknown fields, are told of in a handful of errors."""
    gateway = await serve_small(cast())
    query = "query($i: [ID!]!) { nodes(ids: $i) { id } }"
    response = await gateway.raw("teacher", query, purpose=None, i=[None] * 10_000)
    assert (response.status_code, len(response.json()["errors"]) <= 11) == (400, True)
    unknown = "{" + " ".join(f"x{n}" for n in range(400)) + "}"
    assert len((await gateway.raw("teacher", unknown, purpose=None)).json()["errors"]) <= 11


LIMITS = {
    "aliases": "{" + " ".join(f"a{n}: __typename" for n in range(31)) + "}",
    "introspection twice": "{ __schema { queryType { name } } ... on Query { __schema { queryType { name } } } }",
    "introspection aliased": "{ __schema { a: types { name } b: types { name } } }",
    "a long number": "{ caseload(first: " + "9" * 5000 + ") { edges { cursor } } }",
    "a long name": "query " + "A" * 60_000 + " { __typename }",
}


@pytest.mark.parametrize("limit", LIMITS)
async def test_a_document_over_a_limit_is_refused_before_validation(serve_small: Serve, limit: str) -> None:
    """Aliases, introspection and word length are bounded; the message names the limit and no text of Python's."""
    gateway = await serve_small(cast())
    response = await gateway.raw("teacher", LIMITS[limit], purpose=None)
    assert [error["extensions"]["code"] for error in response.json()["errors"]] == ["LIMIT_EXCEEDED"]
    assert (response.status_code, "set_int_max" in response.text) == (400, False)


def test_a_document_that_names_something_is_not_kept_for_others() -> None:
    """A document with a string in it is read anew each time; one that names nothing is kept."""
    documents = Documents(build_schema().core, Limits())
    named = '{ child(directoryNumber: "123") { id } }'
    assert documents.read(named) is not documents.read(named)
    assert documents.read(CHILD) is documents.read(CHILD)


def test_the_oldest_documents_make_room() -> None:
    """No more documents are kept than the limit says, the ones used last among them."""
    documents = Documents(build_schema().core, Limits())
    first = documents.read("query Q { __typename }")
    for n in range(511):
        documents.read(f"query Q{n} {{ __typename }}")
    assert documents.read("query Q { __typename }") is first
    documents.read("query R { __typename }")
    assert documents.read("query Q { __typename }") is first

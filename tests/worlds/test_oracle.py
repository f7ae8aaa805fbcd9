"""What the generated worlds stand on: that the view is the law's, that pairs are rich, that a leak would be found."""

import random
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, get_named_type

from authz.table import standings_that_matter
from authz.words import Shield, Standing, Status
from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from schema.build import build_schema
from tests.authz.law import MAY
from tests.databases import Template
from tests.world import NOW
from tests.worlds.arguments import Values
from tests.worlds.asking import served
from tests.worlds.dense import VIEWERS, dense
from tests.worlds.edits import Change, Edit, targets
from tests.worlds.facts import facts_of, viewer_of
from tests.worlds.generated import Pair, varied
from tests.worlds.hunt import RECORDS_LEFT, Hunt, Shrinker, look
from tests.worlds.leak import Leak
from tests.worlds.operations import Argument, Field, Operation, fields_of
from tests.worlds.rows import BY_NAME, KEYS, Rows
from tests.worlds.test_generated import READERS, pair
from tests.worlds.view import view
from tests.worlds.writer import Writer, askable


def test_the_worlds_are_dense() -> None:
    """For each role, records open and shielded with every standing that matters to it, held and not held."""
    found: set[object] = set()
    for rows in map(dense, range(1, 4)):
        for name, role in VIEWERS.items():
            viewer = viewer_of(rows, name)
            for child in rows.all(t.Child):
                facts = facts_of(rows, viewer, child)
                found.add((facts.shield, facts.status))
                found |= {(role, facts.shield, standing, standing in facts.standing) for standing in Standing}
    assert {*product(Shield, Status)} <= found | {*product([Shield.CONCEALED], Status)}
    for role in VIEWERS.values():
        wanted = product([role], [Shield.OPEN, Shield.SHIELDED], standings_that_matter(role), [True, False])
        assert not {*wanted} - found


def test_every_column_is_varied() -> None:
    """For those who read records, every column of every table differs in some pair, and every table has other rows."""
    found = varied([pair(viewer, seed) for viewer in READERS for seed in (1, 2)])
    assert not [f"{table.__tablename__}.{name}" for table, name in targets() if not found[table, name]]
    assert not [name for name, table in BY_NAME.items() if not found[table, KEYS[table][0]]]


def test_a_seed_gives_the_same_pair_and_the_same_operations() -> None:
    """A leak can be looked at again: the same seed gives the same worlds and questions."""

    def made() -> tuple[list[str], list[str]]:
        one = pair.__wrapped__("lapsed", 5)
        hunter = writer(one)
        return [str(edit) for edit in one.edits], [str(hunter.operation()) for _ in range(20)]

    assert made() == made()


def writer(of: Pair) -> Writer:
    schema = build_schema().core
    purposes = tuple(map(str, MAY[VIEWERS[of.viewer]][1]))
    return Writer(schema, Values(of, askable(schema)), purposes, random.Random(7))


def test_every_field_and_argument_of_the_schema_is_asked_for() -> None:
    """The walk over the schema reaches every field that there is, and gives every argument."""
    schema, hunter = build_schema().core, writer(pair("lapsed", 1))
    asked: set[tuple[str, str]] = set()
    for _ in range(2_000):
        for field in fields_of(hunter.operation()):
            asked |= {(field.name, name) for name, _ in field.arguments} | {(field.name, "")}
    # Streams are followed in pairs of worlds by `tests/worlds/streams.py`.
    told = {schema.subscription_type, get_named_type(schema.subscription_type.fields["caseloadChanged"].type)}
    there = {
        (name, argument)
        for kind in schema.type_map.values()
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and not kind.name.startswith("__")
        if kind not in told
        for name, field in kind.fields.items()
        for argument in ("", *field.args)
    }
    assert set() == there - asked


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_the_view_has_the_records_that_the_gateway_opens(sqlite: Template, tmp_path: Path, viewer: str) -> None:
    """The oracle and the gateway, which share no code, agree on the records that exist for each viewer."""
    rows = dense(1)
    keys = [child["id"] for child in rows.all(t.Child)]
    ids = Argument(None, [write_id(Kind.CHILD, key) for key in keys], variable=True)
    nodes = Field("nodes", arguments=(("ids", replace(ids, kind="[ID!]!")),), selections=(Field("id"),))
    operation = Operation((nodes,), purpose=str(MAY[VIEWERS[viewer]][1][0]))
    async with served(Pair(viewer, 1, rows, ()), sqlite, tmp_path) as both:
        answer = await both.first.ask(operation)
    opened = [node for node in (answer.json.get("data") or {}).get("nodes", ()) if node is not None]
    seen = view(rows, viewer)
    assert {node["id"] for node in opened} == {write_id(Kind.CHILD, key) for key in keys if key in seen}


def changed(rows: Rows, table: type, column: str, value: object, *key: object) -> Edit:
    before = rows.get(table, *key)
    assert before is not None
    return Edit("changed", (Change(table, key, before, {**before, column: value}),))


def in_sight(viewer: str) -> tuple[Rows, Edit]:
    """Return a directory and one edit of it that `viewer` can see: where an open child lives."""
    rows = dense(1)
    seen = view(rows, viewer)
    for reach in rows.all(t.ChildReach):
        edit = changed(rows, t.ChildReach, "phone", "07700 900987", reach["id"])
        after = rows.copy()
        edit.apply(after)
        if view(after, viewer) != seen:
            return rows, edit
    raise AssertionError("no child's reach is in sight: look for another seed")


async def test_a_difference_in_sight_is_found_and_made_small(sqlite: Template, tmp_path: Path) -> None:
    """The search is able to fail: told that a telephone in sight is hidden, it reports who sees it by which field."""
    rows, visible = in_sight("teacher")
    hidden = [edit for edit in pair("teacher", 1).edits if edit.kind == "changed" and edit.apply(rows.copy())][:8]
    wrong = Pair("teacher", 1, rows, (*hidden, visible))
    leak = await look(wrong, 400, sqlite, tmp_path)
    assert leak is not None
    assert (visible,) == leak.pair.edits
    found_by = {"children", "pageInfo", "startCursor", "endCursor", "hasNextPage", "cursor"}
    ways = {"child", "node", "nodes", "caseload", "edges"}
    assert {"phone"} >= {field.name for field in fields_of(leak.operation)} - ways - found_by
    report = str(leak)
    assert "`teacher` (PRACTITIONER) can tell two worlds apart" in report
    assert "child_reach.phone [WHEREABOUTS]" in report
    assert "07700 900987" in report


async def test_a_finding_that_takes_earlier_operations_keeps_them(sqlite: Template, tmp_path: Path) -> None:
    """What shows only after others, the rest of a budget for one, is reported with as few of these as it takes."""
    rows = dense(1)
    seen = view(rows, "teacher")
    child = next(child for child in rows.all(t.Child) if child["id"] in seen)
    gone = changed(rows, t.Child, "concealed_at", NOW, child["id"])
    noise = Operation((Field("viewer", selections=(Field("name"),)),))
    criteria = Argument("ChildSearch!", {"directoryNumber": child["directory_number"]}, variable=True)
    listing = Field("children", arguments=(("search", criteria),), selections=(Field("tooMany"),))
    search = Operation((listing,), purpose="COORDINATE_CARE")
    wrong = Pair("teacher", 1, rows, (gone,))
    hunt = Hunt(wrong, sqlite, tmp_path, settings={"records_per_hour": 20})
    earlier = (noise, noise, search, noise)
    async with hunt.served(wrong) as both:
        for operation in (*earlier, RECORDS_LEFT):
            one, other = await both.ask(operation)
    assert one != other
    leak = await Shrinker(hunt).smallest(Leak(wrong, "sqlite", RECORDS_LEFT, one, other, earlier))
    assert (search,) == leak.earlier
    assert "$.data.viewer.recordsLeft" in str(leak)

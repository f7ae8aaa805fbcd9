"""The gateway's own operations through both executors: the plan says, reads and notes what Strawberry's own does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from graphql import parse, validate
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from authz.words import Purpose
from resolvers.account import find_viewer
from resolvers.clock import Moment
from resolvers.context import Operation
from resolvers.ids import Kind, write_id
from resolvers.secret_keys import SecretKeys
from resolvers.session import Session
from resolvers.store.engine import database_url, make_engine
from resolvers.store.snapshot import Reader
from resolvers.store.words import ServiceKind
from schema.build import build_schema
from tests.cast import ACCOUNTS, PURPOSE, cast, full_child
from tests.client import REASON, statements, unlimited
from tests.databases import Template
from tests.queries import BY_ID, CASELOAD, CHILD, PAGE, SEARCH
from tests.schema.plan.both import answer, ordered, told
from tests.world import NOW, World, id_of, number_of

NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Child { phone } ... on Contact { email } } }"
ALIASES = """
query($a: String, $b: String, $if: Boolean!) {
  a: child(directoryNumber: $a) { ...On contacts { phone @skip(if: $if) child { involved } } }
  b: child(directoryNumber: $b) { ...On contacts { address { town } } involvements(first: 0) { edges { cursor } } }
  viewer { name role organisation { name phone withheld { group } } }
}
fragment On on Child { familyName whereabouts { __typename } w: whereabouts { ... on CurrentAddress { since } } }
"""
CHILDREN = ("anna", "bea", "kin", "cleo", "old")
WORLD_QUERIES: list[tuple[str, dict[str, Any]]] = [
    *((CHILD, {"number": number_of(name)}) for name in (*CHILDREN, "nobody")),
    *((BY_ID, {"id": write_id(Kind.CHILD, id_of("child", name))}) for name in CHILDREN[:3]),
    (NODES, {"ids": [write_id(Kind.CHILD, id_of("child", name)) for name in CHILDREN] + ["nothing"]}),
    (NODES, {"ids": ["x"] * 101}),
    (SEARCH, {"search": {"familyName": "Ashworth", "dateOfBirth": "2016-03-04"}}),
    (SEARCH, {"search": {"familyName": "Ashworth"}, "first": 5}),
    (CASELOAD, {"first": 10}),
    (CASELOAD, {"first": 2, "after": "no cursor"}),
    (CASELOAD, {"first": 0}),
    (PAGE, {"first": 3}),
    (ALIASES, {"a": number_of("anna"), "b": number_of("bea"), "if": False}),
    (ALIASES, {"a": number_of("kin"), "b": number_of("nobody"), "if": True}),
    ("{ __schema { types { name fields { name type { name kind ofType { name } } } } } }", {}),
    ("{ child { id } viewer { recordsLeft purposes lapses } }", {}),
]


def world() -> World:
    """Return a world with an open, a shielded, a conflicted and a withdrawn child, and brothers of the shielded one."""
    made = cast()
    for name in CHILDREN:
        full_child(made, name)
        made.involve(name, "tess", "school", ServiceKind.EDUCATION)
    made.shield("bea")
    made.contact("anna", "mum-bea")
    made.conflict("teacher", "kin")
    made.involve("cleo", "ruth", "refuge", ServiceKind.VOLUNTARY)
    made.involve("cleo", "olaf", "social", ServiceKind.SOCIAL_CARE)
    return made


@asynccontextmanager
async def operations(account: str, template: Template, folder: Path) -> AsyncIterator[Any]:
    """Give a maker of operations of `account` on that world, each with a session of its own."""
    async with template.copy(folder) as url:
        writing, reading = make_engine(database_url(url)), make_engine(database_url(url), reading=True)
        await world().write(writing)

        @asynccontextmanager
        async def make() -> AsyncIterator[Operation]:
            session, moment = Session(Reader(reading)), Moment(NOW)
            viewer = await find_viewer(session, account, moment)
            assert viewer is not None
            viewer = replace(viewer, purpose=Purpose(PURPOSE[account]), reason=REASON)
            yield Operation(viewer, moment, session, SecretKeys(b"secret"), unlimited(writing), SecretKeys(b"versions"))
            await session.close()

        yield make
        for engine in (reading, writing):
            await engine.dispose()


@pytest.mark.parametrize("account", ACCOUNTS)
async def test_every_persona_gets_the_same_from_both(account: str, template: Template, tmp_path: Path) -> None:
    """For each kind of viewer data, errors and trail are the same, in no more statements."""
    schema = build_schema()
    executors = StrawberryGraphQLCoreExecutionContext, schema.execution_context_class
    async with operations(account, template, tmp_path) as make:
        for text, variables in WORLD_QUERIES:
            document = parse(text)
            assert not validate(schema.core, document)
            found = []
            for executor in executors:
                async with make() as operation:
                    with statements() as sent:
                        result = await answer(schema, document, executor, operation, **variables)
                    found.append((ordered(result.data), set(told(result.errors)), operation.trail, len(sent)))
            (data, errors, trail, count), (planned_data, planned_errors, planned_trail, planned_count) = found
            assert data == planned_data, variables
            assert errors == planned_errors, variables
            assert trail.touched == planned_trail.touched
            assert trail.sought == planned_trail.sought
            assert trail.searched == planned_trail.searched
            assert planned_count <= count, variables


async def test_no_operation_of_the_gateway_is_left_to_the_other(template: Template, tmp_path: Path) -> None:
    """The plan answers everything above itself, the second time without compiling anything."""
    plan = build_schema().execution_context_class
    before = plan.aside.copy()
    async with operations("teacher", template, tmp_path) as make:
        for text, variables in WORLD_QUERIES:
            document = parse(text)
            for again in (False, True):
                misses = plan.plans.misses
                async with make() as operation:
                    await answer(build_schema(), document, plan, operation, **variables)
                assert plan.plans.misses == misses + (not again)
    assert plan.aside == before

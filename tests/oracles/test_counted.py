"""R35, counted: what is hidden changes neither the statements of an operation nor any step of it."""

import gc
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cast import PURPOSE
from tests.client import Gateway
from tests.conftest import Serve
from tests.oracles.counting import Doings, counted
from tests.oracles.records import (
    EMPTY,
    FULL,
    NOTHING,
    SEARCHED,
    VIEWERS,
    child_id,
    contact_id,
    directory,
    malformed,
)
from tests.queries import BY_ID, CHILD, CONTACTS, SEARCH
from tests.world import number_of

NODE = "query($id: ID!) { node(id: $id) { __typename id } }"
NUMBER = "query($n: String) { child(directoryNumber: $n) { id } }"
DETAILS = """query($ids: [ID!]!) { nodes(ids: $ids) { ... on Contact {
  givenNames phone email address { postcode } withheld { group } child { shielded } } } }"""


@pytest.fixture(autouse=True, scope="module")
def _thawed() -> Iterator[None]:
    """Let go, at the end, of what `counted` has set aside."""
    yield
    gc.unfreeze()


async def done(gateway: Gateway, viewer: str, query: str, variables: dict[str, Any]) -> Doings:
    """Return what one request does once everything that is made only once is made."""
    for _ in range(3):  # the first meets the account, the second makes what asks whether it is as it was
        with counted() as doings:
            await gateway.raw(viewer, query, purpose=PURPOSE[viewer], **variables)
            await gateway.watched()  # at a time of its own it would look into what is counted next
    return doings


def about(name: str) -> list[tuple[str, dict[str, Any]]]:
    """Return what is asked about a child, by every road."""
    number = {"directoryNumber": number_of(name)}
    return [
        (CHILD, {"number": number_of(name)}),
        (BY_ID, {"id": child_id(name)}),
        (DETAILS, {"ids": [contact_id(name)]}),
        (CONTACTS, {"search": {"familyName": "Carer", "givenNames": f"mum {name}"}}),
        *((SEARCH, {"search": number | more}) for more in SEARCHED),
        (SEARCH, {"search": number | {"externalIdentifier": {"scheme": "CASE", "value": "SCHOOL-77"}}}),
        (CONTACTS, {"search": {"familyName": "Carer", "givenNames": f"mum {name}", "phone": "07700 900222"}}),
    ]


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_r35_a_full_and_an_empty_shielded_record_take_the_same_steps(serve: Serve, viewer: str) -> None:
    """Same texts of statements in the same order, the same number of batches, verdicts and steps, for each role."""
    gateway = await serve(directory(), records_per_hour=10_000)
    for full, empty in zip(about(FULL), about(EMPTY), strict=True):
        ours, theirs = [await done(gateway, viewer, *asked) for asked in (full, empty)]
        assert ours.statements == theirs.statements, full
        assert ours.calls == theirs.calls, full
        assert ours.statements
        assert any("loaders" in call for call in ours.calls)


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_r35_ids_that_give_nothing_take_the_same_steps(serve: Serve, viewer: str) -> None:
    """Unknown, forbidden, concealed and archived alike, by id and by number, of children and carers; and all but such an id."""
    gateway = await serve(directory(), records_per_hour=10_000)
    nothing = NOTHING[:-1] if viewer == "manager" else NOTHING
    alike: list[list[tuple[str, dict[str, Any]]]] = [
        [(NODE, {"id": child_id(name)}) for name in nothing],
        [(NODE, {"id": contact_id(name)}) for name in nothing],
        [(NUMBER, {"n": number_of(name)}) for name in nothing],
        [(SEARCH, {"search": {"directoryNumber": number_of(name)}}) for name in nothing],
        # What is wrong with a text is read off the text alone: here the same is wrong with two.
        *([(NODE, {"id": text}) for text in texts] for texts in zip(*map(malformed, nothing), strict=True)),
    ]
    for asked in alike:
        first, *others = [await done(gateway, viewer, *each) for each in asked]
        assert first.statements
        for each, other in zip(asked[1:], others, strict=True):
            assert other.statements == first.statements, each
            assert other.calls == first.calls, each


async def test_what_is_in_sight_is_told_apart_by_counting(serve_small: Serve) -> None:
    """To a viewer who sees behind the shield the two records differ in steps: counting is able to tell."""
    world = directory()
    for name in (FULL, EMPTY):
        world.task("manager", name)
    gateway = await serve_small(world, records_per_hour=10_000)
    ours, theirs = [await done(gateway, "manager", CHILD, {"number": number_of(name)}) for name in (FULL, EMPTY)]
    assert ours.calls != theirs.calls

"""Wide pages of a caseload: up to 500 rows, above 100 with short lists below each."""

import pytest

from resolvers.store.words import ServiceKind
from tests.cast import cast
from tests.client import statements
from tests.conftest import Serve
from tests.world import World

INLINE = (
    "query($first: Int) { caseload(first: $first) { edges { node { involvements(first: 11) { edges { cursor } } } } } }"
)
DEFAULT = "query($first: Int) { caseload(first: $first) { edges { node { involvements { edges { cursor } } } } } }"
SKIPPED = (
    "query($first: Int) { caseload(first: $first) { edges { node { givenNames "
    "... on Child @skip(if: true) { involvements { edges { cursor } } } } } } }"
)
SPREAD = """
query($first: Int, $most: Int = 11) { caseload(first: $first) { edges { node { ...Outer } } } }
fragment Outer on Child { ...Inner ...Inner }
fragment Inner on Child { involvements(first: 3) { edges { cursor } } ... { more: involvements(first: $most) { edges { cursor } } } }
"""
TOO_WIDE = (200, ["BAD_USER_INPUT"])


def classroom(size: int) -> World:
    world = cast()
    for n in range(size):
        world.child(f"kid{n}", family=f"Family{n:03}")
        world.involve(f"kid{n}", "tess", "school", ServiceKind.EDUCATION)
    return world


async def test_a_wide_page_lists_up_to_500_rows(serve: Serve) -> None:
    """A page of 130 children is one page, with up to ten services of each."""
    gateway = await serve(classroom(130))
    for document, variables in ((SPREAD, {"most": 10}), (INLINE.replace("11", "10"), {})):
        page = (await gateway.ask("teacher", document, first=500, **variables))["caseload"]
        assert [1] * 130 == [len(edge["node"]["involvements"]["edges"]) for edge in page["edges"]]


@pytest.mark.parametrize("document", [INLINE, DEFAULT, SKIPPED, SPREAD])
async def test_long_lists_below_a_wide_page_are_refused_unread(serve_small: Serve, document: str) -> None:
    """Above 100 rows more than ten involvements a row are refused from the arguments alone, wherever they are asked."""
    gateway = await serve_small(cast())
    with statements() as seen:
        assert await gateway.codes("teacher", document, first=101) == TOO_WIDE
    assert not [statement for statement in seen if "FROM child" in statement]
    assert (await gateway.ask("teacher", document, first=100))["caseload"]["edges"] == []


async def test_a_variable_is_read_as_it_is_given(serve_small: Serve) -> None:
    """A variable decides as a number in the document does; null asks for as many as nothing does."""
    gateway = await serve_small(cast())
    for most in (None, 11, 15):
        assert await gateway.codes("teacher", SPREAD, first=300, most=most) == TOO_WIDE


async def test_a_page_has_1_to_500_rows(serve_small: Serve) -> None:
    """A page of no rows, or of more than 500, is refused."""
    gateway = await serve_small(cast())
    for first in (0, -1, 501):
        assert await gateway.codes("teacher", INLINE, first=first) == TOO_WIDE


async def test_doubled_fragments_are_visited_once(serve_small: Serve) -> None:
    """A document whose fragments double is looked through, each fragment once: eight times is allowed, 28 times is not."""
    gateway = await serve_small(cast())
    assert (await gateway.ask("teacher", doubled(8)))["caseload"]["edges"] == []
    assert await gateway.codes("teacher", doubled(28)) == (400, ["LIMIT_EXCEEDED"])


def doubled(times: int) -> str:
    parts = " ".join(f"fragment F{n} on Child {{ ...F{n + 1} ...F{n + 1} }}" for n in range(times))
    page = "query { caseload(first: 500) { edges { node { ...F0 } } } }"
    return f"{page} {parts} fragment F{times} on Child {{ id }}"

"""Rows that stand at several places of a level: each is answered once, and each place is as if it stood there alone."""

from typing import Any

import pytest
import strawberry

from schema.plan.objects import MANY
from tests.schema.plan.both import Both, told

ROWS = 3 * MANY

READ: list[tuple[str, int]] = []
"""What was read of a row: the name of the field, and the number of the row."""


@strawberry.type
class Leaf:
    number: int

    @strawberry.field
    def strict(self) -> int:
        READ.append(("strict", self.number))
        if self.number == 2:
            raise LookupError("no strict number")
        return self.number

    @strawberry.field
    def asked(self, info: strawberry.Info) -> str:
        READ.append(("asked", self.number))
        return ".".join(map(str, info.path.as_list()))


@strawberry.type
class Row:
    number: int
    leaf: Leaf
    leaf_or_none: Leaf | None

    @strawberry.field
    def double(self) -> int | None:
        READ.append(("double", self.number))
        if self.number == 1:
            raise LookupError("no double")
        return 2 * self.number


@strawberry.type
class Query:
    @strawberry.field
    def rows(self, distinct: int) -> list[Row | None]:
        leaves = [Leaf(number=number) for number in range(distinct)]
        made = [Row(number=leaf.number, leaf=leaf, leaf_or_none=leaf) for leaf in leaves]
        return [made[position % distinct] for position in range(ROWS)]


@pytest.fixture(scope="module")
def both() -> Both:
    return Both.of(Query)


async def ask(both: Both, text: str, distinct: int) -> Any:
    """Return the planned answer to an operation that has been asked before, after comparing it with Strawberry's."""
    text = f"query($distinct: Int!) {{ rows(distinct: $distinct) {text} }}"
    await both.same(text, distinct=distinct)  # a plan is compiled as far as it is reached
    READ.clear()
    return await both.same(text, distinct=distinct)


@pytest.mark.parametrize("distinct", [1, 3, ROWS - 1, ROWS])
@pytest.mark.parametrize(
    "text",
    [
        "{ number double }",
        "{ number leafOrNone { strict } }",
        "{ number leaf { number strict } }",
        "{ n: number leaf { number } again: leaf { strict } }",
        "{ number leaf { asked } }",
    ],
)
async def test_each_place_is_answered_as_if_the_row_stood_there_alone(both: Both, text: str, distinct: int) -> None:
    """Data, errors and the paths of errors are Strawberry's, however often a row stands in a list."""
    answer = await ask(both, text, distinct)
    assert len(answer.data["rows"]) == ROWS


async def test_a_row_at_many_places_is_read_once(both: Both) -> None:
    """What follows from a row alone is asked of each row once, below it too."""
    answer = await ask(both, "{ double leaf { number strict } }", 3)
    planned = READ[-6:]
    assert sorted(set(planned)) == sorted(planned)
    paths = [path for _, path, _ in told(answer.errors)]
    assert len(paths) == len(set(paths)) > 3


async def test_a_resolver_that_may_know_its_place_is_asked_at_each(both: Both) -> None:
    """A field with an ordinary resolver, anywhere below, is called for every place: it may tell them apart."""
    answer = await ask(both, "{ number leaf { asked } }", 3)
    assert len({row["leaf"]["asked"] for row in answer.data["rows"]}) == ROWS

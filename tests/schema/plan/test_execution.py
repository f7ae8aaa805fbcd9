"""Execution as the specification has it: each promise once by name, on both executors."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from enum import Enum
from typing import Annotated, Any

import pytest
import strawberry
from graphql import Undefined
from strawberry.schema.config import StrawberryConfig

from tests.schema.plan.both import Both, told


class Word:
    """A word that serializes in capitals; an empty one cannot."""

    def __init__(self, text: str) -> None:
        self.text = text


def write_word(word: Word) -> str:
    if not word.text:
        raise ValueError("an empty word")
    return word.text.upper()


@strawberry.enum
class Size(Enum):
    SMALL = 1
    LARGE = strawberry.enum_value(2, name="BIG")


@strawberry.interface
class Animal:
    name: str

    @strawberry.field
    def kind(self) -> str:
        return type(self).__name__


@strawberry.type
class Cat(Animal):
    lives: int | None = 9
    friends: list[Annotated["Animal", strawberry.lazy(__name__)] | None] = strawberry.field(default_factory=list)


@strawberry.type
class Dog(Animal):
    @strawberry.field
    async def barks(self) -> bool:
        await asyncio.sleep(0)
        return True

    @strawberry.field
    def strict(self) -> str:
        raise LookupError("no tail")


@strawberry.type
class Stone:
    weight: float


Found = Annotated[Cat | Dog | Stone, strawberry.union("Found")]


@strawberry.input
class Box:
    size: Size = Size.SMALL
    tags: list[str] = strawberry.field(default_factory=lambda: ["none"])


def everything() -> list[Any]:
    return [Cat(name="Tom", friends=[Dog(name="Rex"), None]), Dog(name="Bo"), Stone(weight=1.5)]


@strawberry.type
class Query:
    @strawberry.field
    def found(self) -> list[Found]:
        return everything()

    @strawberry.field
    def animals(self) -> list[Animal | None] | None:
        return [*everything()[:2], None]

    @strawberry.field
    async def later(self) -> list[Animal]:
        return [Cat(name="Tom"), Dog(name="Rex")]

    @strawberry.field
    def grid(self, width: int = 2) -> list[list[int | None] | None]:
        return [list(range(width)), None, [None, 3]]

    @strawberry.field
    def echo(
        self, info: strawberry.Info, box: Box | None = None, size: Size = Size.LARGE, many: list[int] | None = None
    ) -> str:
        return repr((box, size, many, info.path.as_list(), info.path.typename, info.field_name))

    @strawberry.field
    def words(self, of: list[str]) -> list[Word | None]:
        return [Word(text) for text in of]

    @strawberry.field
    def wrong(self, how: int) -> list[int]:
        odd: list[Any] = ["nonsense", 12, [1, "x"], [2**40], [float("nan")], [1, None], [ValueError("kept")], _broken()]
        return odd[how]

    @strawberry.field
    def either(self, how: int) -> Found | None:
        odd: list[Any] = ["nonsense", None, Undefined, KeyError("gone"), Stone(weight=2)]
        return odd[how]

    @strawberry.field
    def many(self) -> list[int]:
        return iter([1, 2, 3])  # type: ignore[return-value]  # an iterator is a list to GraphQL


def _broken() -> Iterator[int]:
    yield 1
    raise LookupError("broke off")


@pytest.fixture(scope="module")
def both() -> Both:
    scalars = {Word: strawberry.scalar(name="Word", serialize=write_word, parse_value=Word)}
    return Both.of(Query, types=[Cat, Dog], config=StrawberryConfig(scalar_map=scalars))


async def test_fragments_settle_by_the_type_of_each_row(both: Both) -> None:
    """Inline and named fragments on a union, an interface and its types give each row what is of its type."""
    answer = await both.same("""
      { found { __typename ...A ... on Stone { weight } ... on Dog { barks } } animals { ...A ...C } }
      fragment A on Animal { name kind } fragment C on Cat { lives friends { name ... on Dog { barks } } }
    """)
    assert answer.errors is None
    assert [list(row) for row in answer.data["found"]] == [
        ["__typename", "name", "kind"],
        ["__typename", "name", "kind", "barks"],
        ["__typename", "weight"],
    ]
    assert answer.data["animals"][0]["friends"] == [{"name": "Rex", "barks": True}, None]


async def test_merged_fields_are_one_field(both: Both) -> None:
    """A field that is selected again adds to the first, in the place of the first."""
    answer = await both.same(
        "{ later { a: name } grid ...L later { kind } } fragment L on Query { later { ... on Cat { lives } } }"
    )
    assert list(answer.data) == ["later", "grid"]
    assert answer.data["later"] == [{"a": "Tom", "kind": "Cat", "lives": 9}, {"a": "Rex", "kind": "Dog"}]


@pytest.mark.parametrize(("skip", "include"), [(True, True), (True, False), (False, True), (False, False)])
async def test_conditions_are_those_of_this_request(both: Both, skip: bool, include: bool) -> None:
    """One document with other values of its conditions has another plan."""
    text = """query($skip: Boolean!, $include: Boolean!) {
      grid @skip(if: $skip) later @include(if: $include) { name @skip(if: $skip) ... @include(if: $skip) { kind } }
      __typename
    }"""
    answer = await both.same(text, skip=skip, include=include)
    assert ("grid" in answer.data, "later" in answer.data) == (not skip, include)


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"size": "SMALL"},
        {"box": {}},
        {"box": {"size": "BIG", "tags": []}},
        {"box": None, "many": 4},
        {"many": None},
    ],
)
async def test_arguments_are_coerced_as_ever(both: Both, variables: dict[str, Any]) -> None:
    """Variables, their absence, nulls, defaults, enums, lists of one and input objects arrive as they always do."""
    text = """query($box: Box, $size: Size! = BIG, $many: [Int!]) {
      echo(box: $box, size: $size, many: $many) literal: echo(box: {size: BIG, tags: "one"}, many: [1, 2])
    }"""
    assert (await both.same(text, **variables)).errors is None


async def test_lists_of_lists_keep_their_nulls(both: Both) -> None:
    """Null lists and null items stand where they stood; an iterator is a list."""
    answer = await both.same("{ grid(width: 3) many }")
    assert answer.data == {"grid": [[0, 1, 2], None, [None, 3]], "many": [1, 2, 3]}


async def test_a_custom_scalar_fails_for_its_item_alone(both: Both) -> None:
    """An item that cannot be serialized is null, with an error at its index."""
    answer = await both.same('{ words(of: ["a", "", "b"]) }')
    assert answer.data == {"words": ["A", None, "B"]}
    assert told(answer.errors) == [("an empty word", ("words", 1), ((1, 3),))]


@pytest.mark.parametrize("how", range(8))
async def test_whatever_is_no_list_of_numbers_is_an_error(both: Both, how: int) -> None:
    """Text, a number, wrong, too great and missing items, exceptions and iterators that break: null, at their place."""
    answer = await both.same("query($how: Int!) { wrong(how: $how) grid }", how=how)
    assert answer.data is None
    assert len(answer.errors or ()) == 1


@pytest.mark.parametrize("how", range(5))
async def test_whatever_is_of_no_type_is_an_error(both: Both, how: int) -> None:
    """A value of no member, an exception and undefined stand for nothing."""
    answer = await both.same("query($how: Int!) { either(how: $how) { ... on Stone { weight } } grid }", how=how)
    assert (answer.data["either"] is None) == (how != 4)
    assert bool(answer.errors) == (how in {0, 3})


async def test_null_takes_away_the_nearest_that_may_be_null(both: Both) -> None:
    """A non-null field that fails takes its row, and nothing else where the row may be null."""
    answer = await both.same("{ animals { name ... on Dog { strict } } }")
    assert answer.data == {"animals": [{"name": "Tom"}, None, None]}
    assert told(answer.errors) == [("no tail", ("animals", 1, "strict"), ((1, 31),))]
    whole = await both.same("{ grid later { ... on Dog { strict } } }")
    assert whole.data is None


async def test_the_specifications_own_types_answer(both: Both) -> None:
    """Introspection is answered by the plan as well."""
    answer = await both.same("""{
      __schema { queryType { name } types { name kind fields(includeDeprecated: true) { name args { defaultValue } } } }
      __type(name: "Animal") { possibleTypes { name } } none: __type(name: "Nobody") { name }
    }""")
    assert answer.errors is None
    assert answer.data["none"] is None


@strawberry.type
class Streams:
    @strawberry.field
    def counted(self, fails: bool = False) -> list[int]:
        return _counted(fails=fails)  # type: ignore[return-value]  # an async iterator is a list to GraphQL

    @strawberry.field
    def items(self) -> list[int | None]:
        return [_late(1), 2, _late(None), _late(3, fails=True)]  # type: ignore[list-item]  # items that are awaited

    @strawberry.field
    async def twice(self) -> int | None:
        return Later()  # type: ignore[return-value]  # the result of an async resolver is not awaited again


class Later:
    """Something that could be awaited."""

    def __await__(self) -> Any:
        yield from ()
        return 1


async def _counted(*, fails: bool) -> AsyncIterator[int]:
    yield 1
    if fails:
        raise LookupError("broke off")
    yield 2


async def _late(value: Any, *, fails: bool = False) -> Any:
    await asyncio.sleep(0)
    if fails:
        raise LookupError("too late")
    return value


@pytest.mark.parametrize("asked", ["counted", "items", "counted(fails: true)", "twice"])
async def test_what_is_awaited_arrives(asked: str) -> None:
    """Async iterators are lists, awaitable items are awaited, and each fails at its place."""
    answer = await Both.of(Streams).same(f"{{ {asked} }}")
    assert bool(answer.errors) == (asked != "counted")


async def test_nothing_is_awaited_where_nothing_waits(both: Both) -> None:
    """An operation of synchronous resolvers is answered at once, so that `execute_sync` works."""
    schema = strawberry.Schema(Streams, execution_context_class=both.executor)
    assert schema.execute_sync("{ __typename }").data == {"__typename": "Streams"}

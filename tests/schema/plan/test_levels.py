"""What a level costs: each loader is asked once, guards once, and what is withheld is not asked for at all."""

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
import strawberry
from aiodataloader import DataLoader
from strawberry.permission import BasePermission

from resolvers.batching import LevelLoader
from schema.plan import RELATION, Ask, Relation
from tests.schema.plan.both import Both, told


class Masked(BasePermission):
    """A guard of the tests: a row's own mask decides; it counts how often it was asked."""

    bits: ClassVar[int] = 1

    def has_permission(self, source: Any, info: Any, **_: Any) -> bool:
        return bool(self.ask_all([source], self.bits, info.context)[0] & self.bits)

    def on_unauthorized(self) -> None:
        """Answer null."""

    @staticmethod
    def ask_all(sources: Sequence[Any], bits: int, context: Any) -> list[int]:
        context.asked.append((len(sources), bits))
        return [source.mask for source in sources]


class Other(Masked):
    bits = 2


class Harsher(Masked):
    """As its parent, but for what it does when it refuses: so it is asked row by row."""

    def on_unauthorized(self) -> None:
        raise PermissionError("not for you")


class Choosy(Masked):
    """As its parent, but for its decision."""

    def has_permission(self, source: Any, info: Any, **_: Any) -> bool:  # noqa: ARG002  # Strawberry's signature
        return source.number == 0


def related(name: str, guard: type[BasePermission] | None = None, pick: Callable[[Any], Any] | None = None) -> Any:
    """Declare a field that a loader of the context answers, in both ways."""

    async def resolve(root: Any, info: strawberry.Info) -> Any:
        found = await info.context.loaders[name].load(root.number)
        return found if pick is None else pick(found)

    def ask(context: Any) -> Ask:
        return Ask(
            SimpleNamespace(load_each=lambda rows: context.loaders[name].load_each([r.number for r in rows])), pick
        )

    return strawberry.field(
        resolver=resolve, permission_classes=[guard] if guard else [], metadata={RELATION: Relation(ask)}
    )


@strawberry.type
class Row:
    number: int
    mask: strawberry.Private[int]
    secret: str | None = strawberry.field(permission_classes=[Masked], default="s")
    other: str | None = strawberry.field(permission_classes=[Other], default="o")
    harsh: str | None = strawberry.field(permission_classes=[Harsher], default="h")
    choosy: str | None = strawberry.field(permission_classes=[Choosy], default="c")
    left: int | None = related("left")
    right: int | None = related("right", Other)
    half: int | None = related("left", pick=lambda found: 10 // found)


@strawberry.type
class Query:
    @strawberry.field
    def rows(self, masks: list[int]) -> list[Row]:
        return [Row(number=number, mask=mask) for number, mask in enumerate(masks)]


@pytest.fixture(scope="module")
def both() -> Both:
    return Both.of(Query)


class Context:
    """The context of one operation: loaders that keep what they were asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []
        self.batches: list[tuple[str, list[int]]] = []
        self.loaders = {name: LevelLoader(self._load(name)) for name in ("left", "right")}

    def _load(self, name: str) -> Callable[[list[int]], Any]:
        async def load(keys: list[int]) -> list[Any]:
            self.batches.append((name, keys))
            return [LookupError(f"no {name} of {key}") if key == 7 else key for key in keys]

        return load


async def ask(both: Both, text: str, **variables: Any) -> tuple[Any, Context]:
    """Ask both and return the plan's answer and context."""
    made: list[Context] = []

    def make() -> Context:
        made.append(Context())
        return made[-1]

    return await both.same(text, make, **variables), made[-1]


async def test_guards_are_asked_once_a_level(both: Both) -> None:
    """Two guards of one family on a page of rows: one question, with the bits of both, and one answer a row."""
    answer, context = await ask(both, "{ rows(masks: [0, 1, 2, 3]) { number secret other } }")
    assert [(row["secret"], row["other"]) for row in answer.data["rows"]] == [
        (None, None),
        ("s", None),
        (None, "o"),
        ("s", "o"),
    ]
    assert context.asked == [(4, 3)]


async def test_a_guard_that_is_not_selected_is_not_asked(both: Both) -> None:
    """Guards are asked for the fields of this operation alone."""
    assert (await ask(both, "{ rows(masks: [0, 1]) { number left } }"))[1].asked == []
    assert (await ask(both, "{ rows(masks: [0, 1]) { other @skip(if: true) secret } }"))[1].asked == [(2, 1)]


async def test_a_guard_that_changes_the_promise_is_asked_for_each_row(both: Both) -> None:
    """A subclass with another refusal or another decision is not taken for its parent."""
    answer, _ = await ask(both, "{ rows(masks: [1, 0]) { harsh choosy } }")
    assert answer.data == {"rows": [{"harsh": "h", "choosy": "c"}, {"harsh": None, "choosy": None}]}
    assert told(answer.errors) == [("not for you", ("rows", 1, "harsh"), ((1, 25),))]


async def test_a_relation_asks_its_loader_once_and_siblings_in_the_same_round(both: Both) -> None:
    """Rows of aliased lists, two relations and a third that picks of the first: two batches, of every key once."""
    text = "{ a: rows(masks: [2, 2, 2]) { left right } b: rows(masks: [2, 2, 2, 2]) { left half } }"
    _, context = await ask(both, text)
    assert context.batches == [("left", [0, 1, 2, 3]), ("right", [0, 1, 2])]


async def test_withheld_rows_are_not_asked_for(both: Both) -> None:
    """Only rows that a guard lets through reach its loader; where it lets none through, the loader is not asked."""
    answer, context = await ask(both, "{ rows(masks: [0, 2, 1, 3]) { right } }")
    assert [row["right"] for row in answer.data["rows"]] == [None, 1, None, 3]
    assert context.batches == [("right", [1, 3])]
    assert (await ask(both, "{ rows(masks: [0, 1]) { right } }"))[1].batches == []
    assert (await ask(both, "{ rows(masks: []) { left } }"))[1].batches == []


async def test_a_key_that_fails_fails_its_row(both: Both) -> None:
    """The error of one key, or of what is picked of it, stands at its row; the others have their values."""
    answer, _ = await ask(both, "{ rows(masks: [0, 0, 0, 0, 0, 0, 0, 0]) { half } }")
    assert [row["half"] for row in answer.data["rows"]] == [None, 10, 5, 3, 2, 2, 1, None]
    assert [message for message, *_ in told(answer.errors)] == [
        "integer division or modulo by zero",
        "no left of 7",
    ]


async def test_a_plain_dataloader_is_asked_key_by_key_in_one_batch() -> None:
    """A loader without `load_each` works as well, each key with its own value or error."""
    batches: list[list[int]] = []

    async def load(keys: list[int]) -> list[Any]:
        batches.append(keys)
        return [LookupError("no such row") if key == 1 else str(key) for key in keys]

    async def resolve(root: Any, info: strawberry.Info) -> Any:
        return await info.context.load(root.number)

    @strawberry.type
    class Item:
        number: int
        name: str | None = strawberry.field(resolver=resolve, metadata={RELATION: Relation(lambda of: Ask(Keys(of)))})

    class Keys:
        def __init__(self, loader: Any) -> None:
            self.load = lambda row: loader.load(row.number)

    @strawberry.type(name="Query")
    class Items:
        @strawberry.field
        def items(self) -> list[Item]:
            return [Item(number=number) for number in range(3)]

    answer = await Both.of(Items).same("{ items { name } }", lambda: DataLoader(load))
    assert answer.data == {"items": [{"name": "0"}, {"name": None}, {"name": "2"}]}
    assert batches == [[0, 1, 2]] * 2

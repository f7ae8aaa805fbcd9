"""Plans are compiled once, kept within bounds, and hold nothing of a request; what they do not know is left alone."""

import asyncio
import gc
import weakref
from types import SimpleNamespace
from typing import Any

import pytest
import strawberry
from graphql import GraphQLResolveInfo, execute, parse
from graphql.pyutils import AbortController
from strawberry.extensions import SchemaExtension

from schema.plan import planned_executor, unsupported
from schema.plan.plans import MOST_CONDITIONS, Plans
from tests.schema.plan.both import answer


@strawberry.type
class Query:
    @strawberry.field
    def echo(self, text: str = "-") -> str:
        return text


@strawberry.type
class Mutation:
    @strawberry.mutation
    def say(self, text: str) -> str:
        return text


SCHEMA = strawberry.Schema(Query, Mutation)


async def test_a_document_is_compiled_once() -> None:
    """The second execution of a document finds its plan, whatever its variables are."""
    executor = planned_executor()
    document = parse("query($text: String!) { echo(text: $text) }")
    for text in ("a", "b", "c"):
        assert (await answer(SCHEMA, document, executor, text=text)).data == {"echo": text}
    assert (executor.plans.hits, executor.plans.misses, len(executor.plans)) == (2, 1, 1)


async def test_operations_of_one_document_have_their_own_plans() -> None:
    """Two schemas, two operations: no plan is taken for another."""
    executor = planned_executor()
    document = parse("{ echo __typename }")

    @strawberry.type(name="Query")
    class Louder:
        @strawberry.field
        def echo(self) -> str:
            return "!"

    louder = strawberry.Schema(Louder)
    for _ in range(2):
        assert (await answer(SCHEMA, document, executor)).data["echo"] == "-"
        assert (await answer(louder, document, executor)).data["echo"] == "!"


async def test_plans_are_bounded() -> None:
    """No more operations are kept than there is room for, nor more sets of conditions for one of them."""
    executor = planned_executor(3)
    documents = [parse("{ echo }") for _ in range(5)]
    for document in documents:
        await answer(SCHEMA, document, executor)
    assert len(executor.plans) == 3
    names = [f"v{n}" for n in range(6)]
    given = ", ".join(f"${name}: Boolean!" for name in names)
    body = " ".join(f"{name}: echo @skip(if: ${name})" for name in names)
    document = parse(f"query({given}) {{ {body} __typename }}")
    for number in range(64):
        values = {name: bool(number >> index & 1) for index, name in enumerate(names)}
        found = await answer(SCHEMA, document, executor, **values)
        assert [name for name in names if name in found.data] == [name for name in names if not values[name]]
    assert sum(len(kept.plans) for kept in executor.plans._kept.values()) <= MOST_CONDITIONS + 2


async def test_a_plan_goes_with_its_document() -> None:
    """What nobody keeps is not kept here: a document that names a child must not outlive its request."""
    executor = planned_executor()
    await answer(SCHEMA, parse('{ echo(text: "Anna") }'), executor)
    gc.collect()
    assert len(executor.plans) == 0


async def test_no_variable_outlives_its_request() -> None:
    """A plan that is kept holds no value of the request that it was compiled for, but for its conditions."""

    class Secret(str):
        __slots__ = ()

    document = parse(
        "query($text: String!, $if: Boolean!) { echo(text: $text) @include(if: $if) ...A } fragment A on Query { b: echo(text: $text) }"
    )
    executor = planned_executor()
    await answer(SCHEMA, document, executor, text=Secret("Anna"), **{"if": True})
    gc.collect()
    assert len(executor.plans) == 1
    assert not [one for one in gc.get_objects() if isinstance(one, dict | tuple | list) and _holds(one, Secret)]


def _holds(one: Any, kind: type) -> bool:
    return any(isinstance(value, kind) for value in (one.values() if isinstance(one, dict) else one))


@strawberry.type
class Box:
    label: str

    @strawberry.field
    async def box(self, info: strawberry.Info) -> "Box | None":
        return info.context.boxes.pop() if info.context.boxes else None


@strawberry.type(name="Query")
class Boxes:
    @strawberry.field
    def box(self) -> Box | None:
        return Box(label="outer")


async def test_what_is_not_reached_is_not_compiled() -> None:
    """A document that could reach more places than there are atoms costs what its data has of them."""
    levels = 80
    fragments = [f"fragment F{n} on Box {{ a: box {{ ...F{n + 1} }} b: box {{ ...F{n + 1} }} }}" for n in range(levels)]
    text = " ".join(["{ box { ...F0 } }", *fragments, f"fragment F{levels} on Box {{ label }}"])
    context = SimpleNamespace(boxes=[Box(label="inner")])
    found = await answer(strawberry.Schema(Boxes), parse(text), planned_executor(), context)
    assert found.data == {"box": {"a": {"a": None, "b": None}, "b": None}}


class Context:
    """A context that can be watched going."""

    def __init__(self) -> None:
        self.boxes = [Box(label="inner")]


async def test_an_answer_leaves_no_cycles() -> None:
    """When the answer is made, all that the operation held is free at once, without the collector."""
    schema, document, executor = strawberry.Schema(Boxes), parse("{ box { label box { label } } }"), planned_executor()
    context = Context()
    gone = weakref.ref(context)
    gc.collect()
    gc.disable()
    try:
        found = await answer(schema, document, executor, context)
        del context
        await asyncio.sleep(0)
        assert gone() is None
    finally:
        gc.enable()
    assert found.data == {"box": {"label": "outer", "box": {"label": "inner"}}}


class Loud(SchemaExtension):
    def resolve(self, _next: Any, root: Any, info: GraphQLResolveInfo, *args: str, **kwargs: Any) -> Any:
        found = _next(root, info, *args, **kwargs)
        return found.upper() if isinstance(found, str) else found


async def test_what_the_plan_does_not_know_is_left_to_strawberry() -> None:
    """Mutations, middleware, abort signals and hooks of the caller run as they always did, and are counted."""
    executor = planned_executor()
    found = await answer(SCHEMA, parse('mutation { say(text: "a") }'), executor)
    assert found.data == {"say": "a"}
    loud = strawberry.Schema(Query, extensions=[Loud], execution_context_class=executor)
    assert (await loud.execute('{ echo(text: "a") }')).data == {"echo": "A"}
    aborted = parse("{ echo }")
    options = {"abort_signal": AbortController().signal, "executor_class": executor, "operation_extensions": None}
    result: Any = execute(SCHEMA._schema, aborted, is_awaitable=executor.is_awaitable, **options)
    assert (result if hasattr(result, "data") else await result).data == {"echo": "-"}
    assert dict(executor.aside) == {"no query": 1, "middleware": 1, "an abort signal or hooks": 1}


async def test_errors_that_do_not_propagate_are_left_to_strawberry() -> None:
    """A directive that changes what errors do is respected."""
    executor = planned_executor()
    text = "query @experimental_disableErrorPropagation { echo }"
    assert (await answer(SCHEMA, parse(text), executor)).data == {"echo": "-"}
    assert sum(executor.aside.values()) == 1


@pytest.mark.parametrize(
    ("strawberry_graphql", "graphql_core", "why"),
    [
        ("0.341.2", "3.3.2", None),
        ("0.341", "3.3.0", None),
        ("0.342.0", "3.3.2", "strawberry-graphql"),
        ("0.341.2", "3.4.0", "graphql-core"),
        ("0.3410.0", "3.3.2", "strawberry-graphql"),
    ],
)
def test_an_untested_version_is_told(strawberry_graphql: str, graphql_core: str, why: str | None) -> None:
    """On any other version than those it is tested on the plan steps aside, and says why."""
    installed = {"strawberry-graphql": strawberry_graphql, "graphql-core": graphql_core}
    told = unsupported(installed.__getitem__)
    assert (told is None) == (why is None)
    assert told is None or f"`{why}`" in told


async def test_on_an_untested_version_everything_is_left_to_strawberry() -> None:
    """An executor that says so answers all the same."""
    executor = planned_executor()
    executor.unsupported = "not tested"
    assert (await answer(SCHEMA, parse("{ echo }"), executor)).data == {"echo": "-"}
    assert dict(executor.aside) == {"an untested version": 1}


def test_the_installed_versions_are_tested() -> None:
    """The locks hold versions that the plan runs on."""
    assert unsupported() is None


def test_an_empty_cache_is_empty() -> None:
    """A cache of plans tells its size."""
    assert len(Plans()) == 0

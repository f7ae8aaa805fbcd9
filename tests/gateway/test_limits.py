"""Limits: a document is measured once, linearly, and what is too much is refused by its name before anything runs."""

from typing import Any

import pytest
from graphql import OperationType, Visitor, parse, visit
from hypothesis import given
from hypothesis import strategies as st

from gateway.documents import Document, Documents
from gateway.errors import Code, Refusal
from gateway.limits import LONGEST_WORD, Limits
from gateway.measure import DEEPEST, Size, TooDeep, measure
from gateway.weight import LARGEST_PAGE
from schema.build import build_schema
from schema.cost import prices
from schema.fields import DEFINITION
from tests.bench.works import DOCUMENTS
from tests.gateway.introspection import TOOLS
from tests.queries import BY_ID, CHILD

CORE = build_schema().core
PRICES = prices(CORE, DEFINITION)
ROOTS = {OperationType.QUERY: "Query", OperationType.MUTATION: "Mutation"}


def size_of(text: str) -> Size:
    return measure(parse(text), PRICES, ROOTS)


def nodes_in(text: str) -> int:
    """Return how many nodes a document has."""
    found = 0

    class Count(Visitor):
        def enter(self, *_: Any) -> None:
            nonlocal found
            found += 1

    visit(parse(text), Count())
    return found


def refused(text: str, **limits: int) -> dict[str, Any]:
    """Return the extensions of the one error by which a document is refused."""
    with pytest.raises(Refusal) as refusal:
        Documents(CORE, Limits(**limits)).read(text)
    assert refusal.value.code is Code.LIMIT_EXCEEDED
    (error,) = refusal.value.errors
    told: dict[str, Any] = error["extensions"]
    assert str(told["value"]) in error["message"], "the message names the value"
    assert str(told["maximum"]) in error["message"], "and the maximum"
    return told


def chain(length: int, spreads: str = "...f{0} ...f{0}") -> str:
    """Return a document whose fragments spread one another, each the next one twice."""
    parts = [f"fragment f{n} on Viewer {{ {spreads.format(n + 1)} }}" for n in range(length)]
    return "{ viewer { ...f0 } }" + " ".join(parts) + f" fragment f{length} on Viewer {{ id }}"


LIMITED = {
    "depth": ("{ viewer { organisation { id } } }", {"depth": 2}, 3),
    "depth in a fragment": ("{ viewer { ...f } } fragment f on Viewer { organisation { id } }", {"depth": 2}, 3),
    "aliases": ("{ a: viewer { b: id c: name } }", {"aliases": 2}, 3),
    "aliases in a fragment": (
        "{ viewer { ...f organisation { id } } child(id: 1) { id } } fragment f on Viewer { a: id b: name }",
        {"aliases": 1},
        2,
    ),
    "directives": ("{ viewer @skip(if: true) { id @skip(if: true) @include(if: true) } }", {"directives": 2}, 3),
    "fragments": (chain(3), {"fragments": 3}, 4),
    "fields": (chain(8), {"tokens": 200}, 2**8 + 1),
    "root fields": (
        "{ viewer { id } ...q ... { b: viewer { id } } } fragment q on Query { c: viewer { id } }",
        {"root_fields": 2},
        3,
    ),
    "repeats": ("{ viewer { id id ... { id } } }", {"repeats": 1}, 2),
    "introspection depth": ("{ __schema { types { name } } }", {"introspection_depth": 2}, 3),
    "introspection roots": ("{ __schema { queryType { name } } ... { __schema { queryType { name } } } }", {}, 2),
    "word length": ("query " + "A" * (LONGEST_WORD + 1) + " { __typename }", {}, LONGEST_WORD + 1),
}


@pytest.mark.parametrize("case", LIMITED)
def test_what_is_too_much_is_named(case: str) -> None:
    """Each limit refuses with its name, the value and the maximum, and one less passes it."""
    text, limits, value = LIMITED[case]
    told = refused(text, **limits)
    assert (told["limit"], told["value"]) == (case.removesuffix(" in a fragment"), value)
    if limits and "introspection" not in case:
        grown = {name: most + max(1, value - most) for name, most in limits.items()}
        Limits(**grown).check(size_of(text))


def test_tokens_are_counted_by_the_parser() -> None:
    """A document is not even parsed beyond its tokens."""
    assert refused("{ viewer { id name role } }", tokens=5)["limit"] == "tokens"


@pytest.mark.parametrize("opening", ["{ viewer ", "{ ... "])
def test_what_is_nested_without_end_is_no_fault(opening: str) -> None:
    """Selections one inside the other end as a limit, long before the stack does, in the parser or after it."""
    deep = opening * (DEEPEST + 2) + "{ id }" + " }" * (DEEPEST + 2)
    assert refused(deep)["limit"] in {"depth", "tokens"}
    with pytest.raises(TooDeep):
        size_of(deep)
    assert refused("{ nodes(ids: " + "[" * 400 + "]" * 400 + ") { id } }")["limit"] == "depth"


COSTS = {
    "{ caseload(first: 50) { edges { node { givenNames contacts { phone } "
    "involvements(first: 10) { edges { node { practitioner { phone } } } } } } } }": 1_200,  # the example of the docs
    "{ viewer { id organisation { id } } }": 0,
    "{ child(id: 1) { id givenNames } }": 1,
    "{ child(id: 1) { id contacts { id } } }": 1 + 3,
    "{ child(id: 1) { contacts { id child { childId } } } }": 1 + 3 * 2,
    "{ caseload { edges { node { id } } } }": 50,
    "{ caseload(first: 10) { edges { node { id involvements(first: 4) { edges { node { id } } } } } } }": 10 * (1 + 4),
    "{ nodes(ids: [1, 2, 3]) { id ... on Child { shield { state } } } }": 3 * (1 + 1),
    "{ a: viewer { id } b: child(id: 1) { ...c } c: child(id: 2) { ...c } } fragment c on Child { agencies { name } }": 8,
    "{ organisations(first: 20) { edges { node { practitioners(first: 5) { edges { node { id } } } } } } }": 20 * 6,
    "{ __schema { types { name } } }": 0,
    "mutation { closeOverride(input: {childId: 1}) { child { id } } }": 2,
    "{ caseload(first: 100000) { edges { node { id } } } }": LARGEST_PAGE,
    "{ caseload(first: -1) { edges { node { id } } } }": 0,
}


@pytest.mark.parametrize("text", COSTS)
def test_an_operation_costs_the_records_that_it_may_touch(text: str) -> None:
    """Rows times what each of them takes, by the weights in the contract, lists by what is asked for or assumed."""
    (extent,) = size_of(text).operations.values()
    assert extent.cost.value({}) == COSTS[text]


def read(text: str) -> Document:
    return Documents(CORE, Limits()).read(text)


@pytest.mark.parametrize(
    ("variables", "cost"), [({}, 50 * 21), ({"n": 7}, 7 * 21), ({"m": 2}, 50 * 3), ({"n": 500, "m": 100}, 500 * 101)]
)
def test_the_cost_is_that_of_the_variables_given(variables: dict[str, int], cost: int) -> None:
    """A length that a variable gives counts as it is, and as the argument's default where it is left out."""
    selection = read(
        "query($n: Int, $m: Int) { caseload(first: $n) { edges { node { involvements(first: $m) { edges { cursor } } } } } }"
    ).select(None)
    assert selection.work(selection.variables(variables))[0] == cost
    keys = read("query($k: [ID!]!) { nodes(ids: $k) { id } }").select(None)
    assert keys.work(keys.variables({"k": ["a"] * 9})) == (9, 9 * 2)


def test_a_cost_over_the_limit_is_refused() -> None:
    """The most is allowed, one more is not."""
    Limits(cost=100).check_work(100, 0)
    with pytest.raises(Refusal) as refusal:
        Limits(cost=100).check_work(101, 0)
    assert refusal.value.errors[0]["extensions"] == {
        "code": "LIMIT_EXCEEDED", "limit": "cost", "value": 101, "maximum": 100,
    }  # fmt: skip


FIRST = {
    "Page": {"first": 500},
    "Search": {"search": {}},
    "Contacts": {"search": {"familyName": "a"}},
    "ById": {"id": "a"},
}
FIRST["Record"] = {"number": "1"}
ALLOWED = [*DOCUMENTS.values(), CHILD, BY_ID, *TOOLS.values()]


@pytest.mark.parametrize("text", ALLOWED)
def test_what_clients_ask_is_within_the_limits(text: str) -> None:
    """Every query of the benchmark, whole records and the introspection of tools are allowed; tests/test_docs.py asks the docs."""
    document = read(text)
    for operation in size_of(text).operations:
        selection = document.select(operation.name.value if operation.name else None)
        Limits().check_work(*selection.work(selection.variables(FIRST.get(selection.name, {}))))


VALUES = {
    "{ viewer { id name organisation { id } } }": 1 + 2 + 2,
    "{ caseload(first: 10) { edges { node { id givenNames } } } }": 10 * (1 + 1 + 1 + 2),
    "{ organisations(first: 5) { edges { node { ...a ...a } } } } fragment a on Organisation { id name }": 5 * (3 + 4),
    "{ __schema { types { name } } }": 0,
}


@pytest.mark.parametrize("text", VALUES)
def test_an_answer_may_hold_so_many_values(text: str) -> None:
    """Each field counts for every row that it may be of, whether or not it touches a record."""
    (extent,) = size_of(text).operations.values()
    assert extent.values.value({}) == VALUES[text]


def test_an_answer_that_would_be_too_large_is_refused() -> None:
    """What touches few records may still answer much: bodies of workers of bodies, each under many names."""
    names = " ".join(f"a{n}: organisation {{ id name kind phone email }}" for n in range(14))
    text = f"{{ practitioners(first: 100) {{ edges {{ node {{ organisation {{ practitioners(first: 98) {{ edges {{ node {{ {names} }} }} }} }} }} }} }} }}"
    with pytest.raises(Refusal) as refusal:
        Limits().check_work(*read(text).select(None).least_work)
    assert refusal.value.errors[0]["extensions"]["limit"] == "values"


def test_defaults_of_variables_count_before_anybody_asks() -> None:
    """A trusted document that would always be refused is told at the start: by its defaults, required variables or not."""
    for kind in ("Int", "Int!"):
        selection = read(f"query($n: {kind} = 500) {{ caseload(first: $n) {{ edges {{ cursor }} }} }}").select(None)
        assert selection.least_work[0] == 500


NAMES = st.sampled_from(["f0", "f1", "f2", "f3", "f4", "gone"])
SELECTIONS = st.recursive(
    st.one_of(
        st.sampled_from(
            ["id", "a: name", "organisation { id }", "__schema { types { name } }", "unknown(a: [1, {b: $c}])"]
        ),
        NAMES.map("...{} @skip(if: true)".format),
    ),
    lambda inner: st.lists(inner, min_size=1, max_size=4).map(lambda parts: f"... {{ {' '.join(parts)} }}"),
    max_leaves=12,
)


@given(st.lists(SELECTIONS, min_size=1, max_size=6))
def test_each_node_is_visited_once(parts: list[str]) -> None:
    """Whatever spreads whatever, itself included, a measurement looks at no node twice."""
    text = "query Q($c: Int = 3) { viewer { ...f0 ...f0 } }"
    text += " ".join(f"fragment f{n} on Viewer {{ {part} }}" for n, part in enumerate(parts))
    assert size_of(text).visited <= nodes_in(text)


@pytest.mark.parametrize("length", [10, 40, 80])
@pytest.mark.parametrize("spreads", ["...f{0} ...f{0}", "organisation {{ id }} ...f{0} a{0}: id ...f{0}"])
def test_doubled_fragments_take_no_more_than_they_are_long(length: int, spreads: str) -> None:
    """Fragments that double one another eighty times over are measured by as many looks as they have nodes."""
    text = chain(length, spreads)
    size = size_of(text)
    assert size.visited <= nodes_in(text)
    assert next(iter(size.operations.values())).fields >= 2**length

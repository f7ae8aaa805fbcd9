"""R0: two worlds with the same view for a viewer give that viewer the same answers, byte for byte."""

from typing import Any

import pytest

from resolvers.ids import Kind, write_id
from tests.cast import ACCOUNTS, PURPOSE
from tests.client import Gateway, statements
from tests.conftest import Serve
from tests.queries import BODIES, BY_ID, CASELOAD, CHILD, CONTACTS, LISTS, PAGE, SEARCH, WORKERS
from tests.world import id_of, number_of
from tests.worlds.pairs import DIFFERENCES, Difference, common, pair

NAMES = ("anna", "bea", "cara", "sealed", "gone", "dead", "grown", "kin0", "kin7", "other1", "nobody")
NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Child { familyName version withheld { group } } ... on Contact { version phone child { childId } } ... on Organisation { phone practitioners { edges { cursor node { name } } } } ... on Practitioner { name caseload { edges { cursor node { childId } } } } } }"
ROWS = """query($n: String, $first: Int, $current: Boolean) { child(directoryNumber: $n) {
  involvements(first: $first, current: $current) { edges { cursor node { service } } pageInfo { hasNextPage endCursor } } } }"""
BORN = {"dateOfBirth": "2016-03-04"}


def child_id(name: str) -> str:
    return write_id(Kind.CHILD, id_of("child", name))


def contact_id(child: str, person: str) -> str:
    return write_id(Kind.CONTACT, id_of("contact", f"{child}/{person}"))


DETAILS = (
    {"givenNames": "Mum*"},
    {"givenNames": "mum bea"},
    {"phone": "07700 900222"},
    {"email": "mum-anna@carers.example"},
    {"postcode": "LS3 1AB"},
    {"givenNames": "Mum*", "postcode": "LS3 1AB"},
)


def narrowed() -> list[dict[str, Any]]:
    """Return searches by everything that may be hidden: reach, identifiers, sound and beginnings of names."""
    named = {"familyName": "Ashworth", **BORN}
    numbers = [{"directoryNumber": number_of(name)} for name in ("bea", "sealed", "anna")]
    narrow = [
        {"postcode": "LS2 9JT"},
        {"phone": "07700 900901"},
        {"phone": "07700 900111"},
        {"email": "child@reach.example"},
        {"givenNames": "Ann*"},
        {"soundsLike": True, "givenNames": "Bee"},
    ]
    issued = [("CASE", value) for value in ("school-1", "social-1", "GONE-1", "SCHOOL-77", "PRACTICE-9")]
    identifiers = [{"externalIdentifier": {"scheme": scheme, "value": value}} for scheme, value in issued]
    return [base | more for base in (named, *numbers) for more in (*narrow, *identifiers)] + identifiers


def body_id(name: str) -> str:
    return write_id(Kind.ORGANISATION, id_of("organisation", name))


def worker_id(name: str) -> str:
    return write_id(Kind.PRACTITIONER, id_of("practitioner", name))


def of_the_directory() -> list[tuple[str, dict[str, Any]]]:
    """Return the operations on bodies, workers and caseloads."""
    bodies = [body_id(name) for name in ("school", "refuge", "haven", "social", "nobody")]
    workers = [worker_id(name) for name in ("tess", "ruth", "rosa", "hana", "otto", "tina", "nobody")]
    asked: list[tuple[str, dict[str, Any]]] = [(NODES, {"ids": bodies + workers})]
    asked += [(query, {"first": first}) for query in (BODIES, WORKERS, LISTS) for first in (1, 2, 3, 5, 12, 100)]
    asked += [(BODIES, {"name": name}) for name in ("ref", "ha", "a", "%", "c")]
    asked += [(WORKERS, {"name": name, "first": 1}) for name in ("r", "ha", "ot", "_")]
    asked += [(BODIES, {"kind": "CHARITY", "first": first}) for first in (1, 2, 20)]
    return asked + [(WORKERS, {"organisation": body, "first": 1}) for body in bodies]


def operations() -> list[tuple[str, dict[str, Any]]]:
    """Return the operations that every viewer asks of both worlds."""
    asked: list[tuple[str, dict[str, Any]]] = []
    for name in NAMES:
        asked.append((CHILD, {"number": number_of(name)}))
        asked.append((BY_ID, {"id": child_id(name)}))
        asked.append((SEARCH, {"search": {"directoryNumber": number_of(name)}}))
    for search in (
        {"familyName": "Ashworth", **BORN},
        {"familyName": "ashworth", "bornBetween": {"from": "2015-01-01", "to": "2017-01-01"}},
        {"familyName": "Ashworth", "bornBetween": {"from": "2008-01-01", "to": "2009-12-31"}},
        {"familyName": "Birthname", **BORN},
        {"familyName": "Othername", **BORN},
        {"familyName": "Ashworth", **BORN, "directoryNumber": number_of("kin0")},
    ):
        asked += [(SEARCH, {"search": search, "first": first}) for first in (1, 25)]
    asked += [(SEARCH, {"search": search}) for search in narrowed()]
    asked += [(CONTACTS, {"search": {"familyName": "Carer"} | more}) for more in DETAILS]
    asked += [(CASELOAD, {"first": first}) for first in (1, 2, 50)]
    asked += [(PAGE, {"first": 50})]
    contacts = [contact_id(name, "mum-anna") for name in ("anna", "gone", "dead")] + [contact_id("bea", "mum-bea")]
    contacts += [contact_id(name, "aunt") for name in ("bea", "cara")]
    asked += [(NODES, {"ids": [child_id(name) for name in NAMES] + contacts})]
    for name in ("anna", "bea"):
        asked += [(ROWS, {"n": number_of(name), "first": n, "current": c}) for n in (1, 2, 5) for c in (True, False)]
    asked += of_the_directory()
    asked += [
        (
            "{ viewer { name organisation { name phone practitioners { edges { cursor node { name caseload { edges { cursor } } } } } } lapses } }",
            {},
        ),
        ("{ caseload(first: 0) { edges { cursor } } }", {}),
    ]
    return asked


async def answers(gateway: Gateway, viewer: str) -> list[Any]:
    """Return status, headers, body bytes and reading statements of every operation."""
    found = []
    for query, variables in operations():
        with statements() as texts:
            response = await gateway.raw(viewer, query, purpose=PURPOSE[viewer], **variables)
        found.append((response.status_code, sorted(response.headers.items()), response.content, texts))
    return found


@pytest.mark.parametrize("viewer", ACCOUNTS)
async def test_r0_worlds_with_the_same_view_answer_alike(serve: Serve, viewer: str) -> None:
    """Status, headers, body bytes and SQL texts are equal in both worlds, for every operation."""
    first, second = pair(viewer)
    ours, theirs = await answers(await serve(first), viewer), await answers(await serve(second), viewer)
    for asked, one, other in zip(operations(), ours, theirs, strict=True):
        assert one == other, asked


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda difference: difference.apply.__name__)
def test_each_difference_changes_the_directory(difference: Difference) -> None:
    """Applied alone, a difference changes what is stored: none is idle, so each could be noticed if it leaked."""
    worlds = []
    for second in (False, True):
        world = common()
        difference.apply(world, second)
        worlds.append(world.rows)
    assert worlds[0] != worlds[1]


async def test_who_may_see_a_difference_does(serve_small: Serve) -> None:
    """Viewers from whom a difference is not hidden get other answers: the comparison is able to fail."""
    first, second = pair("teacher")
    worlds = [await serve_small(first), await serve_small(second)]
    shown: list[tuple[str, str, dict[str, Any]]] = [
        ("manager", CHILD, {"number": number_of("anna")}),
        ("manager", CHILD, {"number": number_of("dead")}),
        ("team", BODIES, {}),
        ("team", WORKERS, {"organisation": body_id("refuge")}),
        ("team", NODES, {"ids": [worker_id("hana")]}),
    ]
    for viewer, query, variables in shown:
        seen = [(await gateway.raw(viewer, query, purpose=PURPOSE[viewer], **variables)).content for gateway in worlds]
        assert seen[0] != seen[1]

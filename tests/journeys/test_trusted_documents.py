"""Trusted documents and the rules of the door: whole requests as each kind of client, under both media types."""

from typing import Any

import httpx
import pytest

from gateway.manifest import id_of
from gateway.trusted import NOT_HERE, NOT_TRUSTED, Profile
from tests.cast import cast, full_child
from tests.client import REASON, Gateway, statements
from tests.conftest import Serve
from tests.trusting import ROUND, SEVERAL, TEXTS, token_of, trusting
from tests.world import World

GRAPHQL, JSON = "application/graphql-response+json", "application/json"
ACCESS = {"access": {"purpose": "COORDINATE_CARE", "reason": REASON}}
FREE = frozenset({"tool"})
OTHERS = ("page", "tool ", "TOOL", "*", "?", None)
"""Clients that are not free where `FREE` are, and a token that names none."""


def classroom() -> World:
    world = cast()
    for name in ("anna", "bea"):
        full_child(world, name)
        world.involve(name, "tess", "school")
    return world


async def send(
    gateway: Gateway, body: dict[str, Any], client: str | None = "page", accept: str = GRAPHQL, **headers: str
) -> httpx.Response:
    bearer = {"authorization": f"Bearer {token_of(gateway, client)}", "accept": accept}
    return await gateway.post("teacher", {"extensions": ACCESS, **body}, **bearer, **headers)


def codes(response: httpx.Response) -> tuple[int, list[str]]:
    answer = response.json()
    assert "data" not in answer
    return response.status_code, [error["extensions"]["code"] for error in answer["errors"]]


@pytest.mark.parametrize("accept", [GRAPHQL, JSON])
async def test_any_client_may_name_a_trusted_document(serve_small: Serve, accept: str) -> None:
    """Named by `documentId`, a trusted document answers every client, free or not, byte for byte as its text does."""
    gateway = await serve_small(classroom(), profile=trusting(*TEXTS, free=FREE))
    bodies = [{"documentId": id_of(ROUND)}, {"query": ROUND}]
    bodies += [body | {name: None} for body in bodies for name in {"query", "documentId"} - body.keys()]
    answers = [await send(gateway, body, client, accept) for client in ("tool", *OTHERS) for body in bodies]
    assert [(answer.status_code, answer.text) for answer in answers] == [(200, answers[0].text)] * 7 * 4
    assert len(answers[0].json()["data"]["caseload"]["edges"]) == 2
    assert answers[0].headers["content-type"] == f"{accept}; charset=utf-8"


async def test_an_operation_of_a_trusted_document_is_chosen_by_its_name(serve_small: Serve) -> None:
    """A document of several operations answers the one that `operationName` names, and none without a name."""
    gateway = await serve_small(classroom(), profile=trusting(*TEXTS))
    named = {"documentId": id_of(SEVERAL)}
    who = await send(gateway, {**named, "operationName": "Who"})
    assert who.json()["data"] == {"viewer": {"name": "Teacher"}}
    assert (await send(gateway, {**named, "operationName": "Nobody"})).json() == {"data": {"child": None}}
    for wrong in (named, {**named, "operationName": "Whoever"}):
        assert codes(await send(gateway, wrong)) == (400, ["BAD_REQUEST"])


@pytest.mark.parametrize(("accept", "status"), [(GRAPHQL, 404), (JSON, 200)])
async def test_an_unknown_id_is_told_to_free_clients_and_others(serve_small: Serve, accept: str, status: int) -> None:
    """An id that is none of the trusted ones is DOCUMENT_NOT_FOUND, also the id of a text that was asked freely."""
    gateway = await serve_small(classroom(), profile=trusting(*TEXTS, free=FREE))
    free = "query Free { viewer { name } }"
    assert (await send(gateway, {"query": free}, "tool")).status_code == 200
    for client in ("tool", *OTHERS):
        for unknown in (id_of("nothing"), id_of(free), id_of(ROUND + "\n")):
            response = await send(gateway, {"documentId": unknown}, client, accept)
            assert codes(response) == (status, ["DOCUMENT_NOT_FOUND"])
            assert [error["message"] for error in response.json()["errors"]] == [NOT_HERE]


FORMLESS = {
    "a document": "query Mine { caseload { edges { node { familyName } } } }",
    "a trusted one, changed": ROUND + " ",
    "introspection": "{ __schema { types { name } } }",
    "no GraphQL": "{ child(",
    "nothing": "",
    "no such field": "{ chidl }",
    "over a limit": "{" + " __typename" * 1000 + "}",
}


@pytest.mark.parametrize(("accept", "status"), [(GRAPHQL, 404), (JSON, 200)])
async def test_a_client_that_is_not_free_asks_trusted_documents_alone(
    serve_small: Serve, accept: str, status: int
) -> None:
    """Whatever else it sends, well-formed or not, is one error before it is parsed or anything is read."""
    gateway = await serve_small(classroom(), profile=trusting(*TEXTS, free=FREE))
    with statements() as texts:
        for client in OTHERS:
            for query in FORMLESS.values():
                response = await send(gateway, {"query": query}, client, accept)
                assert codes(response) == (status, ["DOCUMENT_NOT_FOUND"])
                assert [error["message"] for error in response.json()["errors"]] == [NOT_TRUSTED]
    assert texts == []
    assert await gateway.journal() == ([], [])


@pytest.mark.parametrize(
    ("profile", "clients"),
    [(trusting(*TEXTS, free=FREE), ["tool"]), (trusting(*TEXTS, free=None), ["tool", *OTHERS]), (None, [*OTHERS])],
)
async def test_a_free_client_asks_what_it_likes(
    serve_small: Serve, profile: Profile | None, clients: list[str | None]
) -> None:
    """A client that is named, or any where all are free, has its documents parsed and answered as they are."""
    gateway = await serve_small(classroom(), profile=profile)
    expected = {"no GraphQL": "GRAPHQL_PARSE_FAILED", "nothing": "GRAPHQL_PARSE_FAILED"}
    expected |= {"no such field": "GRAPHQL_VALIDATION_FAILED", "over a limit": "LIMIT_EXCEEDED"}
    for client in clients:
        for name, query in FORMLESS.items():
            response = await send(gateway, {"query": query}, client)
            if name in expected:
                assert codes(response) == (400, [expected[name]])
            else:
                assert "errors" not in response.json()


WRONGLY_NAMED: list[dict[str, Any]] = [
    {"query": ROUND, "documentId": id_of(ROUND)},
    {"query": "", "documentId": id_of(ROUND)},
    {},
    {"documentId": None},
    {"documentId": 1},
    {"documentId": [id_of(ROUND)]},
    {"documentId": ""},
    {"documentId": id_of(ROUND).removeprefix("sha256:")},
    {"documentId": id_of(ROUND).upper()},
    {"documentId": id_of(ROUND) + "\n"},
    {"documentId": "md5:" + "0" * 32},
    {"documentId": "sha256:../../etc/passwd"},
]


@pytest.mark.parametrize("accept", [GRAPHQL, JSON])
async def test_a_request_names_one_document_in_one_way(serve_small: Serve, accept: str) -> None:
    """Both a text and an id, neither, or an id that cannot be one is BAD_REQUEST, status 400, for every client."""
    gateway = await serve_small(classroom(), profile=trusting(*TEXTS, free=FREE))
    for client in ("tool", "page"):
        for body in WRONGLY_NAMED:
            assert codes(await send(gateway, body, client, accept)) == (400, ["BAD_REQUEST"]), body


async def test_automatic_persisted_queries_stay_refused(serve_small: Serve) -> None:
    """A client that asks by its hash, or brings the text for it, persists nothing."""
    gateway = await serve_small(classroom(), profile=trusting(*TEXTS, free=FREE))
    automatic = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": id_of(ROUND).partition(":")[2]}}}
    for body in (automatic, {**automatic, "query": None}):
        answer = (await send(gateway, body)).json()
        assert [error["message"] for error in answer["errors"]] == ["PersistedQueryNotSupported"]
    text = "query New { viewer { name } }"
    automatic["extensions"]["persistedQuery"]["sha256Hash"] = id_of(text).partition(":")[2]
    assert (await send(gateway, {**automatic, "query": text}, "tool")).status_code == 200
    assert codes(await send(gateway, {"documentId": id_of(text)})) == (404, ["DOCUMENT_NOT_FOUND"])


async def test_r41_without_a_token_nobody_learns_which_documents_are_trusted(serve_small: Serve) -> None:
    """Before the token is good, a trusted id, an unknown one and a text are one and the same answer."""
    gateway = await serve_small(classroom(), profile=trusting(*TEXTS))
    bodies = [{"documentId": id_of(ROUND)}, {"documentId": id_of("nothing")}, {"query": ROUND}, {"query": "{"}]
    answers = {(answer.status_code, answer.text) for body in bodies for answer in [await gateway.post(None, body)]}
    assert [status for status, _ in answers] == [401]


async def test_a_trusted_document_is_held_to_the_law_like_any_other(serve_small: Serve) -> None:
    """Trust is for the text alone: purpose and reason are asked for, and the journal has the document's hash."""
    gateway = await serve_small(classroom(), profile=trusting(*TEXTS))
    body = {"documentId": id_of(ROUND), "extensions": {}}
    assert codes(await send(gateway, body)) == (400, ["PURPOSE_REQUIRED"])
    assert (await send(gateway, {"documentId": id_of(ROUND)})).status_code == 200
    events, _ = await gateway.journal()
    assert {f"sha256:{event.document_hash}" for event in events} == {id_of(ROUND)}
    assert [event.outcome for event in events] == ["PURPOSE_REQUIRED", "OK"]


HEADERS = {"access-purpose": "COORDINATE_CARE", "access-reason": "Planning%20a%20visit%20at%20home"}


@pytest.mark.parametrize(("accept", "status"), [(GRAPHQL, 400), (JSON, 200)])
async def test_r15_headers_that_are_not_taken_are_refused(serve_small: Serve, accept: str, status: int) -> None:
    """Where headers may not state purpose and reason, one that does is BAD_REQUEST with the remedy, never overlooked."""
    gateway = await serve_small(classroom(), profile=trusting(*TEXTS))
    for sent in (HEADERS, *({name: value} for name, value in HEADERS.items())):
        for body in ({"documentId": id_of(ROUND)}, {"documentId": id_of(ROUND), "extensions": {}}):
            response = await send(gateway, body, accept=accept, **sent)
            assert codes(response) == (status, ["BAD_REQUEST"])
            assert "`extensions.access`" in response.json()["errors"][0]["message"]
    empty = await send(gateway, {"documentId": id_of(ROUND)}, accept=accept, **dict.fromkeys(HEADERS, " "))
    assert "errors" not in empty.json()


async def test_r15_headers_are_taken_where_the_profile_says_so(serve_small: Serve) -> None:
    """A service that takes the headers answers by them."""
    gateway = await serve_small(classroom(), profile=trusting(*TEXTS, headers=True))
    answer = await send(gateway, {"documentId": id_of(ROUND), "extensions": {}}, **HEADERS)
    assert answer.status_code == 200
    events, _ = await gateway.journal()
    assert [event.reason for event in events] == ["Planning a visit at home"]

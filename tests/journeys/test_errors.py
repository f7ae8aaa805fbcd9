"""R27 and the door: every wrong request gets a clear error with a code, never a trace, a hang or a 500."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from gateway.errors import Code
from gateway.health import FRESH
from tests.cast import cast, full_child
from tests.client import Gateway
from tests.conftest import Serve
from tests.queries import CASELOAD, CHILD, SEARCH
from tests.world import NOW, number_of

GRAPHQL = "application/graphql-response+json"
DEEP = "{" + "a{" * 400 + "a" + "}" * 400 + "}"

BODIES: dict[str, tuple[bytes, int, str]] = {
    "malformed json": (b'{"query": ', 400, "BAD_REQUEST"),
    "empty": (b"", 400, "BAD_REQUEST"),
    "array": (b"[]", 400, "BAD_REQUEST"),
    "batch": (b'[{"query": "{ __typename }"}]', 400, "BAD_REQUEST"),
    "number": (b"1", 400, "BAD_REQUEST"),
    "null": (b"null", 400, "BAD_REQUEST"),
    "a number too long": (b'{"query": "{ __typename }", "variables": {"a": ' + b"9" * 5000 + b"}}", 400, "BAD_REQUEST"),
    "nested json": (b'{"query": "{ __typename }", "variables": ' + b"[" * 60000, 400, "BAD_REQUEST"),
    "no utf-8": (b'{"query": "\xff\xfe"}', 400, "BAD_REQUEST"),
    "lone surrogate": (b'{"query": "{ __typename }", "operationName": "\\ud800"}', 400, "BAD_REQUEST"),
    "no query": (b"{}", 400, "BAD_REQUEST"),
    "query a number": (b'{"query": 1}', 400, "BAD_REQUEST"),
    "query null": (b'{"query": null}', 400, "BAD_REQUEST"),
    "variables a list": (b'{"query": "{ __typename }", "variables": []}', 400, "BAD_REQUEST"),
    "variables a string": (b'{"query": "{ __typename }", "variables": "{}"}', 400, "BAD_REQUEST"),
    "operationName a number": (b'{"query": "{ __typename }", "operationName": 1}', 400, "BAD_REQUEST"),
    "extensions a list": (b'{"query": "{ __typename }", "extensions": []}', 400, "BAD_REQUEST"),
    "unknown operation": (b'{"query": "{ __typename }", "operationName": "X"}', 400, "BAD_REQUEST"),
    "two unnamed": (b'{"query": "query A { __typename } query B { __typename }"}', 400, "BAD_REQUEST"),
    "fragments alone": (b'{"query": "fragment F on Query { __typename }"}', 400, "GRAPHQL_VALIDATION_FAILED"),
    "persisted query": (b'{"extensions": {"persistedQuery": {"version": 1}}}', 400, "BAD_REQUEST"),
    "syntax": (b'{"query": "{ child("}', 400, "GRAPHQL_PARSE_FAILED"),
    "empty query": (b'{"query": ""}', 400, "GRAPHQL_PARSE_FAILED"),
    "unknown field": (b'{"query": "{ chidl }"}', 400, "GRAPHQL_VALIDATION_FAILED"),
    "unknown argument": (b'{"query": "{ child(nmber: 1) { id } }"}', 400, "GRAPHQL_VALIDATION_FAILED"),
    "unknown fragment": (b'{"query": "{ ...F }"}', 400, "GRAPHQL_VALIDATION_FAILED"),
    "fragment cycle": (b'{"query": "{ ...F } fragment F on Query { ...F }"}', 400, "GRAPHQL_VALIDATION_FAILED"),
    "mutation": (b'{"query": "mutation { x }"}', 400, "GRAPHQL_VALIDATION_FAILED"),
    "subscription": (b'{"query": "subscription { x }"}', 400, "GRAPHQL_VALIDATION_FAILED"),
    "missing variable": (
        b'{"query": "query($n: String!) { child(directoryNumber: $n) { id } }"}',
        400,
        "BAD_USER_INPUT",
    ),
    "too many tokens": (json.dumps({"query": "{" + " __typename" * 1000 + "}"}).encode(), 400, "LIMIT_EXCEEDED"),
    "too deep": (json.dumps({"query": DEEP}).encode(), 400, "LIMIT_EXCEEDED"),
    "too large": (b'{"query": "' + b" " * 70_000 + b'{ __typename }"}', 413, "LIMIT_EXCEEDED"),
}


@pytest.mark.parametrize("name", BODIES)
async def test_a_bad_body_gets_a_code(serve_small: Serve, name: str) -> None:
    """Each wrong body is answered with its status and code, and a message without a trace of code."""
    body, status, code = BODIES[name]
    gateway = await serve_small(cast())
    response = await gateway.post("teacher", body, accept=GRAPHQL)
    answer = response.json()
    assert response.status_code == status
    if code:
        assert {error["extensions"]["code"] for error in answer["errors"]} == {code}
    for error in answer.get("errors", ()):
        assert error["extensions"]["code"] in set(Code) - {Code.INTERNAL, Code.UNAVAILABLE}
        assert not [word for word in ("Traceback", "sqlalchemy", "Did you mean", "Error(") if word in error["message"]]


async def test_a_persisted_query_is_answered_as_its_clients_expect(serve_small: Serve) -> None:
    """A client that tries automatic persisted queries learns that they are not supported."""
    gateway = await serve_small(cast())
    answer = (await gateway.post("teacher", {"extensions": {"persistedQuery": {"version": 1}}})).json()
    assert [error["message"] for error in answer["errors"]] == ["PersistedQueryNotSupported"]


async def test_tokens_of_wrong_kinds_are_unauthenticated(serve_small: Serve) -> None:
    """No token, an expired one, a wrong signature, an unknown account: one code, 401, and how to ask."""
    gateway = await serve_small(cast())
    good = gateway.token("teacher")
    head, claims, signature = good.split(".")
    wrong = {
        "expired": gateway.keys.token("teacher", "PRACTITIONER", NOW - timedelta(hours=13)),  # type: ignore[arg-type]
        "signature": f"{head}.{claims}.{signature[:-4]}AAAA",
        "claims": f"{head}.{claims[:-4]}AAAA.{signature}",
        "no account": gateway.token("nobody"),
        "rubbish": "rubbish",
        "long": "a" * 9000,
    }
    headers = [{"authorization": f"Bearer {token}"} for token in wrong.values()]
    headers += [{"authorization": "Basic dGVhY2hlcjp4"}, {"authorization": "Bearer"}, {"authorization": good}]
    for header in headers:
        response = await gateway.post("teacher", {"query": CASELOAD}, **header)
        assert (response.status_code, response.headers["www-authenticate"]) == (401, 'Bearer realm="directory"')
        assert [error["extensions"]["code"] for error in response.json()["errors"]] == ["UNAUTHENTICATED"]
    assert (await gateway.post(None, {"query": CASELOAD})).status_code == 401


async def codes_of(gateway: Gateway, query: str, **variables: Any) -> tuple[int, list[str]]:
    response = await gateway.raw("teacher", query, purpose="COORDINATE_CARE", **variables)
    return response.status_code, [error["extensions"]["code"] for error in response.json()["errors"]]


@pytest.mark.parametrize("cursor", ["", "x", "é", "AAAA", "A" * 43, "\x00" * 43, "A" * 5000])
async def test_a_bad_cursor_is_bad_user_input(serve_small: Serve, cursor: str) -> None:
    """Whatever is no cursor of this list is refused with the same words."""
    gateway = await serve_small(cast())
    assert await codes_of(gateway, CASELOAD, after=cursor) == (200, ["BAD_USER_INPUT"])


@pytest.mark.parametrize("first", [0, -5, 501])
async def test_a_page_out_of_bounds_is_bad_user_input(serve_small: Serve, first: int) -> None:
    """A page of the caseload is between 1 and 500."""
    gateway = await serve_small(cast())
    query = "query($first: Int) { caseload(first: $first) { edges { node { id } } } }"
    assert await codes_of(gateway, query, first=first) == (200, ["BAD_USER_INPUT"])


@pytest.mark.parametrize("born", ["2016-13-01", "yesterday", 20160304, "2016-3-4", "0000-00-00"])
async def test_a_date_that_is_none_is_bad_user_input(serve_small: Serve, born: object) -> None:
    """A date that is none is refused as a request, with an example of one."""
    gateway = await serve_small(cast())
    search = {"familyName": "Ashworth", "dateOfBirth": born}
    assert await codes_of(gateway, SEARCH, search=search) == (400, ["BAD_USER_INPUT"])


@pytest.mark.parametrize("born", ["0001-01-01", "9999-12-31"])
async def test_dates_at_their_ends_find_nobody(serve: Serve, born: str) -> None:
    """The earliest and the latest date are dates like any other."""
    gateway = await serve(cast())
    search = {"familyName": "Ashworth", "dateOfBirth": born}
    assert (await gateway.ask("teacher", SEARCH, search=search))["children"]["edges"] == []


async def test_r27_forbidden_absent_and_shielded_answer_with_the_same_errors(serve: Serve) -> None:
    """The same wrong request about an open, a shielded, a forbidden and an absent child gives equal bytes."""
    world = cast()
    for name in ("anna", "bea", "kin"):
        full_child(world, name)
    world.shield("bea")
    world.conflict("teacher", "kin")
    gateway = await serve(world)
    for query in (
        "query($number: String) { child(directoryNumber: $number, id: null) { id } }",
        "query($number: String) { child(directoryNumber: $number) { adress } }",
        "query($number: Int!) { child(directoryNumber: $number) { id } }",
    ):
        numbers = [number_of(name) for name in ("anna", "bea", "kin", "nobody")]
        answers = set()
        for number in numbers:
            response = await gateway.raw("teacher", query, purpose="COORDINATE_CARE", number=number)
            answers.add((response.status_code, response.text.replace(number, "NUMBER")))
        assert len(answers) == 1
    for name in ("kin", "nobody"):
        assert (await gateway.ask("teacher", CHILD, number=number_of(name)))["child"] is None


async def test_r27_no_error_suggests_a_field_or_an_argument(serve_small: Serve) -> None:
    """A misspelt field, argument, enum value, type or input field is refused without a suggestion."""
    gateway = await serve_small(cast())
    for query in (
        "{ childd { id } }",
        '{ child(directoryNumbr: "1") { id } }',
        "query($search: ChildSerch!) { children(search: $search) { tooMany } }",
        '{ children(search: {familyNam: "x"}) { tooMany } }',
        "{ ... on Chld { id } }",
    ):
        response = await gateway.raw("teacher", query, purpose="COORDINATE_CARE")
        assert response.status_code == 400
        assert "Did you mean" not in response.text
    search = {"familyNam": "Ashworth", "dateOfBirth": "2016-03-04"}
    response = await gateway.raw("teacher", SEARCH, purpose="COORDINATE_CARE", search=search)
    assert (response.status_code, "Did you mean" in response.text) == (400, False)


async def test_methods_and_media_types(serve_small: Serve) -> None:
    """GET executes nothing; other content types and unacceptable answers are refused; JSON stays JSON."""
    gateway = await serve_small(cast())
    bearer = {"authorization": f"Bearer {gateway.token('teacher')}"}
    assert (await gateway.http.get("/graphql", params={"query": "{ __typename }"}, headers=bearer)).status_code == 405
    body = {"query": "{ __typename }"}
    for kind in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/json; charset=utf-16",
    ):
        response = await gateway.post("teacher", json.dumps(body).encode(), **{"content-type": kind})
        assert (response.status_code, "data" in response.json()) == (415, False)
    assert (await gateway.post("teacher", body, accept="text/html")).status_code == 406
    wanted = {
        "*/*": "application/json",
        "application/json": "application/json",
        GRAPHQL: GRAPHQL,
        f"{GRAPHQL}, application/json;q=0.9": GRAPHQL,
        f"application/json, {GRAPHQL};q=0.5": "application/json",
        f"{GRAPHQL};q=0, */*": "application/json",
        f"{GRAPHQL};q=nonsense, application/*": "application/json",
    }
    for accept, kind in wanted.items():
        response = await gateway.post("teacher", body, accept=accept)
        assert response.headers["content-type"] == f"{kind}; charset=utf-8"
    assert response.headers["cache-control"] == "private, no-store"


async def test_a_well_formed_request_for_json_is_answered_200(serve_small: Serve) -> None:
    """Under `application/json` a well-formed request answers 200 whatever its errors; a malformed one does not."""
    gateway = await serve_small(cast())
    for query in ("{ nonsense }", "{ caseload { edges { cursor } } }"):
        assert (await gateway.post("police", {"query": query}, accept="application/json")).status_code == 200
    assert (await gateway.post("police", b"{", accept="application/json")).status_code == 400


async def test_a_fault_is_a_reference_and_refuses_the_whole(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    """With a table gone, the answer has no data and no text of the fault; the log has its reference and no value."""
    world = cast()
    full_child(world, "anna")
    gateway = await serve(world)
    async with gateway.database() as connection:
        await connection.execute(text("ALTER TABLE former_name RENAME TO gone"))
    response = await gateway.raw("teacher", CHILD, purpose="COORDINATE_CARE", number=number_of("anna"))
    (error,) = response.json()["errors"]
    told = (response.status_code, error["extensions"]["code"])
    assert told == ((503, "UNAVAILABLE") if gateway.url.startswith("sqlite") else (500, "INTERNAL"))
    assert (set(response.json()), "former_name" in response.text) == ({"errors"}, False)
    reference = error["message"].rpartition("reference ")[2].rstrip(")")
    (logged,) = [record for record in caplog.records if getattr(record, "reference", "") == reference]
    assert not [value for value in vars(logged).values() if "Formerly" in str(value) or number_of("anna") in str(value)]


async def test_a_database_that_is_away_is_unavailable(serve_small: Serve, caplog: pytest.LogCaptureFixture) -> None:
    """With the whole directory gone, requests and `/readyz` say so with 503; `/healthz` still answers."""
    gateway = await serve_small(cast())
    file = Path(gateway.url.removeprefix("sqlite:///"))
    file.rename(file.with_suffix(".away"))
    file.mkdir()
    response = await gateway.raw("teacher", CASELOAD, purpose="COORDINATE_CARE")
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (503, "UNAVAILABLE")
    assert response.headers["retry-after"] == "2"
    ready = await gateway.http.get("/readyz")
    assert (ready.status_code, "cannot be reached" in str(ready.json()["faults"])) == (503, True)
    assert (await gateway.http.get("/healthz")).text == "alive"
    assert str(file) not in response.text
    file.rmdir()
    file.with_suffix(".away").rename(file)
    assert (await gateway.raw("teacher", CASELOAD, purpose="COORDINATE_CARE")).status_code == 200
    assert caplog.records


async def test_readiness_says_what_is_missing(serve: Serve) -> None:
    """A database at an older revision, and a journal or alerts that cannot be written, are not ready; each says why."""
    gateway = await serve(cast())
    assert (await gateway.http.get("/readyz")).json() == {"ready": True, "faults": []}
    await asyncio.sleep(FRESH)
    for table in ("access_event", "access_subject", "alert"):
        async with gateway.database() as connection:
            await connection.execute(text(f"ALTER TABLE {table} RENAME TO elsewhere"))
        ready = await gateway.http.get("/readyz")
        assert (ready.status_code, "journal cannot be written" in str(ready.json()["faults"])) == (503, True)
        async with gateway.database() as connection:
            await connection.execute(text(f"ALTER TABLE elsewhere RENAME TO {table}"))
        await asyncio.sleep(FRESH)
    async with gateway.database() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    ready = await gateway.http.get("/readyz")
    assert (ready.status_code, "run `gateway migrate`" in str(ready.json()["faults"])) == (503, True)


async def test_an_account_that_may_feed_sends_larger_bodies(serve_small: Serve) -> None:
    """Above the limit of all a body is taken from who may feed, up to a limit of its own, and only if it says its length."""
    gateway = await serve_small(cast(), feed_body_limit=200_000)
    body = b'{"query": "{ __typename }"' + b" " * 100_000 + b"}"

    async def chunks() -> AsyncIterator[bytes]:
        yield body

    sent = {who: (await gateway.post(who, body)).status_code for who in ("feed", "teacher", "nobody")}
    assert sent == {"feed": 200, "teacher": 413, "nobody": 413}
    assert (await gateway.post("feed", body + b" " * 100_000)).status_code == 413
    headers = {"content-type": "application/json", "authorization": f"Bearer {gateway.token('feed')}"}
    assert (await gateway.http.post("/graphql", content=chunks(), headers=headers)).status_code == 413

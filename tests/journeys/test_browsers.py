"""Browsers: pages of other origins, requests that are sent unasked, and what every answer tells a browser."""

import json
from typing import Any

import httpx
import pytest

from tests.cast import cast
from tests.client import Gateway
from tests.conftest import Serve
from tests.trusting import trusting

GRAPHQL = "application/graphql-response+json"
PAGE, OTHER = "https://app.example", "https://app.example.evil"
WHO = {"query": "{ viewer { name } }"}
CORS = "access-control-"
SECURITY = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}


def cors_of(response: httpx.Response) -> dict[str, str]:
    return {name.removeprefix(CORS): value for name, value in response.headers.items() if name.startswith(CORS)}


async def preflight(gateway: Gateway, origin: str, path: str = "/graphql", **wanted: str) -> httpx.Response:
    headers = {"origin": origin, f"{CORS}request-method": "POST"} | {
        CORS + n.replace("_", "-"): v for n, v in wanted.items()
    }
    return await gateway.http.options(path, headers=headers)


async def test_a_preflight_allows_what_a_listed_page_needs(serve_small: Serve) -> None:
    """A listed origin may send POST with the headers that requests take, for some minutes, and no credentials."""
    gateway = await serve_small(cast(), origins=[PAGE, "http://localhost:5173"], profile=trusting())
    for origin in (PAGE, "http://localhost:5173"):
        answer = await preflight(
            gateway, origin, request_headers="authorization,content-type,idempotency-key,traceparent"
        )
        told = cors_of(answer)
        assert answer.status_code == 200
        assert set(told) == {"allow-origin", "allow-methods", "allow-headers", "max-age", "expose-headers"} - {
            "expose-headers"
        }
        assert (told["allow-origin"], told["allow-methods"], told["max-age"]) == (origin, "POST", "600")
        needed = {"Authorization", "Content-Type", "Accept", "Idempotency-Key", "traceparent"}
        safelisted = {"Accept-Language", "Content-Language"}
        assert set(told["allow-headers"].split(", ")) == needed | safelisted
        assert "Origin" in answer.headers["vary"].split(", ")


async def test_a_preflight_allows_access_headers_only_where_they_are_taken(serve_small: Serve) -> None:
    """`Access-Purpose` and `Access-Reason` pass a preflight where the profile takes them, and nowhere else."""
    wanted = "authorization,access-purpose,access-reason"
    taken = await serve_small(cast(), origins=[PAGE], profile=trusting(headers=True))
    assert (await preflight(taken, PAGE, request_headers=wanted)).status_code == 200
    refused = await preflight(
        await serve_small(cast(), origins=[PAGE], profile=trusting()), PAGE, request_headers=wanted
    )
    assert (refused.status_code, "Access-Reason" in refused.headers[f"{CORS}allow-headers"]) == (400, False)


@pytest.mark.parametrize(
    "wanted", [{"request_method": "DELETE"}, {"request_headers": "cookie"}, {"request_method": "GET"}]
)
async def test_a_preflight_refuses_what_no_request_takes(serve_small: Serve, wanted: dict[str, str]) -> None:
    """Other methods and headers are refused, to a listed page as well."""
    gateway = await serve_small(cast(), origins=[PAGE])
    answer = await preflight(gateway, PAGE, **wanted)
    assert (answer.status_code, cors_of(answer)["allow-methods"]) == (400, "POST")


REQUESTS: dict[str, tuple[Any, dict[str, str], int]] = {
    "an answer": (WHO, {}, 200),
    "no GraphQL": ({"query": "{"}, {}, 400),
    "a malformed body": (b"{", {}, 400),
    "no token": (WHO, {"authorization": "none"}, 401),
    "another content type": (b"{}", {"content-type": "text/plain"}, 415),
    "too large": (b'{"query": "' + b" " * 70_000 + b'"}', {}, 413),
    "not acceptable": (WHO, {"accept": "text/html"}, 406),
}


@pytest.mark.parametrize("name", REQUESTS)
async def test_a_listed_page_reads_every_answer_and_no_other_does(serve_small: Serve, name: str) -> None:
    """Answers and errors alike name a listed origin; to other pages, and without one, they are what they were."""
    body, headers, status = REQUESTS[name]
    headers = {"accept": GRAPHQL} | headers
    plain = await (await serve_small(cast())).post("teacher", body, **headers)
    gateway = await serve_small(cast(), origins=[PAGE])
    read = await gateway.post("teacher", body, origin=PAGE, **headers)
    assert cors_of(read) == {"allow-origin": PAGE, "expose-headers": "Retry-After"}
    for origin in ({"origin": OTHER}, {"origin": "null"}, {"origin": PAGE.upper()}, {"origin": f"{PAGE}:443"}, {}):
        answer = await gateway.post("teacher", body, **headers, **origin)
        assert cors_of(answer) == {}
        assert (answer.status_code, answer.text) == (plain.status_code, plain.text) == (status, read.text)
        assert answer.headers["vary"] == "Accept, Authorization, Origin" == read.headers["vary"]


async def test_a_page_that_is_not_listed_is_answered_as_if_there_were_no_cors(serve_small: Serve) -> None:
    """Its preflight, and any where no origin is set, is a 405 without a word of what is taken."""
    bare, some = await serve_small(cast()), await serve_small(cast(), origins=[PAGE])
    for gateway, origin in ((bare, PAGE), (some, OTHER), (some, "null")):
        answer = await preflight(gateway, origin)
        assert (answer.status_code, cors_of(answer), answer.headers["allow"]) == (405, {}, "POST")
    assert cors_of(await bare.post("teacher", WHO, origin=PAGE)) == {}
    assert (await bare.post("teacher", WHO)).headers["vary"] == "Accept, Authorization"


async def test_pages_of_other_origins_read_the_endpoint_alone(serve_small: Serve) -> None:
    """Health and the schema are no business of a page of another origin, listed or not."""
    gateway = await serve_small(cast(), origins=[PAGE])
    for path in ("/healthz", "/readyz", "/schema.graphql", "/nowhere"):
        assert cors_of(await gateway.http.get(path, headers={"origin": PAGE})) == {}
        assert cors_of(await preflight(gateway, PAGE, path)) == {}


async def test_every_answer_tells_browsers_to_use_it_for_nothing_else(serve_small: Serve) -> None:
    """Answers, errors, probes, the schema, what is not there and preflights carry the headers of safety."""
    for origins in ([], [PAGE]):
        gateway = await serve_small(cast(), origins=origins)
        answers = [await gateway.post("teacher", body, **headers) for body, headers, _ in REQUESTS.values()]
        answers += [await gateway.post("teacher", WHO, origin=PAGE), await preflight(gateway, PAGE)]
        answers += [
            await gateway.http.get(path) for path in ("/graphql", "/healthz", "/readyz", "/schema.graphql", "/x")
        ]
        for answer in answers:
            assert {name: answer.headers.get(name) for name in SECURITY} == SECURITY
            assert f"{CORS}allow-credentials" not in answer.headers


async def test_a_route_that_breaks_answers_with_them_too(serve_small: Serve) -> None:
    """A fault outside the endpoint is a 500 that says nothing of it and carries the headers of safety."""
    gateway = await serve_small(cast())
    gateway.app.add_route("/broken", lambda _: 1 / 0)
    transport = httpx.ASGITransport(gateway.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        answer = await client.get("/broken")
    assert (answer.status_code, answer.text) == (500, "something went wrong")
    assert {name: answer.headers.get(name) for name in SECURITY} == SECURITY


UNASKED: dict[str, tuple[str | None, bytes]] = {
    "text": ("text/plain", json.dumps(WHO).encode()),
    "text, as a form sends it": ("text/plain;charset=UTF-8", b'{"query":"{ viewer { name } }","x":"=1"}'),
    "a form": ("application/x-www-form-urlencoded", b"query=%7B+viewer+%7B+name+%7D+%7D"),
    "a form of parts": (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{"query":"{ viewer { name } }"}\r\n--b--',
    ),
    "no type": (None, json.dumps(WHO).encode()),
    "an empty type": ("", json.dumps(WHO).encode()),
    "a type of GraphQL": ("application/graphql", b"{ viewer { name } }"),
    "a list of types": ("text/plain, application/json", json.dumps(WHO).encode()),
    "a type with JSON in it": ("text/plain; application/json", json.dumps(WHO).encode()),
}


@pytest.mark.parametrize("kind", UNASKED)
async def test_what_a_page_can_send_unasked_executes_nothing(serve_small: Serve, kind: str) -> None:
    """Forms, plain text and bodies without a type, from whatever page, are refused unread, with a token or without."""
    gateway = await serve_small(cast(), origins=[PAGE])
    content_type, body = UNASKED[kind]
    for origin in ({}, {"origin": PAGE}, {"origin": OTHER}):
        for bearer in ({}, {"authorization": f"Bearer {gateway.token('teacher')}"}):
            headers = {**origin, **bearer} | ({} if content_type is None else {"content-type": content_type})
            answer = await gateway.http.post("/graphql", content=body, headers=headers)
            assert answer.status_code == 415
            assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["BAD_REQUEST"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_url_executes_nothing(serve_small: Serve, method: str) -> None:
    """A GET with a query, or the id of a trusted document, is a 405 with a token or without."""
    gateway = await serve_small(cast(), origins=[PAGE], profile=trusting(WHO["query"]))
    for asked in (WHO, {"documentId": trusting(WHO["query"]).documents[0].id}):
        for bearer in ({}, {"authorization": f"Bearer {gateway.token('teacher')}", "content-type": "application/json"}):
            answer = await gateway.http.request(method, "/graphql", params=asked, headers={**bearer, "origin": PAGE})
            assert (answer.status_code, "Teacher" in answer.text) == (405, False)

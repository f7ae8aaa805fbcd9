"""WebSockets by graphql-transport-ws: the protocol, whoever breaks it, and operations over it as over HTTP."""

import asyncio
import json
from typing import Any

import pytest

from gateway.endings import Ending
from tests.client import REASON, Gateway
from tests.conftest import Serve
from tests.journeys.test_streams import LAST, caseload
from tests.streaming import Closed, Socket, following, happen, request, socket, streamed

MINE = "{ caseload { edges { node { givenNames } } } }"
ANY = {"type": "connection_init"}


async def test_a_query_over_a_socket_is_answered_as_over_http(serve: Serve) -> None:
    """The same data, one `next` and one `complete`, and the same event in the journal."""
    gateway = await serve(caseload())
    over_http = await gateway.ask("teacher", MINE)
    async with socket(gateway) as one:
        assert one.subprotocol == "graphql-transport-ws"
        await one.init(gateway.token("teacher"))
        one.subscribe("a", request("teacher", MINE))
        assert await one.next() == {"id": "a", "type": "next", "payload": {"data": over_http}}
        assert await one.next() == {"id": "a", "type": "complete"}
        one.subscribe("a", request("teacher", "{ viewer { nme } }"))
        message = await one.next()
        assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", "GRAPHQL_VALIDATION_FAILED")
    assert [row.outcome for row in (await gateway.journal())[0]] == ["OK", "OK"]


async def test_a_query_is_answered_as_events_where_nothing_else_is_taken(serve_small: Serve) -> None:
    """Who takes event streams alone gets a query's answer as one; who takes JSON as well gets JSON; errors likewise."""
    gateway = await serve_small(caseload())
    data = await gateway.ask("teacher", MINE)
    async with streamed(gateway, "teacher", request("teacher", MINE)) as events:
        assert [await events.next(), await events.next()] == [("next", {"data": data}), ("complete", None)]
    both = "application/graphql-response+json, text/event-stream"
    async with streamed(gateway, "teacher", request("teacher", MINE), both) as events:
        assert events.headers["content-type"] == "application/graphql-response+json; charset=utf-8"
    async with streamed(gateway, "teacher", {"query": 7}) as events:
        assert (events.status, (await events.next())[1]["errors"][0]["extensions"]["code"]) == (400, "BAD_REQUEST")


async def test_a_subscription_is_not_answered_by_json(serve_small: Serve) -> None:
    """Who takes no stream of events is refused, 406, and nothing is followed."""
    gateway = await serve_small(caseload())
    response = await gateway.post("teacher", request("teacher"), accept="application/graphql-response+json")
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (406, "BAD_REQUEST")
    assert len(gateway.app.state.streams) == 0


def frames(*sent: Any) -> Any:
    async def run(one: Socket, _: Gateway) -> None:
        for each in sent:
            one.say(each)

    return run


def acknowledged(*sent: Any) -> Any:
    async def run(one: Socket, gateway: Gateway) -> None:
        await one.init(gateway.token("teacher"))
        for each in sent:
            one.say(each)

    return run


async def flood(one: Socket, _: Gateway) -> None:
    for _ in range(200):
        one.say({"type": "ping"})


async def twice_the_same(one: Socket, gateway: Gateway) -> None:
    await one.init(gateway.token("teacher"))
    for _ in range(2):
        one.subscribe("one", request("teacher"))


async def two_tokens(one: Socket, gateway: Gateway) -> None:
    tokens = {
        name: f"Bearer {gateway.token(who)}"
        for name, who in (("Authorization", "teacher"), ("authorization", "officer"))
    }
    one.say({**ANY, "payload": tokens})


BROKEN: dict[str, tuple[Any, Ending]] = {
    "no JSON": (frames("{"), Ending.INVALID),
    "no object": (frames("[]"), Ending.INVALID),
    "a number": (frames("7"), Ending.INVALID),
    "JSON 30,000 deep": (frames("[" * 30_000 + "]" * 30_000), Ending.INVALID),
    "bytes": (frames(b"{}"), Ending.INVALID),
    "no type": (frames({}), Ending.INVALID),
    "a type that is none": (frames({"type": "start"}), Ending.INVALID),
    "a type that is no text": (frames({"type": ["ping"]}), Ending.INVALID),
    "a message of a server": (frames({"type": "next", "id": "a", "payload": {}}), Ending.INVALID),
    "a payload that is a list": (frames({"type": "ping", "payload": []}), Ending.INVALID),
    "half a surrogate": (frames('{"type": "ping", "payload": {"a": "\\ud800"}}'), Ending.INVALID),
    "a token that is no text": (frames({**ANY, "payload": {"Authorization": 7}}), Ending.INVALID),
    "extensions that are none": (acknowledged({"type": "subscribe", "id": "a"}), Ending.INVALID),
    "a subscribe without an id": (acknowledged({"type": "subscribe", "payload": {}}), Ending.INVALID),
    "an id of 129 letters": (acknowledged({"type": "subscribe", "id": "a" * 129, "payload": {}}), Ending.INVALID),
    "an id that is empty": (acknowledged({"type": "complete", "id": ""}), Ending.INVALID),
    "a message of 70,000 bytes": (frames(json.dumps({"type": "ping", "payload": {"a": "a" * 70_000}})), Ending.LARGE),
    "the same in two bytes each": (
        frames(json.dumps({"type": "ping", "payload": {"a": "é" * 33_000}}, ensure_ascii=False)),
        Ending.LARGE,
    ),
    "subscribe before init": (
        frames({"type": "subscribe", "id": "a", "payload": {"query": MINE}}),
        Ending.UNACKNOWLEDGED,
    ),
    "no token": (frames(ANY), Ending.FORBIDDEN),
    "a token that is none": (frames({**ANY, "payload": {"Authorization": "Bearer e30.e30.e30"}}), Ending.FORBIDDEN),
    "two tokens": (two_tokens, Ending.FORBIDDEN),
    "a second init": (acknowledged(ANY), Ending.TWICE),
    "an id twice": (twice_the_same, Ending.DOUBLE),
    "200 messages at once": (flood, Ending.FLOOD),
    "no init": (frames(), Ending.UNINITIALISED),
    "pings and no init": (frames({"type": "ping"}), Ending.UNINITIALISED),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_whoever_breaks_the_protocol_is_closed_with_its_code(serve_small: Serve, name: str) -> None:
    """The socket is closed with the code that says what was wrong; nothing of it is left open."""
    gateway = await serve_small(caseload(), socket_init_seconds=0.3)
    sent, ending = BROKEN[name]
    async with socket(gateway) as one:
        await sent(one, gateway)
        assert await one.closed() == ending.code
    assert len(gateway.app.state.streams) == 0


async def test_another_subprotocol_is_closed(serve_small: Serve) -> None:
    """Who offers the older protocol, or none, is accepted and closed with 4406, as the protocol says."""
    gateway = await serve_small(caseload())
    for protocols in ((), ("graphql-ws",)):
        async with socket(gateway, protocols=protocols) as one:
            assert (one.subprotocol, await one.closed()) == (None, Ending.SUBPROTOCOL.code)


@pytest.mark.parametrize(
    ("origin", "opens"),
    [
        (None, True),
        ("https://app.example", True),
        ("http://gateway", True),
        ("https://evil.example", False),
        ("null", False),
        ("https://app.example.evil.example", False),
    ],
)
async def test_pages_of_other_origins_open_no_socket(serve_small: Serve, origin: str | None, opens: bool) -> None:
    """Pages that are listed and pages of the gateway's own open a socket; others get 403 in place of a handshake."""
    gateway = await serve_small(caseload(), origins=["https://app.example"])
    async with socket(gateway, **({} if origin is None else {"origin": origin})) as one:
        if opens:
            assert (await one.init(gateway.token("teacher")))["type"] == "connection_ack"
        else:
            assert one.refused["status"] == 403


async def test_more_than_may_be_open_are_refused(serve_small: Serve) -> None:
    """The third socket of two gets 503 and when to come again; a second stream of one account gets an error."""
    gateway = await serve_small(caseload(), streams_limit=2, streams_per_account=1)
    async with following(gateway, "teacher") as one, socket(gateway) as two:
        async with socket(gateway) as three:
            refused = three.refused
            assert (refused["status"], dict(refused["headers"])[b"retry-after"]) == (503, b"5")
        async with streamed(gateway, "officer") as events:
            assert (events.status, events.headers["retry-after"]) == (503, "5")
        await two.init(gateway.token("teacher"))
        two.subscribe("a", request("teacher"))
        assert (await two.next())["payload"][0]["extensions"] == {
            "code": "LIMIT_EXCEEDED",
            "limit": "streams",
            "maximum": 1,
        }
        one.subscribe("two", request("teacher"))
        assert (await one.next())["payload"][0]["extensions"]["limit"] == "streams"


async def test_a_socket_has_so_many_operations_under_way(serve_small: Serve) -> None:
    """One more gets an error under its id, and all others go on."""
    gateway = await serve_small(caseload(), operations_per_socket=1)
    async with following(gateway, "teacher") as one:
        one.subscribe("two", request("teacher", MINE))
        message = await one.next()
        assert (message["id"], message["type"]) == ("two", "error")
        assert message["payload"][0]["extensions"] == {"code": "LIMIT_EXCEEDED", "limit": "operations", "maximum": 1}
        await happen(gateway, LAST)
        await one.event()


async def test_what_is_completed_is_told_no_more(serve_small: Serve) -> None:
    """After `complete` nothing comes under an id, which may be used again; an unknown id is overlooked."""
    gateway = await serve_small(caseload())
    async with following(gateway, "teacher") as one:
        for name in ("one", "unknown"):
            one.say({"type": "complete", "id": name})
        await one.settled()
        await happen(gateway, LAST)
        one.subscribe("one", request("teacher"))
        await one.settled()
        await happen(gateway, LAST)
        assert (await one.event())["child"]["givenNames"] == "Anna"
        await one.settled()


async def test_a_socket_may_bring_its_token_in_the_handshake(serve_small: Serve) -> None:
    """Clients that can set headers do; a token in both places must be one and the same."""
    gateway = await serve_small(caseload())
    token = gateway.token("teacher")
    for payload in (None, token):
        async with socket(gateway, authorization=f"Bearer {token}") as one:
            assert (await one.init(payload))["type"] == "connection_ack"
    async with socket(gateway, authorization=f"Bearer {gateway.token('officer')}") as one:
        with pytest.raises(Closed) as closed:
            await one.init(token)
        assert closed.value.code == Ending.FORBIDDEN.code


async def test_a_deed_over_a_socket_is_done_once(serve: Serve) -> None:
    """A mutation over a socket is done and answered as over HTTP, and its key is its own."""
    gateway = await serve(caseload())
    query = 'mutation { acceptAgreement(input: {clientMutationId: "k", version: "2026-1"}) { problems { code } viewer { name } } }'
    async with socket(gateway) as one:
        await one.init(
            gateway.token("teacher"), extensions={"access": {"purpose": "COORDINATE_CARE", "reason": REASON}}
        )
        for name in ("a", "b"):
            one.subscribe(name, {"query": query})
            answer = (await one.next())["payload"]["data"]["acceptAgreement"]
            assert answer == {"problems": [], "viewer": {"name": "Teacher"}}
            assert (await one.next())["type"] == "complete"
    assert len([row for row in (await gateway.journal())[0] if row.deed]) == 1


async def test_a_client_that_is_gone_leaves_nothing(serve_small: Serve) -> None:
    """Sockets and event streams whose clients are gone are forgotten, and so are their streams."""
    gateway = await serve_small(caseload())
    async with following(gateway, "teacher"), streamed(gateway, "officer"):
        assert len(gateway.app.state.streams) == 2
    streams = gateway.app.state.streams
    assert (len(streams), streams.hub.open) == (0, 0)
    await asyncio.sleep(0)

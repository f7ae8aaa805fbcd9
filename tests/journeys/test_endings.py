"""How streams end: each for its reason, with its code, and nothing after it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from gateway.endings import Ending
from resolvers.store import tables as t
from tests.client import Gateway
from tests.conftest import Serve
from tests.journeys.test_streams import LAST, caseload
from tests.streaming import following, happen, socket, streamed
from tests.world import NOW, TODAY, id_of


async def token_runs_out(gateway: Gateway) -> None:
    gateway.clock.now += timedelta(hours=13)
    gateway.app.state.streams.look()


def account(**values: Any) -> Any:
    async def lapses(gateway: Gateway) -> None:
        async with gateway.database() as connection:
            mine = update(t.Account).where(t.Account.id == id_of("account", "teacher"))
            await connection.execute(mine.values(**values))
        await gateway.app.state.streams.hub.look()

    return lapses


async def process_stops(gateway: Gateway) -> None:
    gateway.app.state.streams.drain()


ENDS: dict[str, tuple[Any, Ending, str]] = {
    "the token runs out": (token_runs_out, Ending.TOKEN, "UNAUTHENTICATED"),
    "the account is suspended": (account(suspended_at=NOW), Ending.LAPSED, "FORBIDDEN"),
    "the vetting runs out": (account(vetted_until=TODAY - timedelta(days=1)), Ending.LAPSED, "FORBIDDEN"),
    "the role is another one": (account(role="AUDITOR"), Ending.LAPSED, "FORBIDDEN"),
    "the process stops": (process_stops, Ending.RESTART, "UNAVAILABLE"),
}


@pytest.mark.parametrize("name", ENDS)
async def test_r28_r34_a_stream_ends_when_its_right_ends(serve: Serve, name: str) -> None:
    """Token, account and process each end it: a socket by its close code, an event stream by a last error."""
    gateway = await serve(caseload())
    happens, ending, code = ENDS[name]
    async with following(gateway, "teacher") as one, streamed(gateway, "teacher") as events:
        await happens(gateway)
        assert await one.closed() == ending.code
        kind, data = await events.next()
        assert (kind, data["errors"][0]["extensions"]) == ("next", {"code": code, "closeCode": ending.code})
        assert [await events.next(), await events.next()] == [("complete", None), None]
    assert len(gateway.app.state.streams) == 0


async def test_r28_a_suspension_ends_streams_without_being_looked_for(serve: Serve) -> None:
    """Nobody but the gateway looks: a suspended account's stream is closed all the same, others stay open."""
    gateway = await serve(caseload())
    async with following(gateway, "teacher") as one, following(gateway, "officer") as other:
        async with gateway.database() as connection:
            mine = update(t.Account).where(t.Account.id == id_of("account", "teacher"))
            await connection.execute(mine.values(suspended_at=NOW))
        assert await one.closed() == Ending.LAPSED.code
        await happen(gateway, LAST)
        assert (await other.event())["child"]["givenNames"] == "Anna"


async def test_r28_an_event_asks_for_the_account_itself(serve: Serve) -> None:
    """A change on the heels of a suspension is told to nobody: the event's own reading finds it, and ends the stream."""
    gateway = await serve(caseload())
    async with following(gateway, "teacher") as one:
        async with gateway.database() as connection:
            mine = update(t.Account).where(t.Account.id == id_of("account", "teacher"))
            await connection.execute(mine.values(suspended_at=NOW))
        await happen(gateway, LAST)
        assert await one.closed() == Ending.LAPSED.code
    _, subjects = await gateway.journal()
    assert subjects == []


async def test_an_idle_socket_ends_with_its_token(serve_small: Serve) -> None:
    """A socket on which nothing is asked is closed when its token has run out."""
    gateway = await serve_small(caseload())
    async with socket(gateway) as one:
        await one.init(gateway.token("teacher"))
        await token_runs_out(gateway)
        assert await one.closed() == Ending.TOKEN.code


async def test_a_process_that_stops_opens_nothing(serve_small: Serve) -> None:
    """Once it is told to stop, new sockets and streams are refused and told when to come again."""
    gateway = await serve_small(caseload())
    gateway.app.state.streams.drain()
    async with socket(gateway) as one:
        assert one.refused["status"] == 503
    async with streamed(gateway, "teacher") as events:
        assert events.status == 503


async def test_endings_are_counted_and_logged_without_a_name(serve_small: Serve) -> None:
    """Metrics tell how many streams are open and over, why, and how many events were told; no label names anybody."""
    gateway = await serve_small(caseload(), metrics_port=0)
    async with following(gateway, "teacher") as one:
        await happen(gateway, LAST)
        await one.event()
        assert 'gateway_streams_open{transport="websocket"} 1.0' in gateway.metrics()
    told = gateway.metrics()
    assert 'gateway_streams_open{transport="websocket"} 0.0' in told
    assert 'gateway_stream_events_total{transport="websocket"} 1.0' in told
    assert 'gateway_streams_ended_total{transport="websocket",why="CLIENT"} 1.0' in told
    assert "teacher" not in told

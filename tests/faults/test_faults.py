"""What clients are answered while the database is gone, frozen, locked or full, and that it is right afterwards."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from resolvers.ids import Kind, write_id
from resolvers.store.engine import database_url, make_engine
from tests.client import Gateway
from tests.faults.postgres import Postgres
from tests.queries import CHILD
from tests.refusing import refuse, take_again
from tests.world import id_of, number_of

NUMBER = number_of("anna")
SECONDS = 30
"""After how many seconds a test has found that something waits for ever; nothing here is to take as many."""

Ask = Callable[[], Awaitable[httpx.Response]]


def asking(gateway: Gateway, purpose: str = "COORDINATE_CARE") -> Ask:
    return lambda: gateway.raw("teacher", CHILD, purpose=purpose, number=NUMBER)


async def settled(ask: Ask) -> dict[str, Any]:
    """Ask until there is an answer, and return it: a client that tries again is answered by the same process."""
    async with asyncio.timeout(SECONDS):
        response = await ask()
        while response.status_code in {503, 504}:
            response = await ask()
    answer: dict[str, Any] = response.json()
    return answer


async def codes(ask: Ask, times: int = 1) -> set[str]:
    """Ask so often at once, and return the codes of all that are refused; no answer says anything else."""
    async with asyncio.timeout(SECONDS):
        responses = await asyncio.gather(*(ask() for _ in range(times)))
    answers = [response.json() for response in responses]
    assert all(set(answer) == {"errors"} for answer in answers), "a refusal has no data"
    assert all(response.headers["retry-after"] for response in responses if response.status_code == 503)
    return {error["extensions"]["code"] for answer in answers for error in answer["errors"]}


@asynccontextmanager
async def other(server: Postgres) -> AsyncIterator[AsyncConnection]:
    """Give a connection of the test's own."""
    engine = make_engine(database_url(server.url))
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()


async def test_a_server_that_is_gone_and_comes_back(server: Postgres, gateway: Gateway) -> None:
    """While it is gone everything is UNAVAILABLE and not ready; afterwards the same process answers as before."""
    expected = await settled(asking(gateway))
    await server.stop()
    try:
        assert await codes(asking(gateway), times=20) == {"UNAVAILABLE"}
        assert (await gateway.http.get("/readyz")).status_code == 503
        assert (await gateway.http.get("/healthz")).status_code == 200
    finally:
        await server.start()
    assert await settled(asking(gateway)) == expected


async def test_a_server_that_is_frozen_and_thaws(server: Postgres, gateway: Gateway) -> None:
    """One that says nothing any more is waited for no longer than the deadline, by requests and by readiness."""
    expected = await settled(asking(gateway))
    server.freeze()
    try:
        assert await codes(asking(gateway), times=20) <= {"UNAVAILABLE", "TIMEOUT"}
        async with asyncio.timeout(SECONDS):
            assert (await gateway.http.get("/readyz")).status_code == 503
    finally:
        server.thaw()
    assert await settled(asking(gateway)) == expected


async def test_a_server_that_freezes_while_answers_are_made(server: Postgres, gateway: Gateway) -> None:
    """Whatever was under way is refused or answered whole, and the journal has an event for every answer."""
    expected = await settled(asking(gateway))
    before = await events(server)
    tasks = [asyncio.create_task(asking(gateway)()) for _ in range(40)]
    await asyncio.sleep(0.03)
    server.freeze()
    try:
        async with asyncio.timeout(SECONDS):
            responses = await asyncio.gather(*tasks)
    finally:
        server.thaw()
    answered = [response.json() for response in responses if response.status_code == 200]
    assert all(answer == expected for answer in answered)
    await settled(asking(gateway))
    assert await events(server) - before >= len(answered) + 1


async def test_a_restart_while_answers_are_made(server: Postgres, gateway: Gateway) -> None:
    """No answer is wrong, none is without its event, and no stale connection costs a request anything afterwards."""
    expected = await settled(asking(gateway))
    before = await events(server)
    tasks = [asyncio.create_task(asking(gateway)()) for _ in range(40)]
    await asyncio.sleep(0.03)
    await server.stop()
    responses = await asyncio.gather(*tasks)
    await server.start()
    answered = [response.json() for response in responses if response.status_code == 200]
    assert all(answer == expected for answer in answered)
    assert {response.status_code for response in responses} <= {200, 503}
    assert (await asking(gateway)()).json() == expected, "the first request after a restart is answered"
    assert await events(server) - before >= len(answered) + 1


async def test_an_answer_that_takes_too_long_is_given_up_and_its_statement_ended(
    server: Postgres, gateway: Gateway
) -> None:
    """A statement that waits for a lock is over in the database too, and the event says that it took too long."""
    await settled(asking(gateway))
    async with other(server) as connection:
        await connection.execute(text("LOCK TABLE child IN ACCESS EXCLUSIVE MODE"))
        assert await codes(asking(gateway)) <= {"TIMEOUT", "UNAVAILABLE"}
        assert await idle(connection)
        await connection.rollback()
    assert "errors" not in await settled(asking(gateway))


async def test_more_requests_than_connections_wait_no_longer_than_others(server: Postgres, gateway: Gateway) -> None:
    """Where every connection waits for a lock, those who wait for a connection are refused as well, in time."""
    expected = await settled(asking(gateway))
    async with other(server) as connection:
        await connection.execute(text("LOCK TABLE child_reach IN ACCESS EXCLUSIVE MODE"))
        ways = [asking(gateway), lambda: gateway.raw("officer", CHILD, purpose="CHILD_PROTECTION", number=NUMBER)]
        found = await asyncio.gather(*(codes(ask, times=30) for ask in ways))
        assert set.union(*found) <= {"TIMEOUT", "UNAVAILABLE"}
        await connection.rollback()
    assert await settled(asking(gateway)) == expected


async def test_a_journal_that_cannot_be_written_lets_nothing_out(server: Postgres, gateway: Gateway) -> None:
    """A full disk, told by the rows that it does not take, refuses every answer, and none that follow."""
    expected = await settled(asking(gateway))
    async with other(server) as connection:
        await refuse(connection, "access_event")
        await connection.commit()
        assert await codes(asking(gateway), times=5) <= {"UNAVAILABLE", "INTERNAL"}
        await take_again(connection, "access_event")
        await connection.execute(text("DROP FUNCTION broken"))
        await connection.commit()
    assert await settled(asking(gateway)) == expected


CONTACT = {"childId": write_id(Kind.CHILD, id_of("child", "anna")), "message": "Please ring me about a visit"}


async def contact(gateway: Gateway) -> httpx.Response:
    return await gateway.deed("teacher", "requestContact", CONTACT)


@pytest.mark.parametrize("table", ["account", "child", "shield", "task", "access_event"])
async def test_a_deed_that_waits_too_long_is_not_done(server: Postgres, gateway: Gateway, table: str) -> None:
    """Behind a lock of whatever it needs a deed is refused in time, leaves nothing, and is done when it is asked again."""
    await settled(asking(gateway))
    before = await requests(server)
    async with other(server) as connection:
        await connection.execute(text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
        refused = await asyncio.gather(*(contact(gateway) for _ in range(3)))
        assert {response.status_code for response in refused} <= {503, 504}
        await connection.rollback()
    assert await settled(asking(gateway))
    assert await unclean(server) == 0, "no connection is left in a transaction that nobody ends"
    assert await requests(server) == before
    done = await settled(lambda: contact(gateway))
    assert done["data"]["requestContact"]["problems"] == []
    assert await requests(server) == before + 1


async def test_a_deed_that_was_given_up_costs_no_event_of_what_follows(server: Postgres, gateway: Gateway) -> None:
    """Its connection goes to nobody unclean: whatever is answered afterwards has its event, on new connections too."""
    expected = await settled(asking(gateway))
    async with other(server) as connection:
        await connection.execute(text("LOCK TABLE shield IN ACCESS EXCLUSIVE MODE"))
        given_up = [asyncio.create_task(contact(gateway)) for _ in range(2)]
        await asyncio.gather(*given_up)
        await connection.rollback()
        await connection.execute(text(_END_OTHERS))
        await connection.rollback()
    await settled(asking(gateway))
    before = await events(server)
    answers = [await asking(gateway)() for _ in range(5)]
    assert [answer.json() for answer in answers] == [expected] * 5
    assert await events(server) == before + 5


async def test_what_was_given_up_leaves_one_event(server: Postgres, gateway: Gateway) -> None:
    """However late it was, one request is one event, and what it looked at is in it."""
    await settled(asking(gateway))
    before = await events(server)
    async with other(server) as connection:
        await connection.execute(text("LOCK TABLE child_reach IN ACCESS EXCLUSIVE MODE"))
        assert await codes(asking(gateway)) <= {"TIMEOUT", "UNAVAILABLE"}
        await connection.rollback()
    assert await events(server) == before + 1


async def test_to_ask_for_a_hidden_record_waits_for_nobody(server: Postgres, gateway: Gateway) -> None:
    """While somebody changes a record that a viewer may not know of, a deed on it says what it says of none."""
    await settled(asking(gateway))
    hidden = CONTACT | {"childId": write_id(Kind.CHILD, id_of("child", "bea"))}
    async with other(server) as connection:
        await connection.execute(text("SELECT 1 FROM child WHERE id = :id FOR UPDATE"), {"id": id_of("child", "bea")})
        async with asyncio.timeout(SECONDS):
            response = await gateway.deed("teacher", "requestContact", hidden)
        await connection.rollback()
    assert [each["code"] for each in response.json()["data"]["requestContact"]["problems"]] == ["NOT_FOUND"]


async def requests(server: Postgres) -> int:
    """Return how many requests for contact there are."""
    async with other(server) as connection:
        found: int = (await connection.execute(text("SELECT count(*) FROM broker_request"))).scalar_one()
        return found


async def unclean(server: Postgres) -> int:
    """Return how many connections are left in a transaction that has read or written something."""
    async with other(server) as connection:
        found = await connection.execute(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' "
                "AND (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL OR state LIKE '%aborted%')"
            )
        )
        number: int = found.scalar_one()
        return number


async def events(server: Postgres) -> int:
    """Return how many events the journal has."""
    async with other(server) as connection:
        found: int = (await connection.execute(text("SELECT count(*) FROM access_event"))).scalar_one()
        return found


_END_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
    "AND backend_type = 'client backend'"
)
_BUSY = text(
    "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() AND backend_type = "
    "'client backend'"
)


async def idle(connection: AsyncConnection) -> bool:
    """Return once no other connection's statement runs."""
    async with asyncio.timeout(SECONDS):
        busy = True
        while busy:
            await connection.execute(text("SELECT pg_stat_clear_snapshot()"))
            busy = (await connection.execute(_BUSY)).scalar_one() > 0
    return not busy

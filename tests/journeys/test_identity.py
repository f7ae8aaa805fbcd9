"""Who is asking, from the header to the journal: tokens of a real issuer over HTTP, rotated, away, and suspended."""

import asyncio
from typing import Any

import httpx
from sqlalchemy import update

from gateway.keysource import Pace
from resolvers.store import tables as t
from tests.cast import cast, full_child
from tests.client import REASON, Gateway
from tests.conftest import Serve
from tests.issuer import Seconds, at_address, new_key, token, trusting, until
from tests.queries import CASELOAD, CHILD
from tests.world import NOW, id_of, number_of

OLD, NEW = new_key("old"), new_key("new")
STATED = {"access": {"purpose": "COORDINATE_CARE", "reason": REASON}}


async def ask(gateway: Gateway, told: str, query: str = "{ viewer { name } }", **variables: Any) -> tuple[int, str]:
    """Ask with this token; return the status, and the code of what is wrong."""
    body = {"query": query, "variables": variables, "extensions": STATED}
    accept = "application/graphql-response+json"
    response = await gateway.post("teacher", body, accept=accept, authorization=f"Bearer {told}")
    errors = response.json().get("errors", [{"extensions": {"code": ""}}])
    return response.status_code, errors[0]["extensions"]["code"]


async def test_keys_are_rotated_under_way(serve_small: Serve) -> None:
    """The first request with a new key is answered, one with a withdrawn key is not, and the journal has who asked."""
    async with at_address(OLD) as idp:
        gateway = await serve_small(cast(), issuers=[trusting(idp, Pace(cooldown=0))])
        assert await ask(gateway, token(OLD), CASELOAD) == (200, "")
        idp.keys = (NEW,)
        assert await ask(gateway, token(NEW, act={"sub": "clerk", "act": {"sub": "desk"}}), CASELOAD) == (200, "")
        assert await ask(gateway, token(OLD), CASELOAD) == (401, "UNAUTHENTICATED")
    events, _ = await gateway.journal()
    teacher = id_of("account", "teacher")
    assert [(event.account_id, event.on_behalf_of) for event in events] == [(teacher, None), (teacher, "clerk")]


async def test_a_suspended_or_unknown_account_gains_nothing_by_its_token(serve_small: Serve) -> None:
    """A token that is still valid opens nothing to an account that is suspended, or to a subject that has none."""
    world = cast()
    full_child(world, "anna")
    async with at_address(OLD) as idp:
        gateway = await serve_small(world, issuers=[trusting(idp)])
        told, number = token(OLD), number_of("anna")
        assert await ask(gateway, told, CHILD, number=number) == (200, "")
        async with gateway.database() as connection:
            mine = update(t.Account).where(t.Account.id == id_of("account", "teacher"))
            await connection.execute(mine.values(suspended_at=NOW))
        assert await ask(gateway, told, CHILD, number=number) == (403, "FORBIDDEN")
        assert await ask(gateway, token(OLD, sub="nobody"), CHILD, number=number) == (401, "UNAUTHENTICATED")


async def test_one_header_names_who_asks(serve_small: Serve) -> None:
    """Two `Authorization` headers are refused though both are good; the scheme may be written in small letters."""
    gateway = await serve_small(cast())
    good = f"Bearer {gateway.token('teacher')}"
    body = {"query": "{ viewer { name } }"}
    twice = httpx.Headers([("authorization", good), ("authorization", good)])
    assert (await gateway.http.post("/graphql", json=body, headers=twice)).status_code == 401
    assert (await gateway.post(None, body, authorization=good.replace("Bearer", "bearer"))).status_code == 200
    refused = await gateway.post(None, body)
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, 'Bearer realm="directory"')


async def test_an_issuer_that_is_away_at_the_start_keeps_nobody_else_from_being_served(serve_small: Serve) -> None:
    """Its tokens are UNAVAILABLE and `/readyz` says why, others are answered; once it is there, all is well by itself."""
    async with at_address(OLD) as idp:
        await idp.stop()
        often = Pace(period=0.02, shortest=0.01, cooldown=0.01)
        gateway = await serve_small(cast(), issuers=[trusting(idp, often)])
        assert await ask(gateway, token(OLD)) == (503, "UNAVAILABLE")
        assert await ask(gateway, gateway.token("teacher")) == (200, "")
        ready = await gateway.http.get("/readyz")
        sentence = "the keys of an issuer of tokens have not been got: the log says which, and why"
        assert (ready.status_code, ready.json()["faults"]) == (503, [sentence])
        await idp.start()

        async def is_ready() -> bool:
            return (await gateway.http.get("/readyz")).status_code == 200

        await until(is_ready)
        assert await ask(gateway, token(OLD)) == (200, "")


async def test_nobody_waits_for_an_issuer_but_those_who_need_it(serve_small: Serve) -> None:
    """While a slow issuer is asked for one token's key, other tokens of it, and of others, are answered."""
    async with at_address(OLD) as idp:
        gateway = await serve_small(cast(), issuers=[trusting(idp, Pace(cooldown=0), Seconds())])
        assert await ask(gateway, token(OLD)) == (200, "")
        idp.open.clear()
        before = idp.asked
        waiting = asyncio.create_task(ask(gateway, token(NEW)))
        await until(lambda: idp.asked > before)
        assert await ask(gateway, token(OLD, jti="another")) == (200, "")
        assert await ask(gateway, gateway.token("officer")) == (200, "")
        assert not waiting.done()
        idp.open.set()
        assert await waiting == (401, "UNAUTHENTICATED")

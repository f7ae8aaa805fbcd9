"""A client of the gateway under test: the real ASGI application on a real database, the tests' own clock."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
from opentelemetry.sdk.trace.export import SpanExporter
from prometheus_client import generate_latest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from starlette.applications import Starlette

from authz.words import Role
from gateway.app import create_app
from gateway.demo import DemoKeys
from gateway.personas import Personas, Shown
from gateway.settings import Settings
from gateway.tokens import Issuer
from gateway.trusted import Profile
from resolvers.budget import Budget
from resolvers.feeder import Feeder
from resolvers.secret_keys import SecretKeys
from resolvers.store import tables as t
from resolvers.store.engine import database_url, make_engine
from tests import observing
from tests.watch import WATCH, WatchedSpans
from tests.world import NOW

REASON = "Planning support with the family"


def unlimited(engine: AsyncEngine) -> Budget:
    """Return a budget that no role can use up."""
    return Budget(engine, SecretKeys(b"key"), dict.fromkeys(Role))


async def look_through(response: httpx.Response) -> None:
    """Have an answer looked through for what nobody may see (R31): its bytes and its headers.

    The request's id is put aside: it is random, and all else of two answers that are alike is the same.
    """
    WATCH.answer(await response.aread(), *(part for pair in response.headers.raw for part in pair))
    if response.request.url.path == "/graphql" and response.request.method == "POST":
        response.extensions["request"] = response.headers.pop("x-request-id")
        assert re.fullmatch("[0-9a-f]{32}", response.extensions["request"])


@dataclass
class Clock:
    """A clock that stands until a test moves it."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


class Gateway:
    """The application on one database, and ways to ask it as any account."""

    def __init__(self, app: Starlette, keys: DemoKeys, url: str, clock: Clock) -> None:
        self.app, self.keys, self.url, self.clock = app, keys, url, clock
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://gateway", event_hooks={"response": [look_through]}
        )

    def token(self, account: str, role: Role = Role.PRACTITIONER) -> str:
        return self.keys.token(account, role, self.clock.now)

    async def post(self, account: str | None, body: Any, **headers: str) -> httpx.Response:
        """Send `body` as it is, JSON or bytes, as `account`."""
        sent = {"content-type": "application/json", **headers}
        if account is not None and "authorization" not in sent:
            sent["authorization"] = f"Bearer {self.token(account)}"
        kind = {"content": body} if isinstance(body, bytes) else {"json": body}
        return await self.http.post("/graphql", headers=sent, **kind)

    async def raw(
        self, account: str, query: str, *, purpose: str | None, reason: str | None = REASON, **variables: Any
    ) -> httpx.Response:
        """Ask `query` as `account`, stating `purpose` and `reason` in the body."""
        access = {"access": {"purpose": purpose, "reason": reason}} if purpose else {}
        body = {"query": query, "variables": variables, "extensions": access}
        return await self.post(account, body, accept="application/graphql-response+json")

    async def ask(self, account: str, query: str, *, purpose: str = "COORDINATE_CARE", **variables: Any) -> Any:
        """Ask and return the data; an answer with errors fails the test."""
        response = await self.raw(account, query, purpose=purpose, **variables)
        answer = response.json()
        assert "errors" not in answer, answer
        return answer["data"]

    async def do(
        self,
        account: str,
        deed: str,
        given: dict[str, Any],
        shown: str = "",
        *,
        purpose: str | None = "COORDINATE_CARE",
        key: str | None = None,
    ) -> Any:
        """Do one deed and return its payload; `key` is the header for asking again."""
        response = await self.deed(account, deed, given, shown, purpose=purpose, key=key)
        answer = response.json()
        assert "errors" not in answer, answer
        return answer["data"][deed]

    async def deed(
        self,
        account: str,
        deed: str,
        given: dict[str, Any],
        shown: str = "",
        *,
        purpose: str | None = "COORDINATE_CARE",
        key: str | None = None,
    ) -> httpx.Response:
        """Send one deed, whose payload shows its problems and `shown`."""
        kind = f"{deed[0].upper()}{deed[1:]}Input"
        fields = f"clientMutationId problems {{ code field message }} {shown}"
        query = f"mutation($given: {kind}!) {{ {deed}(input: $given) {{ {fields} }} }}"
        access = {"access": {"purpose": purpose, "reason": REASON}} if purpose else {}
        body = {"query": query, "variables": {"given": given}, "extensions": access}
        headers = {"accept": "application/graphql-response+json"} | ({"idempotency-key": key} if key else {})
        return await self.post(account, body, **headers)

    async def meet(self, account: str, purpose: str) -> None:
        """Have the process know `account`, as it does from an account's second request on."""
        await self.raw(account, '{ child(id: "") { id } }', purpose=purpose)

    async def codes(
        self, account: str, query: str, *, purpose: str | None = "COORDINATE_CARE", **variables: Any
    ) -> Any:
        """Ask and return status and error codes; an answer with data fails the test."""
        response = await self.raw(account, query, purpose=purpose, **variables)
        answer = response.json()
        assert not answer.get("data"), answer
        return response.status_code, [error["extensions"]["code"] for error in answer["errors"]]

    def metrics(self) -> str:
        """Return what a scrape is answered now; `metrics_port` must be set for there to be anything."""
        self.app.state.sampler.sample()
        told = generate_latest(self.app.state.metrics).decode()
        WATCH.told("the metrics", told)
        return told

    async def watched(self) -> None:
        """Return once the alerts of all that was asked are raised."""
        await self.app.state.journal.watch.drain()

    async def fed(self) -> None:
        """Return once all that has been fed is processed, as far as it is due."""
        await self.app.state.feeder.drain()

    @asynccontextmanager
    async def database(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection of the test's own, in a transaction that is committed; alerts are raised before."""
        await self.watched()
        engine = make_engine(database_url(self.url))
        try:
            async with engine.begin() as connection:
                yield connection
        finally:
            await engine.dispose()

    async def journal(self) -> tuple[list[Any], list[Any]]:
        """Return all events and all subjects of the journal."""
        async with self.database() as connection:
            events = (await connection.execute(select(t.AccessEvent).order_by(t.AccessEvent.at))).all()
            subjects = (await connection.execute(select(t.AccessSubject))).all()
        return list(events), list(subjects)


async def _looked_for_leftovers(feeder: Feeder) -> None:
    """Return once the gateway has looked for entries of before, so that no statement of that comes among others."""
    first = feeder.left
    with suppress(TimeoutError):
        async with asyncio.timeout(2):
            while feeder.left is first:  # noqa: ASYNC110  # the gateway has nothing that says so
                await asyncio.sleep(0.002)


@asynccontextmanager
async def gateway_on(
    url: str,
    folder: Path,
    *,
    now: datetime = NOW,
    new_id: Callable[[], UUID] = uuid4,
    feed_id: Callable[[], UUID] = uuid4,
    issuers: Sequence[Issuer] = (),
    profile: Profile | None = None,
    secret: SecretKeys | None = None,
    demo: bool = False,
    spans: SpanExporter | None = None,
    **settings: Any,
) -> AsyncIterator[Gateway]:
    """Serve the database at `url`, with the keys kept in `folder`, and for the tokens of `issuers` too.

    There is no budget unless `settings` give one, every client may ask what it likes unless `profile` says otherwise,
    the secret is the one that is kept unless it is given, `demo` gives the personas away, and traces go to `spans` and have all left at the end.
    """
    keys, clock = DemoKeys.at(folder), Clock(now)
    app = create_app(
        Settings(database_url=url, **{"records_per_hour": None, **settings}),
        [keys.issuer, *issuers],
        keys.secret if secret is None else secret,
        clock=clock,
        new_id=new_id,
        feed_id=feed_id,
        profile=profile,
        personas=Personas(keys, {"teacher": Shown("Tess", Role.PRACTITIONER, "Teaches.")}, {}) if demo else None,
        spans=spans and WatchedSpans(WATCH, spans),
    )
    feeder, pause = app.state.feeder, app.state.feeder.pause
    feeder.pause = lambda: 0.0
    async with app.router.lifespan_context(app):
        await _looked_for_leftovers(feeder)
        feeder.pause = pause
        gateway = Gateway(app, keys, url, clock)
        yield gateway
        await gateway.http.aclose()


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the SELECT texts of operations' reading; what the journal and the budget run is left out."""
    seen: list[str] = []
    with observing.read(seen.append):
        yield seen

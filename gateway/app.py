"""The composition root: everything that the gateway is made of is put together here and nowhere else."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from gateway.endpoint import Endpoint
from gateway.health import ready
from gateway.keys import derive
from gateway.operations import Operations
from gateway.settings import Settings
from gateway.tokens import Issuer
from resolvers.budget import Budget
from resolvers.clock import system_clock
from resolvers.store.engine import database_url, make_engine
from resolvers.store.journal import Journal
from schema.build import build_schema, sdl


def create_app(
    settings: Settings,
    issuers: Sequence[Issuer],
    secret: bytes,
    clock: Callable[[], datetime] = system_clock,
) -> Starlette:
    """Return the gateway as an ASGI application.

    From `secret` come the keys of cursors and of the journal's hashes. Raises ValueError, before anything is
    served, for a schema or a policy that is not sound, and for a database that is neither SQLite nor PostgreSQL.
    """
    build_schema()
    keys = derive(secret)
    url = database_url(settings.database)
    reading, writing = make_engine(url, reading=True), make_engine(url)
    operations = Operations(
        reading=reading,
        journal=Journal(writing, keys.journal),
        budget=Budget(writing, keys.budget, settings.budgets),
        clock=clock,
        cursors=keys.cursors,
    )
    endpoint = Endpoint(settings, issuers, clock, operations)

    async def graphql(request: Request) -> Response:
        return await endpoint(request)

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("alive")

    async def readyz(_: Request) -> Response:
        faults = await ready(reading, writing)
        return JSONResponse({"ready": not faults, "faults": faults}, 503 if faults else 200)

    async def schema(_: Request) -> Response:
        return PlainTextResponse(sdl())

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await reading.dispose()
        await writing.dispose()

    routes = [
        Route("/graphql", graphql, methods=["POST"]),
        Route("/schema.graphql", schema, methods=["GET"]),
        Route("/healthz", healthz, methods=["GET"]),
        Route("/readyz", readyz, methods=["GET"]),
    ]
    return Starlette(routes=routes, lifespan=lifespan)

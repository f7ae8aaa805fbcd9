"""Alive and ready: what an operator's probes ask for."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from resolvers.store.readiness import not_ready


@dataclass(frozen=True, slots=True)
class Health:
    """`GET /healthz` and `GET /readyz` of one worker."""

    reading: AsyncEngine
    writing: AsyncEngine

    async def alive(self, _: Request) -> Response:
        """Answer at all: the process is up, whatever it needs is not asked."""
        return PlainTextResponse("alive")

    async def ready(self, _: Request) -> Response:
        """Answer 200 when the directory can be read and the journal written, else 503 with what is missing."""
        faults = await not_ready(self.reading, self.writing)
        return JSONResponse({"ready": not faults, "faults": faults}, 503 if faults else 200)

"""Alive and ready: what an operator's probes ask for."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from gateway.tokens import Issuer
from resolvers.store.readiness import not_ready
from resolvers.store.watch import Watch

FRESH = 1.0
"""For how many seconds one look at the database answers every probe: anybody may ask, and a look takes connections."""


@dataclass(slots=True)
class Health:
    """`GET /healthz` and `GET /readyz` of one worker."""

    reading: AsyncEngine
    writing: AsyncEngine
    watch: Watch
    issuers: Sequence[Issuer]
    _faults: list[str] = field(default_factory=list)
    _until: float = 0.0
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def alive(self, _: Request) -> Response:
        """Answer at all: the process is up, whatever it needs is not asked."""
        return PlainTextResponse("alive")

    async def ready(self, _: Request) -> Response:
        """Answer 200 when the directory can be read, the journal written, alerts raised and tokens checked.

        Else 503 with what is not. An answer is a second old at most.
        """
        async with self._looking:
            if time.monotonic() >= self._until:
                self._faults = await not_ready(self.reading, self.writing)
                self._until = time.monotonic() + FRESH
        faults = list(self._faults)
        if self.watch.failing and not faults:
            faults.append("alerts are not raised: look at the log, and at the database's disk and rights")
        if any(issuer.keys.known is None for issuer in self.issuers):
            faults.append("the keys of an issuer of tokens have not been got: the log says which, and why")
        return JSONResponse({"ready": not faults, "faults": faults}, 503 if faults else 200)

"""Clients that ask without a pause and know what is right, and faults that come over the database meanwhile."""

import asyncio
import itertools
import os
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from resolvers.store.engine import database_url
from tests.faults.postgres import Postgres
from tests.refusing import refuse, take_again
from tests.serving import ACCESS, GRAPHQL, Service, token
from tests.world import number_of

CASELOAD = "{ caseload { edges { node { givenNames involvements { edges { node { service } } } } } } }"
RECORD = f'{{ child(directoryNumber: "{number_of("kid1")}") {{ givenNames contacts {{ id }} withheld {{ group }} }} }}'
MISSED = f'{{ child(directoryNumber: "{number_of("nobody")}") {{ givenNames }} }}'
WHO = "{ viewer { name role } }"
QUESTIONS = (CASELOAD, RECORD, MISSED, WHO)

ALLOWED = {503: {"UNAVAILABLE"}, 504: {"TIMEOUT"}, 500: {"INTERNAL"}}
"""What may be answered while something fails; never part of an answer."""


@dataclass
class Told:
    """What the clients were answered: how often each status, what was wrong, and whether faults lasted then."""

    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    answered: int = 0
    events: int = 0
    faulty: bool = False
    slowest: float = 0.0


class Soak:
    """Asks one gateway by so many clients; each answer must be the one that was given before anything failed."""

    def __init__(self, service: Service) -> None:
        self.service, self.told = service, Told()
        self._bearer = token()
        self._right: dict[str, bytes] = {}

    async def learn(self) -> None:
        """Ask each question once, while all is well."""
        for question in QUESTIONS:
            response = await self._ask(self.service.http, question)
            assert response.status_code == 200, response.text
            self._right[question] = response.content

    async def client(self, number: int, until: float) -> None:
        """Ask one question after the other until that time, on a connection that is kept while it lasts."""
        async with httpx.AsyncClient(timeout=60) as http:
            for question in itertools.islice(itertools.cycle(QUESTIONS), number, None):
                if time.monotonic() >= until:
                    return
                try:
                    began = time.monotonic()
                    self._look(question, await self._ask(http, question))
                    self.told.slowest = max(self.told.slowest, time.monotonic() - began)
                except httpx.TransportError as error:
                    self._note(f"{type(error).__name__}, not an answer")

    async def _ask(self, http: httpx.AsyncClient, query: str) -> httpx.Response:
        headers = {"authorization": f"Bearer {self._bearer}", "accept": GRAPHQL}
        return await http.post(self.service.url, json={"query": query, "extensions": ACCESS}, headers=headers)

    def _look(self, question: str, response: httpx.Response) -> None:
        self.told.statuses[response.status_code] += 1
        if response.status_code == 200:
            self.told.answered += 1
            self.told.events += question != WHO
            if response.content != self._right[question]:
                self.told.wrong.append(f"an answer that is not right: {question[:30]}")
            return
        answer: dict[str, Any] = response.json()
        codes = {error["extensions"]["code"] for error in answer["errors"]}
        if "data" in answer or not codes <= ALLOWED.get(response.status_code, set()):
            self.told.wrong.append(f"{response.status_code} {codes}")
        elif not self.told.faulty:
            self._note(f"{response.status_code} {codes} while nothing failed")

    def _note(self, what: str) -> None:
        if not self.told.faulty:
            self.told.wrong.append(what)


Fault = Callable[[Postgres, Service, float], Awaitable[None]]


async def frozen(server: Postgres, _: Service, seconds: float) -> None:
    """The server stands still, and goes on."""
    server.freeze()
    await asyncio.sleep(seconds)
    server.thaw()


async def restarted(server: Postgres, _: Service, seconds: float) -> None:
    """The server is gone, and comes back."""
    await server.stop()
    await asyncio.sleep(seconds)
    await server.start()


async def full(server: Postgres, _: Service, seconds: float) -> None:
    """The journal takes no rows, and then does."""
    engine = create_async_engine(database_url(server.url))
    async with engine.begin() as connection:
        await refuse(connection, "access_event")
    await asyncio.sleep(seconds)
    async with engine.begin() as connection:
        await take_again(connection, "access_event")
        await connection.execute(text("DROP FUNCTION broken"))
    await engine.dispose()


async def killed(_: Postgres, service: Service, seconds: float) -> None:
    """A worker is killed, and replaced."""
    worker = next(iter(workers(service)))
    os.kill(worker, signal.SIGKILL)
    await asyncio.sleep(seconds)


FAULTS: dict[str, Fault] = {"frozen": frozen, "restarted": restarted, "journal full": full, "worker killed": killed}


def workers(service: Service) -> list[int]:
    """Return the processes that answer: the children of the one that was started, or that one alone."""
    children = Path(f"/proc/{service.process.pid}/task/{service.process.pid}/children").read_text().split()
    serving = [int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    return serving or [service.process.pid]


def resident(service: Service) -> float:
    """Return the memory of all that serve now, in megabytes."""
    found = (Path(f"/proc/{pid}/status").read_text().partition("VmRSS:")[2].split()[0] for pid in workers(service))
    return sum(map(int, found)) / 1024

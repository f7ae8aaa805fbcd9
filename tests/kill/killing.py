"""Reads and deeds at once against `gateway serve`, which is killed by SIGKILL at random points and started again.

The client, this process, keeps what it was answered. A deed whose answer never came is sent again under its key once
the gateway is back: it must have been done once, whatever became of the answer.
"""

import asyncio
import os
import random
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select

from gateway.keys import derive
from gateway.seal import Keyring, Seal
from resolvers.audit.verify import Verifier
from resolvers.ids import read_id
from resolvers.store import tables as t
from resolvers.store.engine import database_url, make_engine
from tests.applying import WHY
from tests.client import REASON
from tests.serving import GRAPHQL, Service, classroom, serving, token
from tests.world import number_of

AT_ONCE = 16
CASELOAD = "caseload { edges { node { givenNames } } }"
APPLY = "applyForAccess(input: $given) { problems { code } application { id state } }"
WITHDRAW = "withdrawApplication(input: $given) { problems { code } application { id state } }"

Told = Callable[[str], None]


@dataclass
class Record:
    """What the client asked and was answered; names of operations are theirs alone."""

    read: set[str] = field(default_factory=set)
    applied: dict[str, str] = field(default_factory=dict)
    withdrawn: dict[str, str] = field(default_factory=dict)
    kills: int = 0

    @property
    def answered(self) -> set[str]:
        return self.read | set(self.applied) | {f"W{name}" for name in self.withdrawn}


class Client:
    """Asks one gateway after the other, until each of `operations` is answered once."""

    def __init__(self, record: Record) -> None:
        self.record = record

    async def ask(self, service: Service, names: list[str]) -> None:
        """Ask for all of `names`, so many at once, until the gateway is gone; what is answered is in the record."""
        turns = asyncio.Semaphore(AT_ONCE)

        async def one(name: str) -> None:
            async with turns:
                try:
                    await self._one(service, name)
                except httpx.HTTPError:
                    return

        await asyncio.gather(*map(one, names))

    async def _one(self, service: Service, name: str) -> None:
        if name.startswith("R"):
            if await self._data(service, "officer", "CHILD_PROTECTION", f"query {name} {{ {CASELOAD} }}") is not None:
                self.record.read.add(name)
            return
        if name not in self.record.applied:
            numbers = [number_of(f"kid{int(name[1:]) % 12}")]
            given = {"legalBasis": "SECTION_47_ENQUIRY", "justification": f"{WHY} {name}", "directoryNumbers": numbers}
            if (found := await self._deed(service, name, APPLY, given)) is not None:
                self.record.applied[name] = found
        if name.startswith("W") and name in self.record.applied:
            given = {"applicationId": self.record.applied[name]}
            if (found := await self._deed(service, f"W{name}", WITHDRAW, given)) is not None:
                self.record.withdrawn[name] = found

    async def _deed(self, service: Service, name: str, asked: str, given: dict[str, Any]) -> str | None:
        """Return the id of the application that a deed answers with; None where no answer came."""
        kind = asked[0].upper() + asked.partition("(")[0][1:]
        query = f"mutation {name}($given: {kind}Input!) {{ {asked} }}"
        body = {**given, "clientMutationId": name}
        data = await self._data(service, "police", "POLICE_APPLICATION", query, given=body)
        if data is None:
            return None
        (payload,) = data.values()
        assert payload["problems"] == [], payload
        return str(payload["application"]["id"])

    async def _data(self, service: Service, account: str, purpose: str, query: str, **variables: Any) -> Any:
        headers = {"authorization": f"Bearer {token(sub=account)}", "accept": GRAPHQL, "connection": "close"}
        access = {"access": {"purpose": purpose, "reason": REASON}}
        body = {"query": query, "variables": variables, "extensions": access}
        response = await service.http.post(service.url, json=body, headers=headers)
        if response.status_code != 200:
            return None  # the database was busy too long, or the gateway on its way down: nothing was answered
        answer = response.json()
        assert "errors" not in answer, answer
        return answer["data"]


async def kill(service: Service, record: Record, after: int, rng: random.Random) -> None:
    """Kill the gateway with all its workers, once so many more of `names` are answered, and a moment later."""
    due = len(record.answered) + after
    while len(record.answered) < due:  # noqa: ASYNC110  # whoever waits for the answers ends this
        await asyncio.sleep(0.001)
    await asyncio.sleep(rng.random() * 0.02)
    os.killpg(service.process.pid, signal.SIGKILL)
    record.kills += 1


async def hunt(
    url: str, folder: Path, *, operations: int, kills: int, seed: int, workers: int, tell: Told
) -> list[str]:
    """Ask and kill; return a sentence for each promise that was not kept. SQLite has one worker whatever is asked."""
    rng = random.Random(seed)
    record = Record()
    engine = make_engine(database_url(url))
    await classroom().write(engine)
    await engine.dispose()
    names = [f"{'RRAW'[n % 4]}{n}" for n in range(operations)]
    rng.shuffle(names)
    options = ("--workers", str(workers)) if url.startswith("postgresql") else ()
    client = Client(record)
    waiting = names
    while waiting:
        async with serving(
            url, folder, *options, GATEWAY_RECORDS_PER_HOUR="null", GATEWAY_CHECKPOINT_SECONDS="1"
        ) as at:
            asking = asyncio.create_task(client.ask(at, waiting))
            if record.kills < kills:
                after = rng.randrange(1, max(2, 2 * len(waiting) // (kills - record.kills + 1)))
                dying = asyncio.create_task(kill(at, record, after, rng))
                await asyncio.wait([asking, dying], return_when=asyncio.FIRST_COMPLETED)
                dying.cancel()
            await asking
            waiting = [name for name in waiting if not _is_done(record, name)]
            tell(f"{len(names) - len(waiting)} of {len(names)} operations are answered, after {record.kills} kills")
            if not waiting:
                at.process.send_signal(signal.SIGTERM)
                await asyncio.to_thread(at.process.wait, 60)
    return await faults(url, record, names)


def _is_done(record: Record, name: str) -> bool:
    if name.startswith("R"):
        return name in record.read
    return name in record.withdrawn if name.startswith("W") else name in record.applied


async def faults(url: str, record: Record, names: list[str]) -> list[str]:
    """Return what is not as it must be in the database after all."""
    engine = make_engine(database_url(url), reading=True)
    keys = Keyring(Seal.of_bytes(derive(b"0123456789abcdef" * 4).seal.current).public)
    async with engine.connect() as connection:
        verifier = Verifier(connection, keys.read, lambda *_: None)
        found = [fault async for fault in verifier.faults()]
        if verifier.seen.unsigned:
            found.append(
                f"{verifier.seen.unsigned} events are signed for by nobody, though the last process has stopped"
            )
        found += [fault async for fault in _lost(connection, record, names)]
    await engine.dispose()
    return found


async def _lost(connection: Any, record: Record, names: list[str]) -> Any:
    """Yield what was answered and is not there, or there and has no event, or there twice."""
    event, change, application = t.AccessEvent.__table__.c, t.Change.__table__.c, t.Application.__table__.c
    events = (await connection.execute(select(event.id, event.operation_name, event.deed))).all()
    answers = {row.operation_name for row in events if row.deed is None}
    for name in sorted(record.answered - answers):
        yield f"{name} was answered, and has no event"
    deeds = [row.operation_name for row in events if row.deed is not None]
    due = [*record.applied, *(f"W{name}" for name in record.withdrawn)]
    for name in due:
        if deeds.count(name) != 1:
            yield f"{name} was done, and {deeds.count(name)} events tell of it"
    known = {row.id for row in events}
    for row in (await connection.execute(select(change.deed, change.event_id))).all():
        if row.event_id not in known:
            yield f"a change by {row.deed} has no event"
    made = {row.id: row for row in (await connection.execute(select(application.id, application.state))).all()}
    if len(made) != len([name for name in names if not name.startswith("R")]):
        yield f"{len(made)} applications are there: some were made twice, or lost"
    for name, text in record.applied.items():
        key = read_id(text)
        state = None if key is None or key.key not in made else str(made[key.key].state)
        if state != ("WITHDRAWN" if name in record.withdrawn else "PENDING"):
            yield f"the application of {name} is {state}"

"""The floor: one hand-written statement that builds the authorised JSON, behind a bare ASGI application.

Nothing can be much cheaper: no GraphQL is parsed, nothing is made of the rows in Python. It answers the operations of
the benchmark, by their names, for practitioners, and writes the same journal before an answer leaves.
"""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

import asyncpg
import orjson

from resolvers.names import name_key
from tests.bench.rivals import statements
from tests.bench.rivals.asking import POOL, Clock, subject_of

_RECORD = '["IDENTITY", "CONTACT_NAMES", "WHEREABOUTS", "SERVICES"]'


def _search(given: Any) -> tuple[Any, ...]:
    search = given["search"]
    born = search["bornBetween"]
    return name_key(search["familyName"]), date.fromisoformat(born["from"]), date.fromisoformat(born["to"])


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its statement, what it binds, and what the journal says of each record it touches."""

    statement: str
    bind: Callable[[Any], tuple[Any, ...]]
    kind: str = "OPENED"
    disclosed: str = _RECORD
    disclosed_shielded: str = '["IDENTITY", "CONTACT_NAMES"]'
    withheld: str = '["WHEREABOUTS", "SERVICES"]'
    searches: str = "[]"


_SEARCHED = '[{"root": "children", "criteria": ["familyName", "bornBetween"], "hits": null}]'
OPERATIONS = {
    "Record": Operation(statements.RECORD, lambda given: (given["number"],)),
    "Page": Operation(statements.PAGE, lambda given: (given["first"],)),
    "Search": Operation(statements.SEARCH, _search, "SUMMARY", '["IDENTITY"]', '["IDENTITY"]', "[]", _SEARCHED),
}


async def _as_it_is(_: Any) -> None:
    """Give a connection back without a statement that resets it: nothing here changes one."""


class Floor:
    """The ASGI application."""

    pool: asyncpg.Pool

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        headers = dict(scope["headers"])
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        answer = await self._answer(orjson.loads(body), subject_of(headers[b"authorization"].decode()))
        length = str(len(answer)).encode()
        head = [(b"content-type", b"application/json; charset=utf-8"), (b"content-length", length)]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": answer})

    async def _live(self, receive: Any, send: Any) -> None:
        await receive()
        self.pool = await asyncpg.create_pool(os.environ["BENCH_DATABASE"], min_size=1, max_size=POOL, reset=_as_it_is)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.pool.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, asked: Any, subject: str) -> bytes:
        operation, clock = OPERATIONS[asked["operationName"]], Clock.read()
        access = asked["extensions"]["access"]
        lens = subject, access["purpose"], clock.today, clock.adults_born_by, clock.archived_deaths, clock.now
        async with self.pool.acquire() as connection:
            found = await connection.fetchrow(operation.statement, *lens, *operation.bind(asked["variables"]))
            await connection.execute(
                statements.JOURNAL, uuid4(), clock.now, found["account"], found["body"], access["purpose"],
                access["reason"], asked["operationName"], hashlib.sha256(asked["query"].encode()).hexdigest(),
                operation.searches, operation.kind, operation.disclosed_shielded, operation.disclosed,
                operation.withheld, found["records"], found["shielded"], found["involved"],
            )  # fmt: skip
        return b'{"data":' + found["answer"].encode() + b"}"


app = Floor()

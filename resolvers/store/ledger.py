"""How a round of the journal is written: in one transaction, by the same texts whatever the number of entries.

PostgreSQL takes a round as one statement with both INSERTs, whose rows come as two JSON texts: to send many rows so
takes a fraction of the gateway's time (`python -m tests.bench.journal`). SQLite takes two INSERTs. What may raise an
alert is left to the watch once the round is kept.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import orjson
from sqlalchemy import JSON, Insert, Text, bindparam, cast, column, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.util import greenlet_spawn

from resolvers.store.chain import Chain, Content, Link
from resolvers.store.checkpoints import Checkpoints, Head
from resolvers.store.compiled import Compiled, compile_for
from resolvers.store.faults import is_of_the_rows
from resolvers.store.resting import Resting
from resolvers.store.rounds import Refusing
from resolvers.store.tables import AccessEvent, AccessSubject
from resolvers.store.watch import Noted, Watch
from resolvers.store.words import CheckpointKind


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as it is written: its row, those of its subjects, and the statements that may raise its alert.

    The keys of its rows are in order, and none is null: what is hashed is what is sent.
    """

    event: dict[str, Any]
    subjects: list[dict[str, Any]]
    attempts: list[Noted]

    def content(self) -> Content:
        """Return what is tied to the chain."""
        return Content.of(self.event, self.subjects)

    @property
    def weight(self) -> int:
        """How many rows it may write."""
        return 1 + len(self.subjects)


def _from_json(table: type[Any], parameter: str) -> Insert:
    """Return the INSERT of the rows that the JSON text bound as `parameter` holds."""
    columns = [column(each.name, each.type) for each in table.__table__.columns]
    text = cast(bindparam(parameter, type_=Text()), JSON)
    rows = func.json_to_recordset(text).table_valued(*columns).render_derived(with_types=True)
    return insert(table).from_select([each.name for each in columns], select(*rows.c))


def _nulls(table: type[Any]) -> dict[str, None]:
    return {column.name: None for column in table.__table__.columns if column.nullable}


_NO_EVENT, _NO_SUBJECT = _nulls(AccessEvent), _nulls(AccessSubject)
"""What a row has where it says nothing; an INSERT of several rows takes the same columns of each."""

_EVENTS, _SUBJECTS = _from_json(AccessEvent, "events"), _from_json(AccessSubject, "subjects")
_ROUND = _SUBJECTS.add_cte(_EVENTS.cte("told"))

log = logging.getLogger("gateway.journal")
"""Tells each statement that a round runs on the driver, at level DEBUG: its text alone, which holds no value (R31)."""


class Ledger:
    """Writes rounds of entries to the database of `engine`, and ties them to `chain`.

    What they tried is left to `watch`. Up to `resting` connections are kept at hand.
    """

    def __init__(self, engine: AsyncEngine, checkpoints: Checkpoints, watch: Watch, resting: int = 0) -> None:
        self.chain = Chain()
        self._engine = engine
        self._checkpoints, self._watch = checkpoints, watch
        self._resting = Resting(engine, resting)
        self._whole = engine.dialect.name == "postgresql"
        self._round = compile_for(engine.dialect, _ROUND) if self._whole else None

    async def write(self, entries: Sequence[Entry]) -> None:
        """Write all of `entries` or nothing.

        Raises Refusing where the database refuses something that stands in them, and whatever else goes wrong.
        """
        contents = [entry.content() for entry in entries]
        links = self.chain.tie(contents)
        try:
            await self._write(entries, contents, links)
        except BaseException as cause:
            if isinstance(cause, Exception) and is_of_the_rows(cause):  # nothing is kept, and nothing comes later
                raise Refusing from cause
            self.chain.leave()
            raise
        self.chain.kept(links)
        for entry in entries:
            self._watch.note(entry.attempts)

    async def _write(self, entries: Sequence[Entry], contents: Sequence[Content], links: Sequence[Link]) -> None:
        if self._round is None:
            await self._write_with(partial(write_rows, entries=entries, links=links))
            return
        rows = _as_json(contents, links)
        if self.chain.begun:
            await self._write_at_once(self._round, rows)
        else:
            await self._write_with(lambda connection: connection.execute(_ROUND, rows))

    async def _write_at_once(self, compiled: Compiled, given: Mapping[str, Any]) -> None:
        """Write by one statement, which is a transaction of its own, on the driver: it is the way of most rounds."""
        log.debug("%s", compiled.text)
        pooled = await self._resting.take()
        driver: Any = pooled.driver_connection
        sound = False
        try:
            if driver.is_in_transaction():  # then this would be no transaction of its own, and nothing would be kept
                raise ConnectionError("a connection of the journal is not clean")
            await driver.execute(compiled.text, *compiled.arguments(given))
            sound = True
        except asyncpg.PostgresError:
            sound = not driver.is_closed()
            raise
        finally:
            if not sound:
                pooled.invalidate()
            if sound and self._resting.has_room():
                self._resting.rest(pooled)
            else:
                await greenlet_spawn(pooled.close)

    @property
    def resting(self) -> int:
        """How many connections rest."""
        return len(self._resting)

    async def dispose(self) -> None:
        """Give back the connections that rest, for good."""
        await self._resting.close()

    async def _write_with(self, write: Callable[[AsyncConnection], Awaitable[Any]]) -> None:
        async with self._engine.begin() as connection:
            await begin(self.chain, self._checkpoints, connection)
            await write(connection)


async def begin(chain: Chain, checkpoints: Checkpoints, connection: AsyncConnection) -> None:
    """Sign that a writer starts, in the transaction of its first event: a chain without that is nobody's."""
    if not chain.begun:
        await checkpoints.add(connection, CheckpointKind.START, Head(chain.writer))


async def write_rows(connection: AsyncConnection, *, entries: Sequence[Entry], links: Sequence[Link]) -> None:
    """Write the rows of `entries`, which stand where `links` say, by an INSERT for each table."""
    events = [{**_NO_EVENT, **entry.event, **link.row()} for entry, link in zip(entries, links, strict=True)]
    await connection.execute(insert(AccessEvent), events)
    if subjects := [{**_NO_SUBJECT, **subject} for entry in entries for subject in entry.subjects]:
        await connection.execute(insert(AccessSubject), subjects)


async def write_many(connection: AsyncConnection, contents: Sequence[Content], links: Sequence[Link]) -> None:
    """Write the same rows by the one statement of a round, on PostgreSQL alone: for entries of many rows."""
    await connection.execute(_ROUND, _as_json(contents, links))


def _as_json(contents: Sequence[Content], links: Sequence[Link]) -> dict[str, str]:
    """Return the rows as JSON texts, put together of the very bytes that were hashed."""
    tied = zip(contents, links, strict=True)
    events = [content.event[:-1] + b"," + orjson.dumps(link.row())[1:] for content, link in tied]
    subjects = [content.subjects[1:-1] for content in contents if len(content.subjects) > len("[]")]
    return {"events": _array(events), "subjects": _array(subjects)}


def _array(rows: Sequence[bytes]) -> str:
    return (b"[" + b",".join(rows) + b"]").decode()

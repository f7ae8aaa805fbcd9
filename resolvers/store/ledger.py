"""How a round of the journal is written: in one transaction, by the same texts whatever the number of entries.

PostgreSQL takes a round as one statement with both INSERTs, whose rows come as two JSON texts: to send many rows so
takes a fraction of the gateway's time (`python -m tests.bench.journal`). A round with one attempt, a search's, has the
statement of the attempt in it as well. SQLite takes two INSERTs.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import orjson
from sqlalchemy import JSON, Insert, Text, bindparam, cast, column, func, insert, select
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.util import greenlet_spawn

from resolvers.store.compiled import compile_for
from resolvers.store.resting import Resting
from resolvers.store.rounds import Refusing
from resolvers.store.tables import AccessEvent, AccessSubject


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as it is written: its row, those of its subjects, and the statements that may raise its alert."""

    event: dict[str, Any]
    subjects: list[dict[str, Any]]
    attempts: list[tuple[Insert, dict[str, Any]]]

    @property
    def weight(self) -> int:
        """How many rows it may write."""
        return 1 + len(self.subjects) + len(self.attempts)


def _from_json(table: type[Any], parameter: str) -> Insert:
    """Return the INSERT of the rows that the JSON text bound as `parameter` holds."""
    columns = [column(each.name, each.type) for each in table.__table__.columns]
    text = cast(bindparam(parameter, type_=Text()), JSON)
    rows = func.json_to_recordset(text).table_valued(*columns).render_derived(with_types=True)
    return insert(table).from_select([each.name for each in columns], select(*rows.c))


_EVENTS, _SUBJECTS = _from_json(AccessEvent, "events"), _from_json(AccessSubject, "subjects")
_ROUND = _SUBJECTS.add_cte(_EVENTS.cte("told"))

log = logging.getLogger("gateway.journal")
"""Tells each statement that a round runs on the driver, at level DEBUG: its text alone, which holds no value (R31)."""

KEPT = 1_024
"""How many statements of rounds are kept compiled, one for each attempt."""


def _with(attempt: Insert) -> Insert:
    """Return the statement of a round with one attempt."""
    return attempt.add_cte(_EVENTS.cte("told"), _SUBJECTS.cte("noted"))


class Ledger:
    """Writes rounds of entries to the database of `engine`; up to `resting` connections are kept at hand."""

    def __init__(self, engine: AsyncEngine, resting: int = 0) -> None:
        self._engine = engine
        self._resting = Resting(engine, resting)
        self._whole = engine.dialect.name == "postgresql"
        self._compiled = lru_cache(KEPT)(partial(compile_for, engine.dialect))
        self._fused = lru_cache(KEPT)(_with)

    async def write(self, entries: Sequence[Entry]) -> None:
        """Write all of `entries` or nothing.

        Raises Refusing where the database refuses something that stands in them, and whatever else goes wrong.
        """
        attempts = _by_statement(entries)
        try:
            if self._whole and not attempts:
                await self._write_at_once(_ROUND, _as_json(entries))
            elif self._whole and len(attempts) == 1 and len(attempts[0][1]) == 1:
                ((statement, (bound,)),) = attempts
                await self._write_at_once(self._fused(statement), {**bound, **_as_json(entries)})
            else:
                await self._write_with(attempts, entries)
        except Exception as cause:
            if _is_of_the_rows(cause):
                raise Refusing from cause
            raise

    async def _write_at_once(self, statement: Insert, given: Mapping[str, Any]) -> None:
        """Write by one statement, which is a transaction of its own, on the driver: it is the way of most rounds."""
        compiled = self._compiled(statement)
        log.debug("%s", compiled.text)
        pooled = await self._resting.take()
        driver: Any = pooled.driver_connection
        try:
            await driver.execute(compiled.text, *compiled.arguments(given))
        finally:
            if driver.is_closed():  # and so, most likely, are its siblings
                pooled.invalidate()
                await greenlet_spawn(pooled.close)
                await self._resting.dispose()
                await self._engine.dispose()
            elif self._resting.has_room():
                self._resting.rest(pooled)
            else:
                await greenlet_spawn(pooled.close)

    async def dispose(self) -> None:
        """Give back the connections that rest."""
        await self._resting.dispose()

    async def _write_with(
        self, attempts: Iterable[tuple[Insert, list[dict[str, Any]]]], entries: Sequence[Entry]
    ) -> None:
        async with self._engine.begin() as connection:
            if self._whole:
                await connection.execute(_ROUND, _as_json(entries))
            else:
                await _write_rows(connection, entries)
            for statement, bound in attempts:
                await connection.execute(statement, bound)


async def write_entries(connection: AsyncConnection, entries: Sequence[Entry]) -> None:
    """Write `entries` in the transaction of `connection`, which is another's: a deed's, say."""
    await _write_rows(connection, entries)
    for statement, bound in _by_statement(entries):
        await connection.execute(statement, bound)


async def _write_rows(connection: AsyncConnection, entries: Sequence[Entry]) -> None:
    await connection.execute(insert(AccessEvent), [entry.event for entry in entries])
    if subjects := [subject for entry in entries for subject in entry.subjects]:
        await connection.execute(insert(AccessSubject), subjects)


def _as_json(entries: Sequence[Entry]) -> dict[str, str]:
    return {
        "events": _json([entry.event for entry in entries]),
        "subjects": _json([subject for entry in entries for subject in entry.subjects]),
    }


def _json(rows: list[dict[str, Any]]) -> str:
    return orjson.dumps(rows, default=str).decode()  # the driver's UUIDs are of a class of their own


def _by_statement(entries: Sequence[Entry]) -> list[tuple[Insert, list[dict[str, Any]]]]:
    """Return each statement of the attempts once, with all that it is to be run for, in order."""
    found: dict[Insert, list[dict[str, Any]]] = {}
    for entry in entries:
        for statement, bound in entry.attempts:
            found.setdefault(statement, []).append(bound)
    return list(found.items())


_ROWS = ("22", "23", "P0")
"""Classes of SQLSTATE that follow from what was to be written: data, integrity, and what a trigger raises."""


def _is_of_the_rows(cause: Exception) -> bool:
    """Tell whether others in the same round might be written without what caused this."""
    raised = cause.orig if isinstance(cause, DBAPIError) else cause
    state = str(getattr(raised, "sqlstate", None) or "")
    unbound = isinstance(cause, StatementError) and not isinstance(cause, DBAPIError)
    return state.startswith(_ROWS) or unbound or isinstance(raised, ValueError) or _refused_by_sqlite(raised)


def _refused_by_sqlite(raised: BaseException | None) -> bool:
    return type(raised).__name__ in {"IntegrityError", "DataError"}

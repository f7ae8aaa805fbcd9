"""Engines: how each database is opened, for reading and for writing, and what a snapshot is on each."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DisconnectionError, InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from resolvers.store.made_ids import MADE_ID, make_id
from resolvers.store.shared_words import SHARE_WORD, have_in_common

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}


def database_url(text: str) -> URL:
    """Return the URL of a database with the driver that is used for it.

    Raises ValueError for anything but SQLite and PostgreSQL.
    """
    url = make_url(text)
    backend = url.get_backend_name()
    if backend not in _DRIVERS:
        raise ValueError(f"`{backend}` is no database this gateway knows: use sqlite or postgresql")
    return url.set(drivername=_DRIVERS[backend])


@dataclass(frozen=True, slots=True)
class Patience:
    """For how many seconds a database is waited for: for a `connection`, and for a `statement`.

    One that is frozen never says so. A tool that fills or migrates a database waits as long as that takes.
    """

    connection: float = 3.0
    statement: float = 5.0


def make_engine(url: URL, *, reading: bool = False, patience: Patience | None = None) -> AsyncEngine:
    """Return an engine for `url`; a `reading` one opens read-only snapshots and can write nothing.

    On PostgreSQL a reading transaction is REPEATABLE READ, READ ONLY. SQLite runs in WAL mode, where a
    transaction that has begun reads one snapshot; `query_only` keeps it from writing.
    """
    told: dict[str, Any] = {"gateway_reading": reading}  # tells an operation's reading from all else
    waiting: dict[str, Any] = {} if patience is None else {"pool_timeout": patience.connection}
    if url.get_backend_name() == "sqlite":
        engine = create_async_engine(url, execution_options=told, hide_parameters=True, **waiting)
        _prepare_sqlite(engine, Patience() if patience is None else patience, reading=reading)
        return engine
    if reading:
        told |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    # No error's text holds what was bound (R31).
    engine = create_async_engine(
        url,
        execution_options=told,
        hide_parameters=True,
        pool_size=16,
        max_overflow=16,
        connect_args=_of_postgres(patience),
        **waiting,
    )
    _hand_out_open_ones(engine)
    return engine


def _of_postgres(patience: Patience | None) -> dict[str, Any]:
    """Return how to connect: what the driver waits for, and what the server ends by itself where nobody waits."""
    session = {"application_name": "contactpoint-gateway", "timezone": "UTC"}
    if patience is None:
        return {"server_settings": session}
    most = f"{patience.statement * 1000:.0f}"
    session |= {"lock_timeout": most, "statement_timeout": most}
    return {"timeout": patience.connection, "command_timeout": patience.statement, "server_settings": session}


def _hand_out_open_ones(engine: AsyncEngine) -> None:
    """Have the pool replace what a restart of PostgreSQL has closed, and what was not left clean."""

    @event.listens_for(engine.sync_engine, "checkout")
    def expect_open(connection: Any, *_: Any) -> None:
        if connection.driver_connection.is_closed():  # and so, most likely, are its siblings
            raise InvalidatePoolError
        if connection.driver_connection.is_in_transaction():  # whoever gave it back could not end that
            raise DisconnectionError


def _prepare_sqlite(engine: AsyncEngine, patience: Patience, *, reading: bool) -> None:
    waits = f"busy_timeout = {patience.statement * 1000:.0f}"
    pragmas = ["foreign_keys = ON", waits, "journal_mode = WAL", "synchronous = FULL"]
    if reading:
        pragmas.append("query_only = ON")

    @event.listens_for(engine.sync_engine, "connect")
    def open_connection(connection: Any, _: Any) -> None:
        # The driver's own transaction control would begin only at the first write: no snapshot for readers.
        connection.isolation_level = None
        connection.create_function(MADE_ID, 2, make_id, deterministic=True)
        connection.create_function(SHARE_WORD, 2, have_in_common, deterministic=True)
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

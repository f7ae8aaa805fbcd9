"""Dumps: a whole database in one file, taken from one snapshot while others write, and loaded into an empty one."""

import asyncio
from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from alembic.runtime.migration import MigrationContext
from sqlalchemy import URL, Connection, func, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from resolvers.store import postgresql_programs as programs
from resolvers.store.chain import digest_of
from resolvers.store.engine import database_url, make_engine
from resolvers.store.sqlite_file import NOT_EMPTY, NotDone, Told, copy_file, expect_no_file
from resolvers.store.tables import AccessEvent, AccessSubject, JournalCheckpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a database holds, as far as its journal can tell: enough to see that it is the same one again.

    `number`, `signed` and `digest` are those of the last checkpoint, `server` the major version of PostgreSQL.
    """

    database: str
    server: int | None
    revision: str
    events: int
    subjects: int
    checkpoints: int
    number: int | None
    signed: str | None
    digest: str | None


async def take(engine: AsyncEngine, into: Path, told: Told) -> Contents:
    """Write the database of a reading `engine` to the new file `into`, and say what is in it. Raises NotDone."""
    if engine.dialect.name == "postgresql":
        async with engine.connect() as connection:
            # The snapshot is held for as long as the program takes, and nothing is asked meanwhile.
            await connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            server = await _server(connection)
            tables = (await connection.execute(_TABLES)).scalar_one()
            snapshot = str((await connection.execute(select(func.pg_export_snapshot()))).scalar_one())
            await _ran(
                programs.dump(engine.url, server, snapshot, into, lambda n: told("tables", min(n, tables), tables))
            )
            return await connection.run_sync(_contents, server)
    await copy_file(Path(engine.url.database or ""), into, told)
    return await _contents_of_file(into)


async def load(url: URL, dump: Path, server: int | None, told: Told) -> None:
    """Fill the empty database at `url` from a file that `take` wrote, on PostgreSQL of the major version `server`.

    On SQLite `dump` becomes the database: it must stand in the same folder. Raises NotDone for one that is not empty,
    or where it cannot be.
    """
    if url.get_backend_name() == "sqlite":
        await asyncio.to_thread(dump.replace, url.database or "")
        return
    total = max(1, await _ran(programs.tables_in(dump, server or 0)))
    await _ran(programs.load(url, dump, lambda n: told("tables", min(n, total), total)))


async def contents(engine: AsyncEngine) -> Contents:
    """Say what the database of `engine` holds. Raises NotDone where it holds no directory."""
    async with engine.connect() as connection:
        server = await _server(connection) if engine.dialect.name == "postgresql" else None
        return await connection.run_sync(_contents, server)


async def expect_empty(engine_of: Callable[[], AsyncEngine], url: URL, server: int | None) -> None:
    """Raise NotDone unless the database at `url` is new: nothing may be lost, or mixed with what is restored."""
    if url.get_backend_name() == "sqlite":
        expect_no_file(Path(url.database or ""))
        return
    engine = engine_of()
    try:
        async with engine.connect() as connection:
            here = await _server(connection)
            if (await connection.execute(_RELATIONS)).scalar_one():
                raise NotDone(NOT_EMPTY)
            if server is not None and here < server:
                raise NotDone(
                    f"it was made on PostgreSQL {server}, and this server is of {here}: restore it to a newer"
                )
    finally:
        await engine.dispose()


_RELATIONS = text(
    "SELECT count(*) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE relkind IN "
    "('r', 'p', 'v', 'm', 'S', 'f') AND nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'"
)
_TABLES = text("SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")


async def _server(connection: AsyncConnection) -> int:
    return int((await connection.execute(text("SHOW server_version_num"))).scalar_one()) // 10_000


async def _ran(work: Any) -> Any:
    try:
        return await work
    except programs.Failed as failed:
        raise NotDone(str(failed)) from None


async def _contents_of_file(file: Path) -> Contents:
    engine = make_engine(database_url(f"sqlite:///{file}"), reading=True)
    try:
        return await contents(engine)
    finally:
        await engine.dispose()


def _contents(connection: Connection, server: int | None) -> Contents:
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None:
        raise NotDone("the database holds no directory: look at `--database`")
    row = JournalCheckpoint
    chained = inspect(connection).has_table(row.__tablename__)  # not before revision 0010
    last = (
        chained and connection.execute(select(row.number, row.token).order_by(row.number.desc()).limit(1)).one_or_none()
    )
    counted = [AccessEvent, AccessSubject, *([row] if chained else [])]
    events, subjects, *checkpoints = (
        connection.execute(select(func.count()).select_from(table)).scalar_one() for table in counted
    )
    return Contents(
        database=connection.dialect.name,
        server=server,
        revision=str(revision),
        events=events,
        subjects=subjects,
        checkpoints=sum(checkpoints),
        number=last.number if last else None,
        signed=_signed(last.token) if last else None,
        digest=digest_of(last.token.encode()) if last else None,
    )


def _signed(token: str) -> str | None:
    """Return when a checkpoint says that it was signed; whether it was, verifying tells."""
    try:
        payload = token.split(".")[1]
        return str(orjson.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["at"])
    except (ValueError, LookupError, TypeError):
        return None

"""Writing a city to PostgreSQL by COPY, without indexes and references, which are put back behind it."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import aclosing
from typing import Any

from asyncpg import InterfaceError, PostgresError  # type: ignore[import-untyped]  # it ships no types
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from resolvers.store.seed.bulk.ahead import ahead
from resolvers.store.seed.bulk.city import City
from resolvers.store.seed.bulk.scaffold import Removed, removable
from resolvers.store.seed.bulk.sheets import SHEETS, Line, Table, unsaid
from resolvers.store.seed.rows import TABLES
from resolvers.store.seed.writing import Told, insert_rows, translated

Blocks = Mapping[Table, list[bytes]]

_TOGETHER = 10_000
_SETTINGS = ("TimeZone = 'UTC'", "maintenance_work_mem = '512MB'", "jit = off")
"""What holds within the transaction: room for indexes, and checks that are not compiled, which would take longer."""


async def copy_city(engine: AsyncEngine, city: City, told: Told) -> None:
    """Write a city in one transaction, in which the tables are locked: all of it is there, or nothing has changed."""
    async with engine.begin() as connection:
        for setting in _SETTINGS:
            await connection.execute(text(f"SET LOCAL {setting}"))
        removed = await removable(connection)
        for statement in removed.off:
            await connection.exec_driver_sql(statement)
        await insert_rows(connection, city.rows)
        await _copy_parts(connection, city, told)
        await _put_back(connection, removed, told)
        await connection.execute(text(f"ANALYZE {', '.join(table.__tablename__ for table in TABLES)}"))


async def _copy_parts(connection: AsyncConnection, city: City, told: Told) -> None:
    driver: Any = (await connection.get_raw_connection()).driver_connection
    done = city.careful
    async with aclosing(ahead(_gathered(city))) as gathered:
        async for blocks, count in gathered:
            for table, lines in blocks.items():
                columns = (*SHEETS[table], *unsaid(table))
                with translated(PostgresError, InterfaceError):
                    await driver.copy_to_table(table.__tablename__, source=_each(lines), columns=columns, format="text")
            done += count
            told("children", done, city.children)


def _gathered(city: City) -> Iterator[tuple[Blocks, int]]:
    """Yield the parts of a city as blocks that COPY takes, some thousands of children together.

    Each COPY waits for the database a few times, and then for its turn beside the thread that makes the next rows.
    """
    blocks, gathered = defaultdict[Table, list[bytes]](list), 0
    for sheets, count in city.parts():
        for table, lines in sheets.items():
            if lines:
                blocks[table].append(_encoded(table, lines))
        gathered += count
        if gathered >= _TOGETHER:
            yield blocks, gathered
            blocks, gathered = defaultdict(list), 0
    yield blocks, gathered


def _encoded(table: Table, lines: list[Line]) -> bytes:
    """Return rows as COPY takes them, with the defaults of what they do not say."""
    end = "".join(f"\t{value}" for value in unsaid(table).values()) + "\n"
    return (end.join(map("\t".join, lines)) + end).encode()


async def _each(blocks: list[bytes]) -> AsyncIterator[bytes]:
    for block in blocks:
        yield block


async def _put_back(connection: AsyncConnection, removed: Removed, told: Told) -> None:
    for n, statement in enumerate(removed.back, start=1):
        await connection.exec_driver_sql(statement)
        told("indexes and references", n, len(removed.back))

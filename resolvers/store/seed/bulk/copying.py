"""Writing a city to PostgreSQL by COPY, without indexes and references, which are put back behind it."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from asyncpg import InterfaceError, PostgresError  # type: ignore[import-untyped]  # it ships no types
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from resolvers.store.seed.bulk.ahead import ahead
from resolvers.store.seed.bulk.city import City
from resolvers.store.seed.bulk.scaffold import Removed, removable
from resolvers.store.seed.bulk.sheets import SHEETS, Sheets, Table, unsaid
from resolvers.store.seed.rows import TABLES
from resolvers.store.seed.writing import Told, insert_rows, translated

_SETTINGS = ("TimeZone = 'UTC'", "maintenance_work_mem = '256MB'")


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
    async with aclosing(ahead((_encoded(sheets), count) for sheets, count in city.parts())) as parts:
        async for sheets, count in parts:
            for table, columns, lines in sheets:
                with translated(PostgresError, InterfaceError):
                    await driver.copy_to_table(table.__tablename__, source=_once(lines), columns=columns, format="text")
            done += count
            told("children", done, city.children)


def _encoded(sheets: Sheets) -> list[tuple[Table, tuple[str, ...], bytes]]:
    """Return the sheets that hold rows as COPY takes them, with the defaults of what the rows do not say."""
    encoded = []
    for table, lines in sheets.items():
        if lines:
            rest = unsaid(table)
            end = "".join(f"\t{value}" for value in rest.values()) + "\n"
            rows = end.join(map("\t".join, lines)) + end
            encoded.append((table, (*SHEETS[table], *rest), rows.encode()))
    return encoded


async def _once(lines: bytes) -> AsyncIterator[bytes]:
    yield lines


async def _put_back(connection: AsyncConnection, removed: Removed, told: Told) -> None:
    for n, statement in enumerate(removed.back, start=1):
        await connection.exec_driver_sql(statement)
        told("indexes and references", n, len(removed.back))

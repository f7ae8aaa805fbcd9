"""Writing a city to SQLite, without indexes, which are put back behind it; references are looked over at the end."""

from contextlib import aclosing
from sqlite3 import Error
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from resolvers.store.seed.bulk.ahead import ahead
from resolvers.store.seed.bulk.city import City
from resolvers.store.seed.bulk.sheets import SHEETS, Sheets, Table, unsaid
from resolvers.store.seed.bulk.text import native
from resolvers.store.seed.writing import Told, insert_rows, translated

_PRAGMAS = ("foreign_keys = OFF", "cache_size = -262144")
"""References are checked once for all rows, and a quarter of a GiB holds what random keys touch."""


async def fill_city(engine: AsyncEngine, city: City, told: Told) -> None:
    """Write a city in one transaction: all of it is there, or nothing has changed."""
    async with engine.connect() as connection:
        try:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            for pragma in _PRAGMAS:
                await driver.execute(f"PRAGMA {pragma}")
            async with connection.begin():
                await _fill(connection, driver, city, told)
        finally:
            await connection.invalidate()  # nobody gets a connection that checks no references


async def _fill(connection: AsyncConnection, driver: Any, city: City, told: Told) -> None:
    indexes = (await connection.execute(_INDEXES)).all()
    for name, _ in indexes:
        await connection.exec_driver_sql(f'DROP INDEX "{name}"')
    await insert_rows(connection, city.rows)
    done = city.careful
    async with aclosing(ahead((_read_back(sheets), count) for sheets, count in city.parts())) as parts:
        async for sheets, count in parts:
            for table, rows in sheets:
                with translated(Error):
                    await driver.executemany(_insert(table), rows)
            done += count
            told("children", done, city.children)
    for n, (_, definition) in enumerate(indexes, start=1):
        await connection.exec_driver_sql(definition)
        told("indexes", n, len(indexes))
    if lost := (await connection.exec_driver_sql("PRAGMA foreign_key_check")).mappings().first():
        raise RuntimeError(f"foreign key: a row of `{lost['table']}` refers to no row of `{lost['parent']}`")


_INDEXES = text("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name")


def _read_back(sheets: Sheets) -> list[tuple[Table, list[list[str | None]]]]:
    """Return the rows as SQLite binds them, by key: so their random keys touch each page of an index but once."""
    return [
        (table, [[value if "\\" not in value else native(value) for value in line] for line in sorted(lines)])
        for table, lines in sheets.items()
        if lines
    ]


def _insert(table: Table) -> str:
    """Return the statement that takes a sheet's rows, with the defaults of what these do not say."""
    rest = unsaid(table)
    columns = ", ".join(f'"{name}"' for name in (*SHEETS[table], *rest))
    values = ", ".join((*("?" for _ in SHEETS[table]), *rest.values()))
    return f"INSERT INTO {table.__tablename__} ({columns}) VALUES ({values})"  # noqa: S608  # declared names

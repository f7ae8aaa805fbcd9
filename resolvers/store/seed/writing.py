"""Writing the rows of a world to a database, and asking whether there is one already."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice

from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from resolvers.store.seed.rows import Rows
from resolvers.store.tables import Account

_CHUNK = 5000

Told = Callable[[str, int, int], None]
"""Hears how far the writing is: what is being made, how many there are of it, and how many there will be."""


def untold(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""


@contextmanager
def translated(*kinds: type[Exception]) -> Iterator[None]:
    """Raise errors of a driver as SQLAlchemy would, had it run the statement."""
    try:
        yield
    except kinds as error:
        raise DBAPIError(None, None, error, hide_parameters=True) from error


async def write_rows(engine: AsyncEngine, rows: Rows) -> None:
    """Insert all rows in one transaction, table by table: either the whole world is there or nothing."""
    async with engine.begin() as connection:
        await insert_rows(connection, rows)


async def insert_rows(connection: AsyncConnection, rows: Rows) -> None:
    for table, values in rows.tables.items():
        remaining = iter(values)
        while chunk := list(islice(remaining, _CHUNK)):
            await connection.execute(insert(table), chunk)


async def is_seeded(engine: AsyncEngine) -> bool:
    """Return whether the database holds any account: without one, nobody can ask it anything."""
    async with engine.connect() as connection:
        return (await connection.execute(select(Account.id).limit(1))).first() is not None

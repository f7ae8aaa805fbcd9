"""Writing the rows of a world to a database, and asking whether there is one already."""

from itertools import islice

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.store.seed.rows import Rows
from resolvers.store.tables import Account

_CHUNK = 5000


async def write_rows(engine: AsyncEngine, rows: Rows) -> None:
    """Insert all rows in one transaction, table by table: either the whole world is there or nothing."""
    async with engine.begin() as connection:
        for table, values in rows.tables.items():
            remaining = iter(values)
            while chunk := list(islice(remaining, _CHUNK)):
                await connection.execute(insert(table), chunk)


async def is_seeded(engine: AsyncEngine) -> bool:
    """Return whether the database holds any account: without one, nobody can ask it anything."""
    async with engine.connect() as connection:
        return (await connection.execute(select(Account.id).limit(1))).first() is not None

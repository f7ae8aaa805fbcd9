"""Seeding an empty database: a world made with care, or a city's worth of children in bulk around one."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.store.seed.bulk.city import CAREFUL, City
from resolvers.store.seed.bulk.copying import copy_city
from resolvers.store.seed.bulk.filling import fill_city
from resolvers.store.seed.making import make_rows
from resolvers.store.seed.writing import Told, untold, write_rows

BULK_FROM = 10_000
"""From so many children on a directory is made in bulk."""


async def seed(
    engine: AsyncEngine, children: int, number: int, today: date, *, told: Told = untold, bulk_from: int = BULK_FROM
) -> None:
    """Fill an empty, migrated database with the directory of the seed `number`, whole or not at all.

    The same children, number and day give the same rows on both databases. `told` hears how far it is. Raises
    ValueError for fewer than 60 children.
    """
    if children < bulk_from:
        await write_rows(engine, make_rows(children, number, today))
        told("children", children, children)
    else:
        await write_city(engine, City(children, number, today, careful=CAREFUL), told)


async def write_city(engine: AsyncEngine, city: City, told: Told = untold) -> None:
    """Write a city in one transaction: all of it is there, or nothing."""
    write = copy_city if engine.dialect.name == "postgresql" else fill_city
    await write(engine, city, told)

"""The journal's partitions: one a day on PostgreSQL, made ahead; what finds none falls into the default one."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

PARTITIONED = ("access_event", "access_subject")
DAYS_AHEAD = 31


async def ensure_partitions(engine: AsyncEngine, first: date | None = None) -> None:
    """Make the journal's partitions from `first` (today, UTC) on, on PostgreSQL; SQLite needs none.

    A day whose rows already lie in the default partition keeps them there: it is left out, not moved.
    """
    if engine.dialect.name != "postgresql":
        return
    start = first or datetime.now(UTC).date()
    days = [start + timedelta(days=n) for n in range(DAYS_AHEAD)]
    async with engine.begin() as connection:
        for table in PARTITIONED:
            taken = await connection.execute(text(_days_in_default(table)))
            spilt = {row[0] for row in taken}
            for day in days:
                if day not in spilt:
                    await connection.execute(text(_partition(table, day)))


def _days_in_default(table: str) -> str:
    # By UTC, as partitions go, whatever the zone of the server is.
    return f"SELECT DISTINCT (at AT TIME ZONE 'UTC')::date FROM {table}_default"  # noqa: S608  # a constant name


def _partition(table: str, day: date) -> str:
    return (
        f"CREATE TABLE IF NOT EXISTS {table}_{day:%Y%m%d} PARTITION OF {table} "
        f"FOR VALUES FROM ('{day} 00:00+00') TO ('{day + timedelta(days=1)} 00:00+00')"
    )

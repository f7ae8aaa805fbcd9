"""Whether the database can do its work: reached, at a revision that this code serves, and writable for the journal."""

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.store.migrations import fit
from resolvers.store.tables import AccessEvent, AccessSubject, Alert, JournalCheckpoint

_WRITTEN = (AccessEvent, AccessSubject, Alert, JournalCheckpoint)


async def not_ready(reading: AsyncEngine, writing: AsyncEngine) -> list[str]:
    """Return a sentence for what is not ready, with its remedy; an empty list means that all is."""
    try:
        found = await fit(reading)
        if not found.serves:
            return [found.remedy]
        if not await _journal_writable(writing):
            return ["the journal cannot be written: look at the database's disk and rights"]
    except (SQLAlchemyError, OSError):
        return ["the database cannot be reached: look at `GATEWAY_DATABASE_URL` and the database itself"]
    return []


async def _journal_writable(writing: AsyncEngine) -> bool:
    """Take a write transaction on the journal, its alerts included, and give it back unwritten."""
    try:
        async with writing.begin() as connection:
            if connection.dialect.name == "postgresql":
                granted = [func.has_table_privilege(table.__tablename__, "INSERT") for table in _WRITTEN]
                return all((await connection.execute(select(*granted))).one())
            for table in _WRITTEN:
                await connection.execute(select(table).limit(0))
    except SQLAlchemyError:
        return False
    return True

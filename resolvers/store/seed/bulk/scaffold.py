"""Taking indexes, keys and references off the tables while they are filled, and putting back exactly what was there."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from resolvers.store.tables import Base

# References go first and come last: they stand on the keys.
_CONSTRAINTS = text(
    "SELECT quote_ident(relname) AS bearer, quote_ident(conname) AS name, pg_get_constraintdef(c.oid) AS definition "
    "FROM pg_constraint c JOIN pg_class r ON r.oid = conrelid "
    "WHERE contype IN ('f', 'p', 'u') AND relnamespace = current_schema()::regnamespace "
    "AND relkind = 'r' AND relname = ANY (:tables) "
    "ORDER BY contype <> 'f', relname, conname"
)
_INDEXES = text(
    "SELECT quote_ident(r.relname) AS name, pg_get_indexdef(r.oid) AS definition "
    "FROM pg_index i JOIN pg_class r ON r.oid = indexrelid JOIN pg_class b ON b.oid = indrelid "
    "WHERE b.relnamespace = current_schema()::regnamespace AND b.relkind = 'r' AND b.relname = ANY (:tables) "
    "AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = r.oid AND contype IN ('p', 'u', 'x')) "
    "ORDER BY r.relname"
)


@dataclass(frozen=True, slots=True)
class Removed:
    """What was taken off, as the statements that take it off and that put it back, in their order."""

    off: tuple[str, ...]
    back: tuple[str, ...]


async def removable(connection: AsyncConnection) -> Removed:
    """Return what can be taken off the declared tables of a PostgreSQL database, from its own catalogue.

    The journal, which is partitioned and has no references, is left alone, and so are tables that are not ours.
    """
    tables = {"tables": list(Base.metadata.tables)}
    constraints = (await connection.execute(_CONSTRAINTS, tables)).all()
    indexes = (await connection.execute(_INDEXES, tables)).all()
    off = [f"ALTER TABLE {bearer} DROP CONSTRAINT {name}" for bearer, name, _ in constraints]
    back = [f"ALTER TABLE {bearer} ADD CONSTRAINT {name} {definition}" for bearer, name, definition in constraints]
    references = [statement for statement in back if " FOREIGN KEY " in statement]
    keys = [statement for statement in back if " FOREIGN KEY " not in statement]
    off += [f"DROP INDEX {name}" for name, _ in indexes]
    return Removed(tuple(off), (*keys, *(definition for _, definition in indexes), *references))

"""A database that refuses rows: as a disk that is full, or a rule that somebody has set, would."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


async def refuse(connection: AsyncConnection, table: str, where: str = "true") -> None:
    """Have the database refuse every new row of `table` for which `where` holds, as a condition on NEW."""
    if connection.dialect.name == "sqlite":
        body = "BEGIN SELECT RAISE(ABORT, 'no room'); END"
        await connection.execute(text(f'CREATE TRIGGER broken BEFORE INSERT ON "{table}" WHEN {where} {body}'))
        return
    body = f"BEGIN IF {where} THEN RAISE 'no room'; END IF; RETURN NEW; END"
    await connection.execute(text(f"CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"))
    await connection.execute(
        text(f'CREATE TRIGGER broken BEFORE INSERT ON "{table}" FOR EACH ROW EXECUTE FUNCTION broken()')
    )


async def take_again(connection: AsyncConnection, table: str) -> None:
    """Have the database take rows of `table` again."""
    on = "" if connection.dialect.name == "sqlite" else f' ON "{table}"'
    await connection.execute(text(f"DROP TRIGGER broken{on}"))

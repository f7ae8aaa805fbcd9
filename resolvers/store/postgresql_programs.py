"""PostgreSQL's own programs: `pg_dump` and `pg_restore`, told where the database is by their environment alone.

No password is ever on a command line, where other users of the machine could read it. Of what they say nothing is
passed on that could hold a row.
"""

import asyncio
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

from sqlalchemy import URL

Heard = Callable[[int], None]
"""Hears how many tables are done."""

_DUMPING, _LOADING = b"dumping contents of table", b"processing data for table"
_SSL = ("ssl", "sslmode")


class Failed(Exception):  # noqa: N818  # it says what hinders it
    """A program is not there, too old, or has ended badly; the message says what to do."""


async def dump(url: URL, server: int, snapshot: str, into: Path, heard: Heard) -> None:
    """Write the database at `url` to a new file, in the custom format, as `snapshot` shows it. Raises Failed."""
    await expect_version("pg_dump", server)
    options = ["--format=custom", f"--snapshot={snapshot}", f"--file={into}", "--verbose", "--no-password"]
    status, said = await _run("pg_dump", options, environment(url), heard, _DUMPING)
    if status:
        raise Failed(f"`pg_dump` has failed ({_first_error(said)}): look at the database's rights and at the disk")


async def load(url: URL, file: Path, heard: Heard) -> None:
    """Fill the database at `url` from such a file, whole or not at all. Owners and rights are not restored.

    Raises Failed; the program's own words are left out, since they quote rows that do not fit.
    """
    options = [f"--dbname={_quoted(url.database or '')}", "--single-transaction", "--exit-on-error", "--no-owner"]
    options += ["--no-privileges", "--verbose", "--no-password", str(file)]
    status, _ = await _run("pg_restore", options, environment(url), heard, _LOADING)
    if status:
        raise Failed(f"`pg_restore` has failed (status {status}): the server's log says why, and nothing was restored")


async def tables_in(file: Path, server: int) -> int:
    """Return how many tables' data are in a file. Raises Failed for one that is none."""
    await expect_version("pg_restore", server)
    status, said = await _run("pg_restore", ["--list", str(file)], dict(os.environ))
    if status:
        raise Failed("`pg_restore` cannot read the dump: it is damaged, or of a newer PostgreSQL")
    return said.count(b" TABLE DATA ")


async def expect_version(program: str, server: int) -> None:
    """Raise Failed where `program` is not installed, or is older than the `server` that it is to talk with."""
    status, said = await _run(program, ["--version"], dict(os.environ))
    found = re.search(rb"\(PostgreSQL\) (\d+)", said)
    if status or found is None:
        raise Failed(f"`{program}` does not tell its version: install the client programs of PostgreSQL {server}")
    if int(found[1]) < server:
        raise Failed(
            f"`{program}` is of PostgreSQL {int(found[1])}, the server of {server}: install the client programs of "
            f"PostgreSQL {server} or newer"
        )


def environment(url: URL) -> dict[str, str]:
    """Return the environment that tells a program of PostgreSQL where the database is, and the password."""
    query = {name: value if isinstance(value, str) else value[0] for name, value in url.query.items()}
    told = {
        "PGHOST": query.get("host") or url.host,
        "PGPORT": query.get("port") or (str(url.port) if url.port else None),
        "PGUSER": query.get("user") or url.username,
        "PGPASSWORD": query.get("password") or url.password,
        "PGDATABASE": url.database,
        "PGSSLMODE": next((query[name] for name in _SSL if name in query), None),
    }
    return {**os.environ, **{name: str(value) for name, value in told.items() if value}}


async def _run(
    program: str, options: Sequence[str], environment: dict[str, str], heard: Heard | None = None, mark: bytes = b"\n"
) -> tuple[int, bytes]:
    """Run a program, and return its status and all that it said."""
    try:
        process = await asyncio.create_subprocess_exec(
            program,
            *options,
            env={**environment, "LC_ALL": "C"},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
    except FileNotFoundError:
        raise Failed(f"`{program}` is not installed: install the client programs of PostgreSQL") from None
    said, done, pipe = [], 0, cast("asyncio.StreamReader", process.stdout)
    try:
        async for line in pipe:
            said.append(line)
            if heard is not None and mark in line:
                done += 1
                heard(done)
        return await process.wait(), b"".join(said)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _first_error(said: bytes) -> str:
    lines = (line.partition(b"error: ")[2] for line in said.splitlines() if b"error: " in line)
    return next(lines, b"it did not say why").decode("utf-8", "replace")


def _quoted(name: str) -> str:
    """Return the name of a database as a connection string, so that none is taken for more than a name."""
    escaped = name.replace("\\", "\\\\").replace("'", "\\'")
    return f"dbname='{escaped}'"

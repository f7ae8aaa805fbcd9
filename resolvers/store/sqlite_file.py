"""Files of SQLite: copied while others write, and looked at before something is put in their place."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

Told = Callable[[str, int, int], None]
"""Hears how far the work has come: of what, so many of so many."""

LOOK = 0.2
"""Every how many seconds it is looked how far SQLite has come."""

NOT_EMPTY = "the database is not empty: make a new one, and name it with `--database`"


class NotDone(Exception):  # noqa: N818  # it says what hinders it
    """A dump cannot be taken or loaded; the message says why, and what to do."""


async def copy_file(file: Path, into: Path, told: Told) -> None:
    """Copy a database of SQLite by VACUUM INTO: one snapshot, which waits for nobody, and nothing that was deleted."""

    def vacuum() -> None:
        with closing(sqlite3.connect(file, timeout=5)) as connection:
            connection.execute("VACUUM INTO ?", [str(into)])

    total = max(1, _size(file))
    work = asyncio.create_task(asyncio.to_thread(vacuum))
    while not (await asyncio.wait([work], timeout=LOOK))[0]:
        told("kB", min(total, _size(into)), total)
    try:
        await work
    except sqlite3.Error as error:
        raise NotDone(f"the database cannot be copied ({error}): look at its disk, and at that of the file") from None
    told("kB", total, total)


def _size(file: Path) -> int:
    """Return how many kB a file has, none where it is not there yet."""
    return file.stat().st_size // 1_024 if file.exists() else 0


def expect_no_file(file: Path) -> None:
    """Raise NotDone unless a new database may take the name of `file`: nothing of another one may be left there."""
    for beside in (file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-journal")):
        if beside.exists() and beside.stat().st_size:
            raise NotDone(f"`{beside}` is left of another database: give another `--database`")
    if not file.exists() or not file.stat().st_size:
        return
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            empty = not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    except sqlite3.Error:
        empty = False
    if not empty:
        raise NotDone(NOT_EMPTY)

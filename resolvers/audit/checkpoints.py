"""Checkpoints as they are stored now: read in order, and told when one is forged, gone or out of place."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from resolvers.store.chain import ORIGIN, digest_of
from resolvers.store.tables import JournalCheckpoint
from resolvers.store.words import CheckpointKind

AT_ONCE = 1_000
"""How many checkpoints are held in memory at once."""

Read = Callable[[str], Mapping[str, Any] | None]
"""Returns what a token says, None where none of the keys that count has signed it."""

_ROWS = JournalCheckpoint.__table__


@dataclass(frozen=True, slots=True)
class Signed:
    """One stored checkpoint: its row, and what its token says; None for what is not signed as it should be."""

    number: int
    kind: CheckpointKind
    writer: UUID | None
    position: int
    token: str
    told: Mapping[str, Any] | None

    @property
    def digest(self) -> str:
        return "" if self.told is None else str(self.told["digest"])

    @property
    def sealed(self) -> str:
        """The digest by which the next one holds this one fast."""
        return digest_of(self.token.encode())

    @property
    def tells(self) -> bool:
        """Whether the token is signed and says what stands beside it."""
        writer = None if self.writer is None else str(self.writer)
        beside = {"number": self.number, "kind": str(self.kind), "writer": writer, "position": self.position}
        return self.told is not None and all(self.told.get(name) == value for name, value in beside.items())


async def stored(connection: AsyncConnection, read: Read, *where: Any) -> AsyncIterator[Signed]:
    """Yield the checkpoints that hold `where`, by their numbers."""
    asked = select(_ROWS).where(*where).order_by(_ROWS.c.number).limit(AT_ONCE)
    page: Sequence[Any] = (await connection.execute(asked)).all()
    while page:
        for row in page:
            yield Signed(row.number, row.kind, row.writer, row.position, row.token, read(row.token))
        page = (await connection.execute(asked.where(_ROWS.c.number > page[-1].number))).all()


async def of_writer(
    connection: AsyncConnection, read: Read, writer: UUID, after: int, upto: int | None = None
) -> list[Signed]:
    """Return the checkpoints of `writer` for positions behind `after`, `upto` another where one is given."""
    where = [_ROWS.c.writer == writer, _ROWS.c.position > after]
    if upto is not None:
        where.append(_ROWS.c.position <= upto)
    return [signed async for signed in stored(connection, read, *where) if signed.tells]


async def first_behind(connection: AsyncConnection, read: Read, writer: UUID, position: int) -> Signed | None:
    """Return the first good checkpoint of `writer` that covers `position`."""
    row = _ROWS.c
    asked = select(_ROWS).where(row.writer == writer, row.position >= position)
    for found in (await connection.execute(asked.order_by(row.position, row.number).limit(AT_ONCE))).all():
        signed = Signed(found.number, found.kind, found.writer, found.position, found.token, read(found.token))
        if signed.tells:
            return signed
    return None


class Row:
    """Looks at checkpoints one after the other, and says what is wrong with each."""

    def __init__(self) -> None:
        self.last: Signed | None = None
        self.before = 0
        self.restored: list[Signed] = []

    def faults(self, signed: Signed) -> list[str]:
        """Return a sentence for each fault of `signed`, the one behind those that were looked at before."""
        name, last = f"checkpoint {signed.number}", self.last
        due, self.last = 1 if last is None else last.number + 1, signed
        found = []
        if signed.number > due:
            gone = (
                f"checkpoint {due} is" if signed.number == due + 1 else f"checkpoints {due} to {signed.number - 1} are"
            )
            found.append(f"{gone} missing: removed")
        if signed.told is None or not signed.tells:
            what = "signed by none of the keys" if signed.told is None else "not what its signature was made for"
            return [*found, f"{name} is {what}: forged or changed"]
        if signed.number == due and signed.told["previous"] != (ORIGIN if last is None else last.sealed):
            found.append(f"{name} does not follow the one before it: that one was changed, or signed in its place")
        if signed.number == 1:
            self.before = int(signed.told.get("before", 0))
        if signed.kind is CheckpointKind.RESTORE:
            self.restored.append(signed)
        return found

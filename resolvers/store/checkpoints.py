"""Checkpoints of the journal: signed statements of how far each writer's chain went, one after the other.

All writers of a database share one row of checkpoints, numbered without a gap. Each holds the digest of the one before,
so that whoever keeps the last one elsewhere holds all of them fast.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from resolvers.store.chain import ORIGIN, canonical, digest_of
from resolvers.store.tables import AccessEvent, JournalCheckpoint
from resolvers.store.words import CheckpointKind

log = logging.getLogger("gateway.checkpoints")

Sign = Callable[[bytes], str]
"""Signs canonical bytes and returns a token that holds them: a JWS in its compact form (RFC 7515)."""

_TURN = 0x6A6F75726E616C
"""The advisory lock on PostgreSQL that gives checkpoints their turn; it takes no right on any table."""


@dataclass(frozen=True, slots=True)
class Head:
    """How far a chain went: the event of `position` has `digest`."""

    writer: UUID | None = None
    position: int = 0
    digest: str = ORIGIN


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """Signs checkpoints, at the time that `clock` tells."""

    sign: Sign
    clock: Callable[[], datetime]

    async def add(self, connection: AsyncConnection, kind: CheckpointKind, head: Head) -> Mapping[str, Any]:
        """Write one checkpoint in the transaction of `connection`, and return what it says.

        Until the transaction ends, nobody else writes one.
        """
        await take_turn(connection)
        before = (await connection.execute(_LAST)).one_or_none()
        told = {
            "at": self.clock(),
            "digest": head.digest,
            "kind": kind,
            "number": 1 if before is None else before.number + 1,
            "position": head.position,
            "previous": ORIGIN if before is None else digest_of(before.token.encode()),
            "writer": head.writer,
        }
        if before is None:
            told["before"] = (await connection.execute(UNCHAINED)).scalar_one()
        token = self.sign(canonical(told))
        row = {name: told[name] for name in ("number", "kind", "writer", "position")}
        await connection.execute(insert(JournalCheckpoint), [{**row, "token": token}])
        return {**told, "token": token}


_LAST = select(JournalCheckpoint.number, JournalCheckpoint.token).order_by(JournalCheckpoint.number.desc()).limit(1)

UNCHAINED = select(func.count()).select_from(AccessEvent).where(AccessEvent.writer.is_(None))
"""How many events stand in no chain, those from before there were any: the first checkpoint says how many these are."""


async def take_turn(connection: AsyncConnection) -> None:
    """Have every other transaction that is to write a checkpoint wait for the end of this one."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(_TURN)))


def tell(told: Mapping[str, Any]) -> None:
    """Write a checkpoint that is kept to the log, by its number and digest, for whoever keeps the log elsewhere."""
    sealed = digest_of(told["token"].encode())
    log.info("checkpoint", extra={"number": told["number"], "signed": told["at"].isoformat(), "digest": sealed})

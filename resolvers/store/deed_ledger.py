"""How the event of a deed is written: in the deed's own transaction, and tied to a chain of deeds."""

import asyncio

from sqlalchemy.ext.asyncio import AsyncConnection

from resolvers.store.chain import Chain
from resolvers.store.checkpoints import Checkpoints
from resolvers.store.ledger import Entry, begin, write_many, write_rows
from resolvers.store.watch import Watch

MANY = 50
"""From how many rows on an entry is sent as one text: a batch of a feed has hundreds."""


class DeedLedger:
    """Writes the entries of deeds, each in the transaction of its deed, and ties them to a chain of their own.

    Each transaction waits for its turn when all else that it does is done, and has it until it is committed: the event
    before is then kept, or will never be.
    """

    def __init__(self, checkpoints: Checkpoints, watch: Watch) -> None:
        self.chain = Chain()
        self._checkpoints, self._watch = checkpoints, watch
        self._turn = asyncio.Lock()

    async def commit(self, connection: AsyncConnection, entry: Entry) -> None:
        """Write `entry` in the transaction of `connection`, and commit that. Raises what the database raises."""
        async with self._turn:
            content = entry.content()
            links = self.chain.tie([content])
            await begin(self.chain, self._checkpoints, connection)
            if entry.weight > MANY and connection.dialect.name == "postgresql":
                await write_many(connection, [content], links)
            else:
                await write_rows(connection, entries=[entry], links=links)
            try:
                await connection.commit()
            except BaseException:  # the connection broke, or the deed was cancelled: it may be kept all the same
                self.chain.leave()
                raise
            self.chain.kept(links)
        self._watch.note(entry.attempts)

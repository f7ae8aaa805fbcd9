"""The wire to PostgreSQL, tapped: a proxy that counts the statements which pass through it, whoever sends them."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

_STARTUP = 4
"""The length of a message comes first where a session starts; of every other message after its kind."""


class Wire:
    """The address of the proxy, and what has passed through it: SELECTs and INSERTs by their first word."""

    def __init__(self, database: str) -> None:
        self.url = urlsplit(database)
        self.counted: Counter[str] = Counter()
        self.ready, self.end = threading.Event(), asyncio.Event()

    @property
    def database(self) -> str:
        user = f"{self.url.netloc.rpartition('@')[0]}@" if "@" in self.url.netloc else ""
        return self.url._replace(netloc=f"{user}127.0.0.1:{self.port}").geturl()

    async def live(self) -> None:
        """Serve until the end; what is still connected then is let go."""
        self.loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        await self.end.wait()
        server.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up = await asyncio.open_connection(self.url.hostname, self.url.port or 5432)
        ways = [asyncio.ensure_future(way) for way in (self._sent(reader, up[1]), _passed(up[0], writer))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for each in (writer, up[1]):
                each.close()

    async def _sent(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on what a client sends, message by message, and count the statements that it runs."""
        texts: dict[bytes, str] = {}
        started = False
        while True:
            kind = await reader.readexactly(1 if started else 0)
            size = await reader.readexactly(_STARTUP)
            body = await reader.readexactly(int.from_bytes(size) - _STARTUP)
            started = started or int.from_bytes(body[:4]) == 3 << 16
            self._count(kind, body, texts)
            writer.write(kind + size + body)
            await writer.drain()

    def _count(self, kind: bytes, body: bytes, texts: dict[bytes, str]) -> None:
        """Count a bound statement by its text, which an earlier message gave it a name for, or a simple one."""
        name, _, rest = body.partition(b"\0")
        if kind == b"P":
            texts[name] = rest.partition(b"\0")[0].decode()
        elif kind == b"B":
            self._note(texts.get(rest.partition(b"\0")[0], ""))
        elif kind == b"Q":
            self._note(name.decode())

    def _note(self, statement: str) -> None:
        upper = statement.upper()
        if any(word in upper for word in _BESIDE):
            return
        self.counted["writes" if "INSERT INTO" in upper else "reads"] += upper.lstrip(" (\n").startswith(
            ("SELECT", "WITH", "INSERT")
        )


_BESIDE = ("PG_ADVISORY_XACT_LOCK", "INSERT INTO ALERT", "JOURNAL_CHECKPOINT")
"""By what one knows statements of the watch and of checkpoints, which are run beside requests and for none of them."""


async def _passed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()


@contextmanager
def wire(database: str) -> Iterator[Wire]:
    """Open a wire to `database` in a thread of its own, until the block ends."""
    made = Wire(database)
    thread = threading.Thread(target=lambda: asyncio.run(made.live()))
    thread.start()
    made.ready.wait()
    try:
        yield made
    finally:
        made.loop.call_soon_threadsafe(made.end.set)
        thread.join()

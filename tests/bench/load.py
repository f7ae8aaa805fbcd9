"""The load: clients that ask one request after another, in a process and on a core of their own.

Run as `python -m tests.bench.load`; the job comes as JSON on standard input, the figures go to standard output. The
client is a bare protocol, so that it costs less than any server that it measures.
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from typing import Any

import uvloop

Times = list[float]


class Client(asyncio.Protocol):
    """One connection: sends a request, waits for the whole answer, sends the next, until `until`, `least` at least."""

    def __init__(self, requests: Sequence[bytes], first: int, until: float, least: int) -> None:
        self.requests, self.next, self.until, self.least = requests, first, until, least
        self.times: Times = []
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.length = 0

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self._ask()

    def _ask(self) -> None:
        self.received = bytearray()
        self.transport.write(self.requests[self.next % len(self.requests)])
        self.next += 1
        self.asked = time.perf_counter()

    def data_received(self, data: bytes) -> None:
        self.received += data
        if not self.length:
            self.length = _length(self.received)
        if self.length and len(self.received) >= self.length:
            self._answered(time.perf_counter())

    def _answered(self, now: float) -> None:
        self.times.append(now - self.asked)
        self.length = 0
        if not self.received.startswith(b"HTTP/1.1 200") or b'"errors":' in self.received:
            self._end(RuntimeError(self.received[:500].decode(errors="replace")))
        elif now < self.until or len(self.times) < self.least:
            self._ask()
        else:
            self._end(None)

    def _end(self, why: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(why) if why else self.done.set_result(None)
        self.transport.close()

    def connection_lost(self, why: Exception | None) -> None:
        self._end(why or ConnectionError("the server closed the connection"))


def _length(received: bytearray) -> int:
    """Return the length of the answer with its head, 0 as long as that is not known."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return 0
    head = bytes(received[:end]).lower()
    return end + 4 + int(head.partition(b"content-length:")[2].split()[0])


async def run(port: int, requests: Sequence[bytes], clients: int, seconds: float, least: int) -> dict[str, Any]:
    """Return the figures of `clients` that ask for `seconds`, `least` times each at least, each from another place on."""
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    asking = []
    for number in range(clients):
        first = number * len(requests) // clients
        _, client = await loop.create_connection(
            lambda first=first: Client(requests, first, began + seconds, least), "127.0.0.1", port
        )
        asking.append(client)
    await asyncio.gather(*(client.done for client in asking))
    times = sorted(each for client in asking for each in client.times)
    return {"requests": len(times), "seconds": time.perf_counter() - began, **_percentiles(times)}


def _percentiles(times: Times) -> dict[str, float]:
    """Return the median and the 99th percentile, in milliseconds."""
    return {f"p{share}": times[min(len(times) * share // 100, len(times) - 1)] * 1000 for share in (50, 99)}


def main() -> None:
    job = json.load(sys.stdin)
    job["requests"] = [text.encode() for text in job["requests"]]
    json.dump(uvloop.run(run(**job)), sys.stdout)


if __name__ == "__main__":
    main()

"""GraphQL over server-sent events, distinct connections: one request, answered by `next` events and `complete`."""

import asyncio
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

import orjson
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.endings import Ended, Why
from gateway.negotiation import EVENTS
from gateway.operations import Asked
from gateway.streams import Told, sent
from gateway.subscriptions import Failed, Subscriptions, following
from resolvers.stopping import stop

_COMPLETE = b"event: complete\ndata: \n\n"
_BEAT = b":\n\n"
"""A comment, which clients overlook and proxies take for life."""


def once(body: Mapping[str, Any]) -> bytes:
    """Return an answer as a whole stream: its one `next`, and `complete`."""
    return _next(body) + _COMPLETE


def _next(body: Mapping[str, Any]) -> bytes:
    return b"event: next\ndata: " + orjson.dumps(body) + b"\n\n"


class EventStream(Response):
    """The answer to a subscription, as long as it is open.

    A comment goes out each `beat` seconds after the beginning, whatever else does: it tells of no event.
    """

    media_type = EVENTS

    def __init__(
        self,
        subscriptions: Subscriptions,
        asked: Asked,
        told: Told,
        held: ExitStack,
        *,
        beat: float,
        headers: Mapping[str, str],
    ) -> None:
        super().__init__(None, 200, {**headers, "X-Accel-Buffering": "no"}, f"{EVENTS}; charset=utf-8")
        del self.headers["content-length"]
        self._subscriptions, self._asked, self._told = subscriptions, asked, told
        self._held, self._beat = held, beat

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  # as ASGI has it
        """Answer until the client is gone, or something ends it."""
        with self._held:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            telling, gone = asyncio.create_task(self._tell(send)), asyncio.create_task(_gone(receive))
            ends: set[asyncio.Future[Any]] = {telling, gone, self._told.one.ending}
            try:
                await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
                if gone.done():
                    return
                last = telling.result() if telling.done() else once({"errors": [self._told.one.ending.result().error]})
            finally:
                await stop(telling, gone)
            await send({"type": "http.response.body", "body": last})

    async def _tell(self, send: Send) -> bytes:
        """Send what there is to tell, and return what is to be sent last."""
        loop = asyncio.get_running_loop()
        beat = loop.time() + self._beat
        try:
            await _say(send, _BEAT)
            while True:
                try:
                    async with asyncio.timeout_at(beat):
                        pending = await following(self._told.stream)
                except TimeoutError:
                    beat += self._beat
                    await _say(send, _BEAT)
                    continue
                answer = await self._subscriptions.told(self._asked, pending)
                if answer is not None:
                    await _say(send, _next(answer))
                    self._told.event()
        except Ended as ended:
            self._told.why = ended.ending.why
            return once({"errors": [ended.ending.error]})
        except Failed as failed:
            self._told.why = Why.REFUSED
            return once({"errors": failed.errors})


async def _say(send: Send, part: bytes) -> None:
    """Send a part of a stream. Raises Ended where its client reads nothing."""
    await sent(send({"type": "http.response.body", "body": part, "more_body": True}))


async def _gone(receive: Receive) -> None:
    """Return once the client is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass

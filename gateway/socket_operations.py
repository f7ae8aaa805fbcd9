"""The operations of one socket: each begun by a `subscribe`, answered under its id, and ended by either side."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import Any

from graphql import OperationType
from starlette.datastructures import Headers
from starlette.websockets import WebSocketDisconnect, WebSocketDisconnected

from gateway.access import Stated, stated_in
from gateway.claims import Bearer
from gateway.endings import Ended, Ending, Why
from gateway.errors import Code, Refusal, fault
from gateway.messages import Message
from gateway.operations import Asked
from gateway.request import read_parts
from gateway.room import Room
from gateway.streams import Open, Told
from gateway.subscriptions import Failed, following
from gateway.visit import Visit
from resolvers.stopping import stop

Send = Callable[..., Awaitable[None]]
"""Sends a message: its type, the id of its operation, and its payload."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An operation as a socket's client wants it: the message, who asks, and what was stated for the whole socket.

    `begun` is set once it is known what it is.
    """

    message: Message
    bearer: Bearer
    access: Stated
    begun: asyncio.Event = field(default_factory=asyncio.Event)


class SocketOperations:
    """The operations of one socket by their ids."""

    def __init__(self, room: Room, one: Open, send: Send) -> None:
        self._room, self._one, self._send = room, one, send
        self._running: dict[str, asyncio.Task[None]] = {}
        self._answers: set[asyncio.Task[None]] = set()
        """Those that are no streams: their answers are waited for when the process stops."""

    async def begin(self, wanted: Wanted) -> None:
        """Begin an operation; return once it is known what it is, and a subscription once its stream is in force.

        Raises Ended for an id that is in use.
        """
        name = wanted.message.id
        if name in self._running:
            raise Ended(Ending.DOUBLE)
        if len(self._running) >= self._room.most:
            await self._send("error", name, _too_many(self._room.most).errors)
            return
        task = asyncio.create_task(self._operation(wanted))
        self._running[name] = task
        task.add_done_callback(lambda done: self._over(wanted, done))
        await wanted.begun.wait()

    def _over(self, wanted: Wanted, task: asyncio.Task[None]) -> None:
        wanted.begun.set()
        self._answers.discard(task)
        if self._running.get(wanted.message.id) is task:
            del self._running[wanted.message.id]
        cause = None if task.cancelled() else task.exception()
        if cause is not None:
            fault(cause, "a socket")  # logged: the client hears of it by the ending alone
            self._one.end(Ending.FAULT)

    async def complete(self, name: str) -> None:
        """End a stream that the client no longer wants, and do not send what would have been an answer.

        An operation that is no stream goes on to its end, as that of a request does whose client is gone. An unknown
        one is over already.
        """
        task = self._running.pop(name, None)
        if task is not None and task not in self._answers:
            await stop(task)

    async def answered(self, seconds: float) -> None:
        """Return once what is no stream has been answered, after so many `seconds` at the latest."""
        if self._answers:
            await asyncio.wait(self._answers, timeout=seconds)

    async def stop(self) -> None:
        """End all streams, and return once all else has come to its end: each is given up in time."""
        await stop(*(task for task in self._running.values() if task not in self._answers))
        while self._answers:
            await asyncio.wait(self._answers)

    async def _operation(self, wanted: Wanted) -> None:
        visit, name = self._room.observers.begin(()), wanted.message.id
        with ExitStack() as held, suppress(WebSocketDisconnect, WebSocketDisconnected):
            try:
                followed = await self._answered(wanted, visit, held)
            except Refusal as refusal:
                await self._refused(name, visit, refusal)
            except Failed as failed:
                visit.answered({"errors": failed.errors}, 200)
                await self._last(name, "error", failed.errors)
            except (WebSocketDisconnect, WebSocketDisconnected):
                raise
            except Exception as cause:  # noqa: BLE001  # as at the door: nothing unforeseen leaves with its text
                await self._refused(name, visit, fault(cause, visit.id))
            else:
                if followed is not None:
                    wanted.begun.set()
                    await self._follow(name, *followed)

    async def _refused(self, name: str, visit: Visit, refusal: Refusal) -> None:
        visit.answered({"errors": refusal.errors}, refusal.status)
        await self._last(name, "error", refusal.errors)

    async def _next(self, name: str, answer: dict[str, Any]) -> None:
        """Send an answer, unless the client has completed the operation meanwhile."""
        if self._running.get(name) is asyncio.current_task():
            await self._send("next", name, answer)

    async def _last(self, name: str, kind: str, payload: Any = None) -> None:
        """Send the last message of an operation, whose id is free from then on."""
        if self._running.get(name) is asyncio.current_task():
            del self._running[name]
            await self._send(kind, name, payload)

    async def _answered(self, wanted: Wanted, visit: Visit, held: ExitStack) -> tuple[Asked, Told] | None:
        """Answer a query or a mutation, or return what a subscription is told by."""
        try:
            with self._room.load.of(wanted.bearer.subject), self._room.load.running():
                asked = self._weighed(wanted, visit)
                if asked.selection.kind is OperationType.SUBSCRIPTION:
                    return asked, await self._begun(asked, held)
                self._note_answer(wanted)
                answer = await self._room.operations.answer(asked)
            visit.answered(answer, 200)
        finally:
            self._room.observers.end(visit)
        await self._next(wanted.message.id, answer)
        await self._last(wanted.message.id, "complete")
        return None

    def _weighed(self, wanted: Wanted, visit: Visit) -> Asked:
        request = read_parts(wanted.message.payload)
        stated = stated_in(request.extensions, Headers(), Bearer(wanted.bearer.subject)) or wanted.access
        return self._room.scales.weigh(request, wanted.bearer, stated, None, visit)

    async def _begun(self, asked: Asked, held: ExitStack) -> Told:
        room = self._room
        held.enter_context(room.streams.counted(asked.bearer.subject))
        stream = await room.subscriptions.begin(asked)
        asked.visit.answered({}, 200)
        return held.enter_context(room.streams.followed(self._one, stream, "websocket"))

    def _note_answer(self, wanted: Wanted) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._answers.add(task)
        wanted.begun.set()

    async def _follow(self, name: str, asked: Asked, told: Told) -> None:
        try:
            while True:
                answer = await self._room.subscriptions.told(asked, await following(told.stream))
                if answer is not None:
                    await self._next(name, answer)
                    told.event()
        except Ended as ended:
            told.why = ended.ending.why
            self._one.end(ended.ending)
        except Failed as failed:
            told.why = Why.REFUSED
            await self._last(name, "error", failed.errors)


def _too_many(most: int) -> Refusal:
    message = f"this socket has {most} operations under way, as many as it may: complete one"
    told = {"code": Code.LIMIT_EXCEEDED, "limit": "operations", "maximum": most}
    return Refusal(Code.LIMIT_EXCEEDED, errors=[{"message": message, "extensions": told}])

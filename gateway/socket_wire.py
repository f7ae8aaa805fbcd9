"""The wire of a WebSocket: uvicorn's protocol, which here keeps nothing for who reads nothing and ends every flood.

Frames that are no messages (pings, pongs, pieces of a message) never reach the application, so what they may cost is
bounded here.
"""

import asyncio
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

from gateway.endings import Ending
from gateway.pace import Pace
from gateway.wire import WRITE_SECONDS, drain

CLOSE_SECONDS = 5.0
"""For how many seconds a socket that is closed may still read what it was sent."""

UNSENT = 32_768
"""How many bytes that a socket's client has not read are kept, before whoever sends more must wait."""

PIECE = 4_096
"""How many bytes of what a client has sent are looked at before it is asked whether they are a flood."""

MOST_FRAMES, WITHIN = 200, 1.0
"""How many frames of whatever kind a client may send within so many seconds: twice the messages that it may."""


class SocketWire(WebSocketsSansIOProtocol):
    """One WebSocket of a client: what it does not read is not piled up, and it is told why it is dropped."""

    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._pace = Pace(MOST_FRAMES, WITHIN)
        self.transport.set_write_buffer_limits(high=UNSENT)

    def connection_lost(self, exc: Exception | None) -> None:
        self._read_on()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        for start in range(0, len(data), PIECE):
            if self.transport.is_closing():
                return
            super().data_received(data[start : start + PIECE])
        if not self.handshake_initiated and not self.transport.is_closing():
            self._refuse_handshake()

    def _refuse_handshake(self) -> None:
        """Say what was wrong with a handshake. It came whole, so one that has not begun now is refused."""
        self.handshake_complete = self.close_sent = True
        self.transport.write(b"".join(self.conn.data_to_send()))
        self._close()

    def handle_connect(self, event: Any) -> None:
        """Take nothing before the handshake is answered: the parser knows no frame that early."""
        super().handle_connect(event)
        self.transport.pause_reading()

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.accept" and self._unread is None:
            self.transport.resume_reading()

    async def receive(self) -> Any:
        message = await super().receive()
        if self._unread is not None:
            self.transport.pause_reading()
        return message

    def handle_text(self, event: Any) -> None:
        if self._few():
            super().handle_text(event)

    def handle_bytes(self, event: Any) -> None:
        if self._few():
            super().handle_bytes(event)

    def handle_cont(self, event: Any) -> None:
        # A piece without a byte would be kept all the same, and the size of a message does not bound how many come.
        if self._few() and (event.data or event.fin):
            super().handle_cont(event)

    def send_receive_event_to_app(self) -> None:
        """Hand on what has come whole; uvicorn would log each text that is none as a fault of ours."""
        if self.curr_msg_data_type == "text" and not _is_text(b"".join(self.frames)):
            self._end(Ending.INVALID)
            return
        super().send_receive_event_to_app()

    def handle_ping(self) -> None:
        if self._few():
            super().handle_ping()

    def handle_pong(self, event: Any) -> None:
        if self._few():
            super().handle_pong(event)

    def _few(self) -> bool:
        """Count a frame, and tell whether it is to be handled: where too many have come, all is over."""
        if self._pace.exceeded(self.loop.time()):
            self._end(Ending.FLOOD)
        return not self.transport.is_closing()

    def pause_writing(self) -> None:
        """Take nothing more from a client that reads nothing: for each ping a pong would wait for it."""
        self._unread = self.loop.call_later(WRITE_SECONDS, self._end, Ending.SLOW)
        super().pause_writing()
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        self._read_on()
        super().resume_writing()
        if not self.read_paused:
            self.transport.resume_reading()

    def keepalive_timeout(self) -> None:
        """End it, at once for the application: the connection may wait long for a client that is gone."""
        self.pong_timer = self.pending_ping_payload = None
        self._end(Ending.SILENT if self._unread is None else Ending.SLOW)

    def handle_parser_exception(self) -> None:
        super().handle_parser_exception()
        self._gone()

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        """Have the connection end soon after the application has, whatever its other end reads or answers."""
        super().on_task_complete(task)
        self.loop.call_later(self.close_timeout + CLOSE_SECONDS, self.transport.abort)

    def shutdown(self) -> None:
        """Have the application close it, which knows what is still to be answered; it is closed at once before that."""
        drain(self.app_state)
        if not self.handshake_complete or self.close_sent:
            super().shutdown()

    def _end(self, ending: Ending) -> None:
        """Say why, behind what has not been read, and wait no longer than that may take."""
        if not self.close_sent and not self.transport.is_closing():
            if self.conn.state is State.OPEN:  # else the client has closed it, and is answered
                self.conn.send_close(ending.code, ending.reason)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
            self.queue.put_nowait({"type": "websocket.disconnect", "code": ending.code})
        self._gone()
        self._close()

    def _gone(self) -> None:
        """Have whoever sends, or waits to, hear that the client is gone."""
        self.disconnected = True
        self.writable.set()

    def _close(self) -> None:
        self.transport.close()
        self.loop.call_later(CLOSE_SECONDS, self.transport.abort)

    def _read_on(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True

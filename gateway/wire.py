"""The wire of HTTP: uvicorn's protocol, which here waits for ever for no head and no reader, and bounds every head."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LONGEST_HEAD = 32_768
"""The most bytes that the head of a request may have, of whatever headers: a token may have 8 kB."""

HEAD_SECONDS = 10.0
"""For how many seconds the head of a request is waited for, from its connection or the end of the answer before."""

WRITE_SECONDS = 30.0
"""For how many seconds a client may leave an answer unread; then it is dropped, with what it would have got."""

DRAIN = "drain"
"""The key, in the state of the application, of what is to be called once the process is told to stop."""

_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Wire(HttpToolsProtocol):
    """One connection of a client."""

    _head = 0
    """Bytes that have come of a head that is not complete."""
    _told = 0
    """Bytes of the address and the headers that have been read of it."""
    _waits_for_head = True
    _timer: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._timer = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        self._read_on()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._waits_for_head:
            self._head += len(data)
            if self._timer is None:
                self._timer = self.loop.call_later(HEAD_SECONDS, self._give_up)
        super().data_received(data)
        if self._waits_for_head and self._head > LONGEST_HEAD and not self.transport.is_closing():
            self._refuse_head()

    def on_message_begin(self) -> None:
        self._told = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        self._read(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._read(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._stop()
        self._waits_for_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._waits_for_head, self._head = True, 0

    def send_400_response(self, msg: str) -> None:
        if self._told > LONGEST_HEAD:
            self._refuse_head()
        else:
            super().send_400_response(msg)

    def pause_writing(self) -> None:
        self._unread = self.loop.call_later(WRITE_SECONDS, self.transport.abort)
        super().pause_writing()

    def resume_writing(self) -> None:
        self._read_on()
        super().resume_writing()

    def _read_on(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _read(self, length: int) -> None:
        """Count what is read of a head. Raises ValueError where it is too much, at which the parser stops."""
        self._told += length
        if self._told > LONGEST_HEAD:
            raise ValueError("the head of a request is too large")

    def _refuse_head(self) -> None:
        self.transport.write(_TOO_LARGE)
        self._give_up()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        self.transport.close()

    def shutdown(self) -> None:
        drain(self.app_state)
        super().shutdown()


def drain(state: dict[str, Any]) -> None:
    """Tell the application that the process stops, where it has said what is to be called then."""
    told = state.get(DRAIN)
    if told is not None:
        told()

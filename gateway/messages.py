"""Messages of graphql-transport-ws: what a client may send, read strictly, and what it is sent."""

from dataclasses import dataclass
from typing import Any

import orjson

from gateway.endings import Ended, Ending

PROTOCOL = "graphql-transport-ws"

LONGEST_ID = 128
"""The most characters that a client may give as the id of an operation."""

_WITHOUT_ID = {"connection_init", "ping", "pong"}
_WITH_ID = {"subscribe", "complete"}


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a client; `id` names an operation where the message is about one."""

    type: str
    id: str = ""
    payload: dict[str, Any] | None = None


def read_message(frame: dict[str, Any], most: int) -> Message:
    """Return the message in one frame, as ASGI has it.

    Raises Ended for one of more than `most` bytes, and for whatever is no message that a client may send.
    """
    text = frame.get("text")
    if text is None:
        raise Ended(Ending.INVALID)
    if len(text) > most or len(text.encode()) > most:
        raise Ended(Ending.LARGE)
    try:
        parts = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Ended(Ending.INVALID) from None
    if not isinstance(parts, dict):
        raise Ended(Ending.INVALID)
    return _checked(parts)


def _checked(parts: dict[str, Any]) -> Message:
    kind, name, payload = parts.get("type"), parts.get("id"), parts.get("payload")
    if not isinstance(kind, str) or not isinstance(payload, dict | None):
        raise Ended(Ending.INVALID)
    if kind in _WITHOUT_ID:
        return Message(kind, payload=payload)
    if kind in _WITH_ID and isinstance(name, str) and 0 < len(name) <= LONGEST_ID:
        if kind == "subscribe" and payload is None:
            raise Ended(Ending.INVALID)
        return Message(kind, name, payload)
    raise Ended(Ending.INVALID)


def write_message(kind: str, name: str | None = None, payload: Any = None) -> str:
    """Return a message to a client."""
    parts: dict[str, Any] = {"type": kind}
    if name is not None:
        parts["id"] = name
    if payload is not None:
        parts["payload"] = payload
    return orjson.dumps(parts).decode()

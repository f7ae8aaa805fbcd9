"""Endings: why the gateway ends a socket or a stream, each with the code that its client is told."""

from enum import Enum, StrEnum
from typing import Any

from gateway.errors import Code, error_of


class Why(StrEnum):
    """Why something that was open is open no longer, for metrics and the log: a closed list."""

    CLIENT = "CLIENT"
    REFUSED = "REFUSED"
    TOKEN = "TOKEN"  # noqa: S105  # a word
    LAPSED = "LAPSED"
    RESTART = "RESTART"
    SLOW = "SLOW"
    PROTOCOL = "PROTOCOL"
    FAULT = "FAULT"


class Ending(Enum):
    """How a socket is closed: its close code (RFC 6455 7.4, graphql-transport-ws), what is said, and why."""

    INVALID = (4400, "Invalid message", Why.PROTOCOL)
    UNACKNOWLEDGED = (4401, "Unauthorized: send connection_init first", Why.PROTOCOL)
    FORBIDDEN = (4403, "Forbidden: the token is not valid here, or no longer", Why.REFUSED)
    SUBPROTOCOL = (4406, "Subprotocol not acceptable: speak graphql-transport-ws", Why.PROTOCOL)
    UNINITIALISED = (4408, "Connection initialisation timeout", Why.PROTOCOL)
    DOUBLE = (4409, "Subscriber for this id already exists", Why.PROTOCOL)
    TWICE = (4429, "Too many initialisation requests", Why.PROTOCOL)
    FLOOD = (4430, "Too many messages", Why.PROTOCOL)
    TOKEN = (4440, "The token has run out: connect with a new one", Why.TOKEN)
    LAPSED = (4441, "The account may not ask for this any longer", Why.LAPSED)
    SLOW = (4442, "What was sent is not read: connect again", Why.SLOW)
    LARGE = (1009, "Message too big", Why.PROTOCOL)
    FAULT = (1011, "Internal error", Why.FAULT)
    SILENT = (1011, "No pong has come: connect again", Why.CLIENT)
    RESTART = (1012, "Service restart: connect again", Why.RESTART)
    LATER = (1013, "Try again later", Why.REFUSED)

    def __init__(self, code: int, reason: str, why: Why) -> None:
        self.code, self.reason, self.why = code, reason, why

    @property
    def error(self) -> dict[str, Any]:
        """The same as an error, for clients whose connections have no close codes."""
        error = error_of(_CODES.get(self.why, Code.BAD_REQUEST), self.reason)
        error["extensions"]["closeCode"] = self.code
        return error


_CODES = {
    Why.TOKEN: Code.UNAUTHENTICATED,
    Why.LAPSED: Code.FORBIDDEN,
    Why.RESTART: Code.UNAVAILABLE,
    Why.SLOW: Code.UNAVAILABLE,
    Why.FAULT: Code.INTERNAL,
}


class Ended(Exception):  # noqa: N818  # it says what has come to pass
    """Says that a socket or a stream is to be ended, and how."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending.name)
        self.ending = ending

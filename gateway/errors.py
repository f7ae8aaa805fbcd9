"""Errors as clients see them: a closed list of codes, a message that says what to do, and nothing more (R27)."""

import logging
import traceback
from enum import StrEnum
from math import ceil
from types import TracebackType
from typing import Any
from uuid import uuid4

from graphql import GraphQLError

from resolvers.errors import BadInput, BudgetExceeded, Forbidden
from resolvers.store.snapshot import is_away

log = logging.getLogger("gateway")


class Code(StrEnum):
    """The stable codes, in `extensions.code` of every error."""

    BAD_REQUEST = "BAD_REQUEST"
    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    PURPOSE_REQUIRED = "PURPOSE_REQUIRED"
    DOCUMENT_NOT_FOUND = "DOCUMENT_NOT_FOUND"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    BUDGET_EXCEEDED = "BUDGET_EXCEEDED"
    TIMEOUT = "TIMEOUT"
    UNAVAILABLE = "UNAVAILABLE"
    INTERNAL = "INTERNAL"


OUTAGE = 2
"""After how many seconds a client may try again what could not be had: an outage is short."""

STATUS = {
    Code.BAD_REQUEST: 400,
    Code.GRAPHQL_PARSE_FAILED: 400,
    Code.GRAPHQL_VALIDATION_FAILED: 400,
    Code.BAD_USER_INPUT: 400,
    Code.UNAUTHENTICATED: 401,
    Code.FORBIDDEN: 403,
    Code.PURPOSE_REQUIRED: 400,
    Code.DOCUMENT_NOT_FOUND: 404,
    Code.LIMIT_EXCEEDED: 400,
    Code.BUDGET_EXCEEDED: 429,
    Code.TIMEOUT: 504,
    Code.UNAVAILABLE: 503,
    Code.INTERNAL: 500,
}
"""The status of a request refused with each code, before any of it has run."""


class Refusal(Exception):  # noqa: N818  # a refusal is an answer, not a failure
    """Ends a request with one or more errors and no data; `wait` is after how many seconds it may be sent again."""

    def __init__(
        self, code: Code, *messages: str, status: int | None = None, errors: Any = None, wait: int | None = None
    ) -> None:
        super().__init__(code)
        self.code, self.wait = code, wait
        self.status = status or STATUS[code]
        self.errors: list[dict[str, Any]] = errors or [error_of(code, message) for message in messages]


def error_of(code: Code, message: str, **extra: Any) -> dict[str, Any]:
    """Return one error as it stands in an answer."""
    return {"message": message, "extensions": {"code": code}, **extra}


def located(code: Code, error: GraphQLError) -> dict[str, Any]:
    """Return an error of graphql-core with its place in the document."""
    shown = error_of(code, error.message)
    if error.locations:
        shown["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    if error.path:
        shown["path"] = error.path
    return shown


def execution_error(error: GraphQLError, request: str) -> dict[str, Any]:
    """Return an error of execution as clients see it; `request` is the id of the request in the log.

    Raises Refusal for a budget that is used up, and for whatever nobody foresaw: an answer that lost a part to
    a fault would read as withheld, so the whole of it is refused.
    """
    cause = error.original_error
    if isinstance(cause, BadInput):
        return located(Code.BAD_USER_INPUT, error)
    if isinstance(cause, BudgetExceeded):
        raise spent(cause)
    if isinstance(cause, Forbidden):
        raise Refusal(Code.FORBIDDEN, str(cause))
    code = (error.extensions or {}).get("code")
    if code == Code.FORBIDDEN:
        return located(Code.FORBIDDEN, error)
    raise fault(cause or error, request)


def spent(cause: BudgetExceeded) -> Refusal:
    """Return the refusal for a budget that is used up."""
    return Refusal(Code.BUDGET_EXCEEDED, str(cause), wait=ceil(cause.wait.total_seconds()))


def fault(cause: BaseException, request: str) -> Refusal:
    """Return the refusal for an unforeseen fault: a reference that the log carries too, and nothing more."""
    if is_away(cause):
        return outage(cause, request)
    return Refusal(Code.INTERNAL, f"something went wrong: report the reference {_logged(cause, request)}")


def outage(cause: BaseException, request: str) -> Refusal:
    """Return the refusal for something that the gateway needs and cannot have now."""
    reference = _logged(cause, request)
    message = f"the directory cannot be reached now: try again (reference {reference})"
    return Refusal(Code.UNAVAILABLE, message, wait=OUTAGE)


def _logged(cause: BaseException, request: str) -> str:
    """Log the kind of fault and where it arose, never its text, which may hold what was read (R31)."""
    reference = f"e{uuid4().hex[:11]}"  # a letter first: twelve digits would read as a directory number
    told = {"reference": reference, "fault": type(cause).__name__, "frames": places(cause.__traceback__)}
    log.error("a request failed", extra={"request": request, **told})
    return reference


def places(trace: TracebackType | None) -> list[str]:
    """Return where in our own code a fault passed, the last eight places."""
    frames = [frame for frame in traceback.extract_tb(trace) if "site-packages" not in frame.filename]
    return [f"{frame.filename}:{frame.lineno}" for frame in frames[-8:]]

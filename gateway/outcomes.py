"""What came of an operation, as the journal keeps it, and the refusals that carry it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from authz.trail import Trail
from authz.viewer import Viewer
from gateway.errors import Refusal
from resolvers.attempt import Attempt
from resolvers.context import Operation


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an operation: who asked, `OK` or the code that refused it, what it touched and what it tried."""

    viewer: Viewer
    code: str
    trail: Trail = field(default_factory=Trail)
    attempts: Sequence[Attempt] = ()


class Refused(Exception):  # noqa: N818  # as `Refusal`
    """A refusal of a known viewer's operation, whose outcome until then the journal keeps."""

    def __init__(self, refusal: Refusal, outcome: Outcome) -> None:
        super().__init__(refusal.code)
        self.refusal, self.outcome = refusal, outcome


class NotAdmitted(Refused):
    """A refusal before anything of the directory is read."""


def outcome_of(operation: Operation, code: str) -> Outcome:
    """Return what came of `operation`, which ended with `code`."""
    return Outcome(operation.viewer, code, operation.trail, operation.attempts)

"""Problems: why a deed was not done, in words that never confirm what its viewer may not see (R32)."""

from dataclasses import dataclass
from enum import auto

from authz.words import Word


class ProblemCode(Word):
    """The stable codes of what keeps a deed from being done."""

    INVALID = auto()
    STALE_VERSION = auto()
    DUPLICATE_KEY = auto()
    NOT_YOURS_TO_CHANGE = auto()
    NEEDS_BASIS = auto()
    NEEDS_SECOND_PERSON = auto()
    NOT_FOUND = auto()


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason, with the input field that it is about, None where it is about the whole."""

    code: ProblemCode
    field: str | None
    message: str


class NotDone(Exception):  # noqa: N818  # a problem is an answer, not a failure
    """Ends a deed before it is done; nothing of it is kept, and its problems are the answer."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*(problem.code for problem in problems))
        self.problems = problems


def not_found(field: str) -> NotDone:
    """Return the problem of a target that is absent, forbidden or hidden: all three alike, to the letter (R12)."""
    return NotDone(Problem(ProblemCode.NOT_FOUND, field, f"`{field}` names nothing that this account may change"))


def invalid(field: str | None, message: str) -> NotDone:
    """Return the problem of a value that cannot be meant, whatever is stored or as far as the viewer sees it."""
    return NotDone(Problem(ProblemCode.INVALID, field, message))


def stale() -> NotDone:
    """Return the problem of a version that is not the present one."""
    message = "the record has changed since this version: read it again, then repeat the change"
    return NotDone(Problem(ProblemCode.STALE_VERSION, "version", message))


def duplicate_key(field: str | None) -> NotDone:
    """Return the problem of a key under which this account has done something else within the day."""
    message = "another deed was done under this key within 24 hours: take a new key for each deed"
    return NotDone(Problem(ProblemCode.DUPLICATE_KEY, field, message))


def needs_basis(field: str) -> NotDone:
    """Return the problem of sensitive work that is recorded without a basis (R11)."""
    message = f"sensitive work needs a basis: say in `{field}` whether it is consent or a risk of significant harm"
    return NotDone(Problem(ProblemCode.NEEDS_BASIS, field, message))


def not_yours(field: str) -> NotDone:
    """Return the problem of a value that the viewer does not see, whatever is stored: nobody writes it unread (R32)."""
    message = f"`{field}` is withheld from this account: leave it out, or ask the broker"
    return NotDone(Problem(ProblemCode.NOT_YOURS_TO_CHANGE, field, message))


def needs_second_person(message: str) -> NotDone:
    """Return the problem of a step that another account must take."""
    return NotDone(Problem(ProblemCode.NEEDS_SECOND_PERSON, None, message))


MOST_TEXT = 2_000
"""The most characters of a text that a person writes: a note, a justification, a message."""


def written(field: str, text: str, most: int = MOST_TEXT) -> str:
    """Return `text` without blanks around it. Raises NotDone INVALID where nothing, or too much, is left."""
    kept = text.strip()
    if not kept or len(kept) > most or "\0" in kept:
        raise invalid(field, f"`{field}` must be a text of 1 to {most} characters")
    return kept

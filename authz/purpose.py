"""Why a viewer asks: a purpose that the account holds, and a reason in the viewer's own words (R15)."""

from authz.words import Purpose

SHORTEST, LONGEST, FEWEST_WORDS = 10, 500, 2

BOILERPLATE = frozenset(
    {
        "as required",
        "business as usual",
        "business need",
        "case work",
        "checking record",
        "checking the record",
        "for my work",
        "for work purposes",
        "just looking",
        "lorem ipsum",
        "n/a n/a n/a",
        "need to know",
        "no reason given",
        "not applicable",
        "official business",
        "part of my job",
        "routine check",
        "routine enquiry",
        "see case notes",
        "some reason here",
        "test test test",
        "testing testing",
        "to be confirmed",
        "work purposes",
        "work related",
        "your reason here",
    }
)
"""Reasons that say nothing, compared without case, punctuation at the ends and doubled spaces."""

_PURPOSE_NAMES = frozenset(purpose.replace("_", " ").lower() for purpose in Purpose)


def read_purpose(text: str | None) -> Purpose | None:
    """Return the purpose that `text` names exactly, or None."""
    return Purpose(text) if text is not None and text in Purpose.__members__ else None


def says_why(reason: str | None) -> bool:
    """Tell whether `reason` may stand in the journal: 10 to 500 characters, two words, no boilerplate.

    Letters make words: a row of dots or digits is none. Control characters are refused, since a journal that
    is read in court must print as it was written.
    """
    if reason is None or not SHORTEST <= len(reason.strip()) <= LONGEST:
        return False
    if any(not char.isprintable() for char in reason):
        return False
    words = reason.replace("_", " ").split()
    said = " ".join(words).lower().strip(" .,;:!?-'\"")
    telling = [word for word in words if any(char.isalpha() for char in word)]
    return len(telling) >= FEWEST_WORDS and said not in BOILERPLATE | _PURPOSE_NAMES

"""How names are compared: without case, diacritics, hyphens, apostrophes and doubled spaces."""

import unicodedata

_SEPARATING = frozenset("_./,")
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\N{LATIN SMALL LETTER DOTLESS I}": "i"}
)
"""Letters that no decomposition folds to plain ones."""


def fold(name: str) -> str:
    """Return the form of `name` in which names are stored for search and compared.

    Case, diacritics and punctuation are folded away, dashes separate; letters of every script stay. A name
    that folds to nothing matches nothing.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    return " ".join("".join(map(_kept, plain)).translate(_LETTERS).split())


def _kept(char: str) -> str:
    if char.isspace() or char in _SEPARATING or unicodedata.category(char) == "Pd":
        return " "
    return char if char.isalnum() else ""

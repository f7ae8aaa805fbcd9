"""How names are compared: without case, diacritics, hyphens, apostrophes and order, or by their sound."""

import unicodedata
from functools import lru_cache

from jellyfish import metaphone, nysiis

_SEPARATING = frozenset("_./,")
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\N{LATIN SMALL LETTER DOTLESS I}": "i"}
)
"""Letters that no decomposition folds to plain ones."""

_PARTICLES = frozenset(
    "al,ap,da,de,del,della,den,der,di,dos,du,el,fitz,ibn,la,le,mac,mc,ni,o,san,st,te,ten,van,von".split(",")  # noqa: SIM905  # a line, not 27
)
"""Words that belong to the word after them: `O Connor` is `O'Connor`, `Van Der Berg` is `Vanderberg`."""

_KEPT = 10_000
"""Names whose codes are kept in memory: the common ones come again and again."""


def fold(name: str) -> str:
    """Return the form of `name` in which names are sorted and their words compared.

    Case, diacritics and punctuation are folded away, dashes separate; letters of every script stay. A name
    that folds to nothing matches nothing.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    return " ".join("".join(map(_kept, plain)).translate(_LETTERS).split())


def _kept(char: str) -> str:
    if char.isspace() or char in _SEPARATING or unicodedata.category(char) == "Pd":
        return " "
    return char if char.isalnum() else ""


def letters(name: str) -> int:
    """Return how many letters `name` has once folded; a sign that stands for a syllable or a word counts three."""
    return sum(3 if unicodedata.east_asian_width(char) in "WF" else 1 for char in fold(name) if char.isalpha())


def name_key(name: str) -> str:
    """Return the form in which family names are found: folded, particles joined, double names in one order."""
    return " ".join(sorted(_joined(fold(name))))


def _joined(folded: str) -> list[str]:
    words, waiting = [], ""
    for word in folded.split():
        waiting += word
        if word not in _PARTICLES:
            words.append(waiting)
            waiting = ""
    return [*words, waiting] if waiting else words


def by_metaphone(name: str) -> str:
    """Return the sound of a family name as Metaphone has it, double names in one order."""
    return " ".join(sorted(_metaphone(word) for word in name_key(name).split()))


def by_nysiis(name: str) -> str:
    """Return the sound of a family name as NYSIIS has it, double names in one order."""
    return " ".join(sorted(_nysiis(word) for word in name_key(name).split()))


def sounds(names: str) -> str:
    """Return the sounds of given names, both codes of every word, for `LIKE` to look for one of them."""
    return " ".join(code for word in fold(names).split() for code in word_sounds(word))


def word_sounds(word: str) -> tuple[str, str]:
    """Return how one folded word sounds, by either code; marked, so that they are never mixed up."""
    return f"m{_metaphone(word)}", f"n{_nysiis(word)}"


@lru_cache(_KEPT)
def _metaphone(word: str) -> str:
    return (metaphone(word).replace(" ", "") if word.isascii() else "") or word


@lru_cache(_KEPT)
def _nysiis(word: str) -> str:
    return (nysiis(word) if word.isascii() else "") or word

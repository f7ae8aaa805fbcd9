"""How names are compared: without case, diacritics, hyphens, apostrophes and order, or by their sound."""

import unicodedata
from functools import lru_cache
from itertools import pairwise

from jellyfish import metaphone, nysiis

from resolvers.spellings import STANDS_FOR

_SEPARATING = frozenset("_./,")
_APOSTROPHES = dict.fromkeys([0xB4, 0x384, *range(0x2B9, 0x2C2), 0x2C8, 0x2CA, 0x2CB, 0x640, 0xA78C])
"""Apostrophes that Unicode has as letters or as accents on a blank; and what Arabic stretches a word with."""

_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\N{LATIN SMALL LETTER DOTLESS I}": "i"}
    | {"ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y", "ħ": "h", "ə": "a"}
)
"""Letters that no decomposition folds to plain ones."""

_PARTICLE_WORDS = """
ab abdel abdul abu al ap bin bint d da de del dela della den der di dos du el fitz ibn la le mac mc ni nic o
san st te ten ui van von
"""
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
"""Words that belong to the word after them: `O Connor` is `O'Connor`, `Van Der Berg` is `Vanderberg`."""

_KEPT = 10_000
"""Names whose codes are kept in memory: the common ones come again and again."""


def fold(name: str) -> str:
    """Return the form of `name` in which names are sorted and their words compared.

    Case, diacritics and punctuation are folded away, dashes separate; letters of every script stay. A name
    that folds to nothing matches nothing.
    """
    if name.isascii():
        return " ".join(name.lower().translate(_PLAIN).split())
    spelt = name.translate(_APOSTROPHES)
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", spelt).casefold())
    return " ".join("".join(map(_kept, plain)).translate(_LETTERS).split())


def _kept(char: str) -> str:
    if char.isspace() or char in _SEPARATING or unicodedata.category(char) == "Pd":
        return " "
    return char if char.isalnum() or _is_vowel_sign(char) else ""


def _is_vowel_sign(char: str) -> bool:
    """Return whether `char` is a vowel that Devanagari and its kin write as a mark: `रीमा` is not `रमा`."""
    return unicodedata.category(char) in {"Mc", "Mn"} and "VOWEL SIGN" in unicodedata.name(char, "")


_PLAIN = {code: _kept(chr(code)) for code in range(128)}
"""What `fold` makes of each character of ASCII, which no decomposition changes."""


def letters(name: str) -> int:
    """Return how many letters `name` has once folded; a sign that stands for a syllable or a word counts three."""
    spelt = (char for char in fold(name) if char.isalpha() or _is_vowel_sign(char))
    return sum(3 if unicodedata.east_asian_width(char) in "WF" else 1 for char in spelt)


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
    """Return the sounds of given names, for `LIKE` to look for one of them: both codes of every word.

    Two words that stand together are also one, in both codes and as it is spelt: `Mary-Anne` is `Maryanne`.
    """
    words = fold(names).split()
    pairs = [first + second for first, second in pairwise(words)]
    codes = [code for word in (*words, *pairs) for code in word_sounds(word)]
    return " ".join([*codes, *map(as_pair, pairs)])


def word_sounds(word: str) -> tuple[str, str]:
    """Return how one folded word sounds, by either code; marked, so that they are never mixed up."""
    return f"m{_metaphone(word)}", f"n{_nysiis(word)}"


def as_pair(word: str) -> str:
    """Return how `sounds` has two words that are spelt as the one folded `word`."""
    return f"j{word}"


@lru_cache(_KEPT)
def _metaphone(word: str) -> str:
    return (metaphone(word).replace(" ", "") if word.isascii() else "") or word


@lru_cache(_KEPT)
def _nysiis(word: str) -> str:
    # Metaphone codes the word itself, so that what it hears is not lost to those that another stands for.
    heard_as = STANDS_FOR.get(word, word)
    return (nysiis(heard_as) if word.isascii() else "") or word

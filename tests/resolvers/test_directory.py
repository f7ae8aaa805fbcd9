"""What a list of the directory looks for: no sign of a client's own is a wildcard."""

import sys
import unicodedata

import pytest

from resolvers.directory import LONGEST_NAME, pattern_of
from resolvers.errors import BadInput
from resolvers.names import fold


def test_no_name_holds_a_wildcard() -> None:
    """Of all characters that there are, none folds to anything but letters, their vowel signs, digits and spaces."""
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    for text in (every, every[::-1], " ".join(every)):
        others = {char for char in fold(text) if not char.isalnum()}
        assert {char for char in others if "VOWEL SIGN" not in unicodedata.name(char, "")} == {" "}
    assert not {"%", "_", "\\"} & set(fold("".join(unicodedata.normalize("NFKD", char) for char in every)))


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("smith", "% smith%"),
        ("  Smith-JONES ", "% smith% jones%"),
        ("100%", "% 100%"),
        ("a_b\\c%", "% a% bc%"),
        ("%", None),
        ("", None),
        (" \u2003\x00", None),
        ("\ud800", None),
    ],
)
def test_every_word_asked_for_begins_a_word(name: str, pattern: str | None) -> None:
    """The pattern holds our own signs and the folded words, nothing else; a name without either is no pattern."""
    assert pattern_of(name) == pattern


def test_a_long_name_is_refused() -> None:
    """A name of more than a hundred characters is refused, whatever it folds to."""
    assert pattern_of("\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * LONGEST_NAME) is not None
    with pytest.raises(BadInput, match="100 characters"):
        pattern_of(" " * (LONGEST_NAME + 1))

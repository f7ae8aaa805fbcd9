"""How many of the names that people take for one another by ear a search by sound hears as one."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from resolvers.names import by_metaphone, by_nysiis, fold, word_sounds
from resolvers.spellings import STANDS_FOR

PAIRS: dict[str, dict[str, str]] = yaml.safe_load(
    (Path(__file__).resolve().parent / "sounds.yaml").read_text(encoding="utf-8")
)


def sounds_of(kind: str, name: str) -> Any:
    return word_sounds(fold(name)) if kind == "given names" else (by_metaphone(name), by_nysiis(name))


def heard(kind: str, pair: str) -> bool:
    """Tell whether a search by sound takes the two names of `pair` for one, as its statement does."""
    first, second = (sounds_of(kind, name) for name in pair.split())
    return any(one == other for one, other in zip(first, second, strict=True))


@pytest.mark.parametrize("kind", PAIRS)
def test_names_taken_for_one_another_are_heard(kind: str) -> None:
    """By sound, what the list says is heard is heard, what it says is not is not, and 85 of 100 pairs are."""
    lists = {name: text.split(", ") for name, text in PAIRS[kind].items()}
    pairs = [pair for listed in lists.values() for pair in listed]
    assert lists["heard"] == [pair for pair in pairs if heard(kind, pair)]
    assert len(lists["heard"]) / len(pairs) > 0.85


@pytest.mark.parametrize("kind", PAIRS)
def test_a_sound_is_not_everybodys(kind: str) -> None:
    """A name is heard as few of the others: of all pairs of different names on the list, one in a hundred at most."""
    names = sorted({name for text in PAIRS[kind].values() for pair in text.split(", ") for name in pair.split()})
    others = [heard(kind, f"{one} {other}") for one in names for other in names if one < other]
    assert sum(others) / len(others) < 0.01


def test_known_spellings_are_well_kept() -> None:
    """The table of known spellings holds folded words, each for one name."""
    first, other = {*STANDS_FOR.values()}, {*STANDS_FOR}
    assert first.isdisjoint(other)
    assert [word for word in (*first, *other) if word != fold(word) or " " in word] == []

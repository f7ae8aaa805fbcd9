import pytest
from hypothesis import given
from hypothesis import strategies as st

from authz.purpose import BOILERPLATE, read_purpose, says_why
from authz.words import Purpose

GOOD = "Planning support with the family"


@pytest.mark.parametrize("purpose", Purpose)
def test_a_purpose_is_read_by_its_name(purpose: Purpose) -> None:
    """The exact name of a purpose is that purpose."""
    assert purpose is read_purpose(purpose.name)


@pytest.mark.parametrize(
    "text", [None, "", "coordinate_care", "COORDINATE CARE", " COORDINATE_CARE", "mro", "CURIOSITY"]
)
def test_anything_else_is_no_purpose(text: str | None) -> None:
    """Another spelling, a missing purpose and an invented one are none."""
    assert read_purpose(text) is None


@given(st.text())
def test_no_text_breaks_the_reading_of_purposes(text: str) -> None:
    """Any text is a purpose's name or none."""
    assert (text in set(Purpose)) == (read_purpose(text) is not None)


@pytest.mark.parametrize(
    ("length", "expected"), [(9, False), (10, True), (11, True), (499, True), (500, True), (501, False)]
)
def test_r15_a_reason_has_10_to_500_characters(length: int, expected: bool) -> None:
    """R15: a reason of 10 to 500 characters is one, ends included; a shorter or longer one is none."""
    assert expected == says_why(_long(length))
    assert expected == says_why(f"  {_long(length)}  ")


def _long(length: int) -> str:
    return "school " + "x" * (length - len("school "))


@pytest.mark.parametrize(
    "reason",
    [
        None,
        "",
        " " * 20,
        "safeguarding",
        "safeguarding!!!",
        "safeguarding 4471",
        ". . . . . . . . . .",
        "1234567890 1234567890",
        "2026-06-15 10:00:00",
        "?????? ??????",
    ],
)
def test_r15_a_reason_has_two_words(reason: str | None) -> None:
    """R15: fewer than two words are no reason, and what has no letter is no word: digits, dots, dashes."""
    assert not says_why(reason)


@pytest.mark.parametrize("said", sorted(BOILERPLATE))
def test_r15_boilerplate_is_no_reason(said: str) -> None:
    """R15: a phrase that says nothing is none, in whatever case, spacing and punctuation it comes."""
    assert not says_why(said)
    assert not says_why(f"{said.upper()}!!!")
    assert not says_why(f'  "{said.title()}."  ')
    assert not says_why(said.replace(" ", "    ") + "      .")
    assert not says_why(f"{said.replace(' ', '_')}...")
    assert not says_why(f"{said.replace(' ', '_', 1)}...")


@pytest.mark.parametrize("said", sorted(BOILERPLATE))
def test_r15_boilerplate_is_matched_whole(said: str) -> None:
    """R15: a reason that merely contains such a phrase is one."""
    assert says_why(f"{said}, since the mother rang this morning")


@pytest.mark.parametrize("purpose", Purpose)
def test_r15_the_name_of_a_purpose_is_no_reason(purpose: Purpose) -> None:
    """R15: repeating a purpose's name, as it is sent or as people write it, says nothing."""
    assert not says_why(purpose.name)
    assert not says_why(f"{purpose.replace('_', ' ').capitalize()}.")
    assert not says_why(f"{purpose.replace('_', '  ').lower()} !")
    assert says_why(f"{purpose.replace('_', ' ').lower()} for the brother")


@pytest.mark.parametrize("char", ["\n", "\r", "\t", "\0", "\x1b", "\x7f", "\u2028", "\u202e", "\u200b", "\ufeff"])
def test_r15_a_reason_prints_as_it_was_written(char: str) -> None:
    """R15: line breaks, control characters and those that turn or hide text are refused: courts read the journal."""
    assert not says_why(f"Planning support{char}with the family")
    assert not says_why(f"{GOOD}{char}")


@pytest.mark.parametrize(
    "reason",
    [
        GOOD,
        "Rozmowa z rodziną o szkole",
        "Übergabe an die Hebamme",
        "परिवार के साथ योजना",
        "与学校讨论 家庭支持计划安排",
        "Ring mum re: 4471",
    ],
)
def test_r15_words_of_every_language_are_words(reason: str) -> None:
    """R15: a reason may be written in any script."""
    assert says_why(reason)


@given(st.text(max_size=600))
def test_r15_whatever_passes_keeps_to_the_rule(text: str) -> None:
    """R15: no text breaks the check, and what passes has the length, the words and prints."""
    if says_why(text):
        assert 10 <= len(text.strip()) <= 500
        assert len(text.split()) >= 2 or "_" in text
        assert text.isprintable()

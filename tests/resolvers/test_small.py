"""Names, numbers, moments, cursors and facts: small functions that much leans on."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authz.rules import all_facts
from resolvers.clock import Moment
from resolvers.cursor import CursorScope
from resolvers.errors import BadInput
from resolvers.facts import FACTS, code_of, read_codes
from resolvers.names import fold
from resolvers.numbers import check_digit, make_number, read_number
from resolvers.secret_keys import SecretKeys

SECRET = SecretKeys(b"secret")
A, B = UUID(int=1), UUID(int=2)


@given(st.text(max_size=40))
def test_folding_is_stable_and_plain(name: str) -> None:
    """A folded name folds to itself, has no capital, and no space at an end or doubled."""
    folded = fold(name)
    assert folded == fold(folded)
    assert folded == " ".join(folded.split())


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("O'Connor", "oconnor"), ("O\N{RIGHT SINGLE QUOTATION MARK}Connor", "oconnor"), ("Smith-Jones", "smith jones"),
        ("Smith\N{EN DASH}Jones", "smith jones"), ("ŁUKASZ", "lukasz"), ("Straße", "strasse"), ("Zoë", "zoe"),
        ("  van   der  Berg ", "van der berg"), ("Æthelred", "aethelred"), ("Иван", "иван"), ("'-'", ""), ("\x00a", "a"),
    ],
)  # fmt: skip
def test_names_fold_as_people_expect(name: str, folded: str) -> None:
    """Case, diacritics, dashes and apostrophes go; letters of every script stay."""
    assert fold(name) == folded


def test_the_check_digit_is_that_of_the_standard() -> None:
    """ISO/IEC 7064 MOD 11,10 gives 5 for the standard's own example, 0794."""
    assert check_digit("0794") == 5


@given(st.integers(0, 10**11 - 1))
def test_a_number_reads_back_and_one_wrong_digit_is_found(eleven: int) -> None:
    """Every made number is one, spaced as people write it too; no number with one digit changed is."""
    number = make_number(eleven)
    assert read_number(number) == number
    assert read_number(f"{number[:4]} {number[4:8]}-{number[8:]}") == number
    for at, digit in enumerate(number):
        changed = number[:at] + str((int(digit) + 1) % 10) + number[at + 1 :]
        assert read_number(changed) is None


@pytest.mark.parametrize("text", ["", "1", "12345678901x", "١٢٣٤٥٦٧٨٩٠١٢", "²" * 12, "1234567890123"])
def test_what_is_no_number_is_none(text: str) -> None:
    """Wrong lengths, letters and digits of other scripts are no number."""
    assert read_number(text) is None


@pytest.mark.parametrize(
    ("today", "adults"),
    [
        (date(2026, 6, 15), date(2008, 6, 15)),
        (date(2026, 2, 28), date(2008, 2, 28)),
        (date(2026, 3, 1), date(2008, 3, 1)),
        (date(2028, 2, 29), date(2010, 2, 28)),
    ],
)
def test_the_eighteenth_birthday(today: date, adults: date) -> None:
    """Who was born on 29 February is 18 on 1 March; on a 29 February all earlier birthdays have come."""
    assert Moment(datetime(today.year, today.month, today.day, 12, tzinfo=UTC)).adults_born_by == adults


def test_the_day_is_that_of_england() -> None:
    """Half past eleven at night UTC in June is tomorrow in England."""
    assert Moment(datetime(2026, 6, 15, 23, 30, tzinfo=UTC)).today == date(2026, 6, 16)


def test_facts_and_numbers_are_one_to_one() -> None:
    """Every fact has a number of its own, and the number gives it back."""
    domain = list(all_facts())
    assert len({code_of(facts) for facts in domain}) == len(domain) == len(FACTS)
    assert all(FACTS[code_of(facts)] == facts for facts in domain)


def test_codes_are_read_as_a_set() -> None:
    """Numbers joined by commas give each fact once; none gives none; an unknown one is a fault."""
    one, two = list(all_facts())[5:7]
    assert set(read_codes(f"{code_of(one)},{code_of(two)},{code_of(one)}")) == {one, two}
    assert (read_codes(None), read_codes("")) == ((), ())
    with pytest.raises(KeyError):
        read_codes("99999999")


def test_a_cursor_is_refused_when_anything_about_it_differs() -> None:
    """Another secret, viewer, field, parent or set of arguments refuses it, as does any altered character."""
    scope = CursorScope(SECRET, A, "caseload", "parent", "arguments")
    cursor = scope.write(B)
    assert scope.read(cursor) == B
    others = [
        CursorScope(SecretKeys(b"other"), A, "caseload", "parent", "arguments"),
        CursorScope(SECRET, B, "caseload", "parent", "arguments"),
        CursorScope(SECRET, A, "other", "parent", "arguments"),
        CursorScope(SECRET, A, "caseload", "other", "arguments"),
        CursorScope(SECRET, A, "caseload", "parent", "other"),
        CursorScope(SECRET, A, "caseload", "parentarguments", ""),
    ]
    for other in others:
        with pytest.raises(BadInput):
            other.read(cursor)
    for at in range(len(cursor)):
        with pytest.raises(BadInput):
            scope.read(cursor[:at] + ("A" if cursor[at] != "A" else "B") + cursor[at + 1 :])


@given(st.text(max_size=60))
def test_any_text_is_a_cursor_or_bad_input(text: str) -> None:
    """Whatever comes as a cursor, reading it gives BadInput and nothing else."""
    with pytest.raises(BadInput):
        CursorScope(SECRET, A, "caseload").read(text)

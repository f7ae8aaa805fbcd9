"""Ids on the wire: one spelling each, read by one function that never raises."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from resolvers.ids import Key, Kind, read_id, read_key, write_id

KINDS = st.sampled_from(list(Kind))


@given(KINDS, st.uuids())
def test_an_id_reads_back_as_what_was_written(kind: Kind, key: UUID) -> None:
    """Every kind and key survives the wire, in 23 URL-safe characters."""
    text = write_id(kind, key)
    assert (Key(kind, key), 23) == (read_id(text), len(text))
    assert read_key(text, kind) == key
    assert [read_key(text, other) for other in Kind if other is not kind] == [None] * (len(Kind) - 1)


@given(st.one_of(st.text(max_size=60), st.binary(max_size=40).map(lambda raw: raw.decode("latin-1"))))
def test_what_is_no_id_is_none_and_raises_nothing(text: str) -> None:
    """Any text is an id in its one spelling or None."""
    key = read_id(text)
    assert key is None or write_id(*key) == text


@given(KINDS, st.uuids(), st.integers(0, 22), st.characters(codec="ascii"))
def test_a_changed_id_is_another_or_none(kind: Kind, key: UUID, at: int, char: str) -> None:
    """Changing one character never gives a second spelling of the same thing."""
    text = write_id(kind, key)
    changed = text[:at] + char + text[at + 1 :]
    assert changed == text or read_id(changed) != Key(kind, key)

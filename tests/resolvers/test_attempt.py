"""Which criteria of a search decide on an alert (R16): those that every viewer of a row may read, and no other."""

from typing import Any

import pytest
from sqlalchemy import select

from resolvers.attempt import searched, sought
from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from tests.world import id_of, number_of

NAME = t.Child.family_name_key == "ashworth"
BORN = t.Child.date_of_birth == "2016-03-04"
NUMBER = t.Child.directory_number == "1"
PHONE = t.Child.id.in_(select(t.ChildReach.child_id).where(t.ChildReach.phone_key == "1"))
ISSUED = select(t.ExternalIdentifier.id).where(t.ExternalIdentifier.child_id == t.Child.id).exists()


def test_r16_hidden_columns_decide_on_no_alert() -> None:
    """A telephone and another body's number drop out of the condition; what is left of it stands."""
    statement = searched({"familyName": NAME, "dateOfBirth": BORN, "phone": PHONE, "externalIdentifier": ISSUED})
    assert str(statement) == str(searched({"familyName": NAME, "dateOfBirth": BORN}))
    assert "family_name_key" in str(statement)


@pytest.mark.parametrize(
    "criteria",
    [
        {},
        {"phone": PHONE},
        {"externalIdentifier": ISSUED, "dateOfBirth": BORN},
        {"externalIdentifier": ISSUED, "familyName": NAME},
    ],
)
def test_r16_what_would_be_no_search_is_no_attempt(criteria: dict[str, Any]) -> None:
    """Without a number, or a name with a birth, what is left matches too many to accuse anybody."""
    assert searched(criteria) is None


def test_a_number_alone_is_an_attempt() -> None:
    """A directory number needs nothing beside it, and counts beside another body's number."""
    assert str(searched({"directoryNumber": NUMBER, "externalIdentifier": ISSUED})) == str(
        searched({"directoryNumber": NUMBER})
    )


def test_what_was_sought_is_read_by_its_kind() -> None:
    """Ids of children and of contacts and numbers are told apart; whatever else was written is left out."""
    child, contact, body = id_of("child", "kin"), id_of("contact", "kin/mum"), id_of("organisation", "school")
    texts = [write_id(Kind.CHILD, child), write_id(Kind.CONTACT, contact), write_id(Kind.ORGANISATION, body)]
    attempt = sought([*texts, number_of("kin"), "", "nonsense", "123456789012345", "\x00"])
    assert attempt.parameters == {
        "sought_children": [child],
        "sought_contacts": [contact],
        "sought_numbers": [number_of("kin")],
    }

"""What may be read from a replica (R21): the proof at start refuses whatever could be decided there."""

from typing import Any

import pytest
from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import aliased

from authz.words import FieldGroup, Role
from resolvers.details import detail_faults
from resolvers.reading import READINGS, Keys, Reading
from resolvers.records import ContactRecord, PersonReachRecord
from resolvers.scope import NOW, known, sees_where
from resolvers.store import tables as t
from resolvers.store.keys import among
from schema.proof import certificate

REACH: Keys = {"keys": (FieldGroup.WHEREABOUTS,)}
ROW, BODY = t.PersonReach, t.Organisation
KEYED = among(ROW.person_id, "keys")
FINE = select(ROW.person_id, ROW.phone).where(KEYED)
DECIDES = "by one list of keys that a verdict has filled"
TELLS = "which rows there are is told by the primary"


def told(
    statement: Select[Any], *, keys: Keys = REACH, replica: str = "person_id", gives: Any = PersonReachRecord
) -> str:
    """Return what is said of a reading of one statement that is marked for a replica."""
    return "\n".join(detail_faults([Reading("planted", lambda: statement, (gives,), keys, {}, replica)]))


def test_r21_what_a_replica_may_serve_is_proven_at_the_start() -> None:
    """How to reach a carer is the one reading that is marked; all others are read on the primary."""
    certificate()
    assert [*detail_faults(READINGS)] == []
    assert [each.name for each in READINGS if each.replica] == ["contact.person_reaches"]
    assert told(FINE) == ""


PLANTED: dict[str, tuple[str, Select[Any]]] = {
    "all rows": (DECIDES, select(ROW.person_id, ROW.phone)),
    "keys of another column": (DECIDES, select(ROW.person_id).where(among(ROW.phone, "keys"))),
    "the law beside the keys": (
        "one table alone",
        FINE.where(sees_where(Role.PRACTITIONER, (FieldGroup.WHEREABOUTS,), t.Child)),
    ),
    "a time beside the keys": (DECIDES, select(ROW.person_id).where(and_(KEYED, NOW.is_not(None)))),
    "keys that may be none of them": (DECIDES, select(ROW.person_id).where(~KEYED)),
    "a limit": (TELLS, FINE.limit(1)),
    "an order": (TELLS, FINE.order_by(ROW.phone)),
    "one of several": (TELLS, FINE.distinct()),
    "a lock": (TELLS, FINE.with_for_update()),
    "another table": ("one table alone", FINE.join(t.Person, t.Person.id == ROW.person_id)),
    "another name of it": ("one table alone", select(aliased(ROW).person_id)),
    "a count": ("no column of the row itself", select(ROW.person_id, func.count()).where(KEYED)),
    "no key": ("does not select `person_reach.person_id`", select(ROW.phone).where(KEYED)),
}


@pytest.mark.parametrize("name", PLANTED)
def test_r21_whatever_could_decide_on_a_replica_is_refused(name: str) -> None:
    """A condition, a list, a second table or a value that is made there: each is told in a sentence."""
    sentence, statement = PLANTED[name]
    assert sentence in told(statement)
    assert "`planted` is marked for a replica, but " in told(statement)


def test_r21_rows_of_many_are_no_details() -> None:
    """What is found by another key than its own may be one row more or less by now: a list is of the primary."""
    names = select(t.FormerName.child_id, t.FormerName.family_name).where(among(t.FormerName.child_id, "keys"))
    assert "is not the primary key of `former_name`" in told(names, replica="child_id")


def test_r21_keys_that_no_verdict_has_filled_are_refused() -> None:
    """A list that somebody asked by opens nothing."""
    assert DECIDES in told(FINE, keys={})


def test_r21_facts_and_the_public_directory_are_refused() -> None:
    """Whether a body is confidential is a fact; its row is read by the condition that it is known, on the primary."""
    bodies = select(BODY.id, BODY.confidential).where(among(BODY.id, "keys"))
    assert "selects `organisation.confidential`, which no verdict opens" in told(bodies, replica="id")
    assert DECIDES in told(select(BODY.id).where(known(BODY)), replica="id")


def test_r21_records_with_a_verdict_are_refused() -> None:
    """What is judged is read where judgement is."""
    assert "gives a `ContactRecord`, which carries a verdict" in told(FINE, gives=ContactRecord)


def test_r21_a_form_for_each_viewer_is_refused() -> None:
    """A statement that differs by the role of who asks would be the law's."""
    marked = Reading("planted", lambda **_: FINE, (PersonReachRecord,), REACH, {"role": Role}, "person_id")
    assert "has a form for each of some arguments" in "\n".join(detail_faults([marked]))

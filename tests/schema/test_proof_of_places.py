"""The proof tells places apart: a demand on one table or alias opens no other, but for those that equal keys tie to it."""

from typing import Any

import pytest
from sqlalchemy import and_, or_, select, tuple_
from sqlalchemy.orm import aliased

from authz.words import FieldGroup, NarrowGroup, Role
from resolvers.child import child_columns, in_order, visible_children
from resolvers.page import AFTER
from resolvers.proof import Prover
from resolvers.reading import Keys
from resolvers.scope import PRACTITIONER, known, sees_where
from resolvers.store import tables as t
from resolvers.store.keys import among

TEACHER = Role.PRACTITIONER
MARK = aliased(t.Child)
EXISTS = (FieldGroup.IDENTITY,)
LOCATED = (FieldGroup.WHEREABOUTS,)


def faults_of(statement: Any, **keys: tuple[Any, ...]) -> tuple[str, ...]:
    told: Keys = keys
    return Prover(told).examine(statement)[0]


def after_mark(*here: Any) -> Any:
    """Return a list of children that starts behind another one, the mark."""
    found = visible_children(TEACHER, t.Child).join(MARK, and_(MARK.id == AFTER, *here))
    return found.where(tuple_(*in_order(t.Child)) > tuple_(*in_order(MARK))).order_by(*in_order(t.Child))


def test_an_old_cursors_mark_must_be_in_sight_itself() -> None:
    """A list that compares its rows with a mark, and asks for sight of the rows alone, is refused."""
    assert [*faults_of(after_mark())] == [
        f"compares `child.{column}` [IDENTITY] without a condition or a list of keys that demands it"
        for column in ("family_name_folded", "given_names_folded", "date_of_birth", "directory_number")
    ]
    assert faults_of(after_mark(sees_where(TEACHER, EXISTS, t.Child))) != (), "a demand on the rows is none on the mark"
    assert faults_of(after_mark(sees_where(TEACHER, EXISTS, MARK))) == ()


def test_a_mark_in_sight_does_not_stand_for_the_rows() -> None:
    """The other way round it is the same: the rows of a list are not in sight because its mark is."""
    rows = select(*child_columns(TEACHER, t.Child)).join(MARK, MARK.id == AFTER)
    assert faults_of(rows.where(sees_where(TEACHER, EXISTS, MARK))) != ()


def test_what_a_child_owns_is_tied_by_the_childs_key() -> None:
    """The row of a child in sight is opened; that of any other child is not, nor one that is compared by another key."""
    reach, child = aliased(t.ChildReach), t.Child
    rows = select(reach.phone).join(child, reach.child_id == child.id)
    located = sees_where(TEACHER, LOCATED, child)
    assert faults_of(rows.where(located)) == ()
    assert faults_of(select(reach.phone).join(child, reach.child_id != child.id).where(located)) != ()
    assert faults_of(select(reach.phone).join(child, reach.id == child.id).where(located)) != ()
    assert (
        faults_of(select(reach.phone).join(child, or_(reach.child_id == child.id, reach.id == AFTER)).where(located))
        != ()
    )


def test_a_shared_carer_ties_no_other_child() -> None:
    """From a contact in sight the proof goes to the carer, and from there to no other child of the same carer."""
    link, other, person = aliased(t.Contact), aliased(t.Contact), aliased(t.Person)
    keys = among(link.child_id, "keys")
    names = {"keys": (FieldGroup.CONTACT_NAMES,)}
    carer = select(link.relationship, person.family_name).join(person, person.id == link.person_id).where(keys)
    assert faults_of(carer, **names) == ()
    bridged = carer.add_columns(other.relationship)
    for bridge in (other.person_id == person.id, other.person_id == link.person_id):
        assert faults_of(bridged.join(other, bridge), **names) != ()


def test_a_list_of_keys_covers_the_table_of_its_column() -> None:
    """Keys of one table say nothing of another that stands beside it."""
    reach, beside = aliased(t.ChildReach), aliased(t.ChildReach)
    keys = among(reach.child_id, "keys")
    rows = select(reach.phone, beside.phone).where(keys)
    assert faults_of(rows.join(beside, beside.id == AFTER), keys=LOCATED) != ()
    assert faults_of(rows.join(beside, beside.child_id == reach.child_id), keys=LOCATED) == ()


def test_own_rows_open_no_other_rows_of_the_same_child() -> None:
    """A list of children of whom the viewer's own rows are in sight opens the rows that it stands beside, no others."""
    own, other = aliased(t.Involvement), aliased(t.Involvement)
    mine = and_(own.practitioner_id == PRACTITIONER, among(own.child_id, "own"))
    both = select(own.service, other.service).join(other, other.child_id == own.child_id).where(mine)
    assert faults_of(select(own.service).where(mine), own=(NarrowGroup.OWN_SERVICES,)) == ()
    assert faults_of(both, own=(NarrowGroup.OWN_SERVICES,)) != ()
    assert faults_of(both, own=(FieldGroup.SERVICES,)) == ()


def test_a_subquery_is_tied_by_the_keys_that_it_gives() -> None:
    """What a subquery selects is of the table within: two of them are two places."""
    inner = select(t.ChildReach.child_id, t.ChildReach.town).subquery()
    twin = select(t.ChildReach.child_id, t.ChildReach.town).subquery()
    found = select(inner.c.town).join(t.Child, inner.c.child_id == t.Child.id)
    found = found.where(sees_where(TEACHER, LOCATED, t.Child))
    assert faults_of(found) == ()
    assert faults_of(found.add_columns(twin.c.town).join(twin, twin.c.town != inner.c.town)) != ()


def test_members_of_a_list_are_tied_to_whom_they_are_about() -> None:
    """A child who is among those of some rows is tied to these rows, by the key that the list is of."""
    child, reach = t.Child, t.ChildReach
    located = sees_where(TEACHER, LOCATED, child)
    assert (
        faults_of(select(child.id).where(located, child.id.in_(select(reach.child_id).where(reach.phone_key == "1"))))
        == ()
    )
    assert (
        faults_of(select(child.id).where(located, child.id.in_(select(reach.id).where(reach.phone_key == "1")))) != ()
    )


@pytest.mark.parametrize("outer", [False, True])
def test_a_table_that_is_joined_where_possible_says_nothing_of_the_others(*, outer: bool) -> None:
    """Where a join may find nothing, its condition opens what it joins; rows without it have passed nothing."""
    reach, child = aliased(t.ChildReach), t.Child
    on = and_(reach.child_id == child.id, sees_where(TEACHER, LOCATED, child))
    joined = select(reach.phone).select_from(child).join(reach, on, isouter=outer)
    assert faults_of(joined) == ()
    assert (faults_of(joined.add_columns(child.family_name)) == ()) is not outer


def test_a_body_that_is_known_opens_no_other_body() -> None:
    """Nor does it open the place of another."""
    body, other, place = aliased(t.Organisation), aliased(t.Organisation), aliased(t.OrganisationPlace)
    joined = select(place.phone).select_from(body).join(other, other.id == AFTER)
    at_other = joined.join(place, place.organisation_id == other.id)
    assert faults_of(at_other.where(known(body))) != ()
    assert faults_of(at_other.where(known(other))) == ()


def test_an_expression_sees_its_own_tables_apart_from_those_around() -> None:
    """A subquery in FROM that selects from the same table as the statement around it is another place."""
    inner = select(t.Child.directory_number).order_by(t.Child.directory_number).limit(1).subquery()
    rows = visible_children(TEACHER, t.Child).join(inner, inner.c.directory_number < t.Child.directory_number)
    assert faults_of(rows) != ()

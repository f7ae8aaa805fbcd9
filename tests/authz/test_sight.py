from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authz.rules import Facts, all_facts
from authz.sight import CHILD_GROUPS, NOTHING, Sight, sight_of, sight_of_body, sight_of_contact, would_locate
from authz.table import TABLE
from authz.words import FieldGroup, Lapse, NarrowGroup, Role, Shield, Standing, Status, mask
from tests.authz.law import BLANK, COLUMNS, MATRIX, marks_in, marks_of
from tests.authz.people import FACTS, ROLES, viewer_of

WHEREABOUTS = FieldGroup.WHEREABOUTS.bit
SHIELDED = Facts(Shield.SHIELDED)
STATUSES_AS_LIVE = (Status.LIVE, Status.LEFT, Status.DECEASED)


def seen(role: Role, facts: Facts) -> tuple[str, ...]:
    return marks_in(sight_of(viewer_of(role), facts))


CELLS = [
    pytest.param(Facts(shield, Status.LIVE, standing, sealed), role, id=f"{shield}-{role}-{standing.name}-{sealed}")
    for shield, rows in MATRIX.items()
    for role, standing in rows
    for sealed in (False, True)
]


@pytest.mark.parametrize(("facts", "role"), CELLS)
def test_every_cell_of_the_law_is_kept(facts: Facts, role: Role) -> None:
    """A viewer of each row sees of a live record what the row says, group by group, sealed or not (2.3)."""
    assert dict(zip(COLUMNS, marks_of(role, facts), strict=True)) == dict(zip(COLUMNS, seen(role, facts), strict=True))


@pytest.mark.parametrize("role", Role)
def test_every_verdict_is_that_of_the_law(role: Role) -> None:
    """For all facts there are, with every mixture of standings, the verdict is what the text amounts to (2.3)."""
    assert {facts: marks_of(role, facts) for facts in all_facts()} == {
        facts: seen(role, facts) for facts in all_facts()
    }


@pytest.mark.parametrize("role", Role)
def test_r16_a_conflict_hides_the_record(role: Role) -> None:
    """R16: whatever else ties a conflicted viewer to a record, it does not exist for this viewer."""
    conflicted = [facts for facts in all_facts() if Standing.CONFLICTED in facts.standing]
    assert {BLANK} == {seen(role, facts) for facts in conflicted}


@pytest.mark.parametrize("role", Role)
def test_r22_a_concealed_record_is_nobodys(role: Role) -> None:
    """R22: a concealed record exists for nobody, the responsible team and an open task included."""
    assert {BLANK} == {seen(role, facts) for facts in all_facts() if facts.shield is Shield.CONCEALED}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DATA_MANAGER])
def test_r42_an_archived_record_is_gone(role: Role) -> None:
    """R42: an archived record exists for no role but the data manager's."""
    assert {BLANK} == {seen(role, facts) for facts in all_facts() if facts.status is Status.ARCHIVED}


@pytest.mark.parametrize("status", Status)
def test_r42_a_data_manager_sees_an_archived_record_as_live(status: Status) -> None:
    """R42: for a data manager an archived record is as it was when it was live, whatever its status."""
    for facts in all_facts():
        live = seen(Role.DATA_MANAGER, replace(facts, status=Status.LIVE))
        assert live == seen(Role.DATA_MANAGER, replace(facts, status=status))


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("status", STATUSES_AS_LIVE)
def test_deceased_and_left_are_as_live(role: Role, status: Status) -> None:
    """The record of a child who died or left England is seen as a live one until it is archived."""
    for facts in all_facts():
        live = sight_of(viewer_of(role), replace(facts, status=Status.LIVE))
        assert live.bits == sight_of(viewer_of(role), replace(facts, status=status)).bits


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("lapse", Lapse)
def test_r28_a_lapsed_account_sees_nothing(role: Role, lapse: Lapse) -> None:
    """R28: with any lapse every record is blank, and the verdict says why."""
    assert {NOTHING} == {sight_of(viewer_of(role, lapses=(lapse,)), facts) for facts in all_facts()}
    assert ("lapsed-accounts-see-nothing",) == NOTHING.rules
    assert not NOTHING.exists


@given(ROLES, FACTS)
def test_a_sight_is_a_cell_of_the_table(role: Role, facts: Facts) -> None:
    """A verdict is the table's, with the sentences that decided."""
    cell = TABLE[role, facts]
    assert Sight(cell.bits, cell.rules) == sight_of(viewer_of(role), facts)


def test_r38_a_sight_is_no_truth_value() -> None:
    """R38: code that tests a sight for truth and forgets to name a group fails at once, even for an empty one."""
    for sight in (NOTHING, Sight(1, ())):
        with pytest.raises(TypeError, match="no yes or no"):
            bool(sight)
        with pytest.raises(TypeError):
            assert not sight
        with pytest.raises(TypeError):
            _ = "seen" if sight else "hidden"
        with pytest.raises(TypeError):
            _ = sight or NOTHING


def test_a_sight_is_frozen() -> None:
    """Nothing widens a verdict after it was taken."""
    with pytest.raises(FrozenInstanceError):
        NOTHING.bits = 1  # type: ignore[misc]  # the attempt


def test_a_sight_sees_any_of_the_bits_asked() -> None:
    """One bit of those asked suffices; none asked is none seen."""
    sight = Sight(mask(FieldGroup.IDENTITY, NarrowGroup.OWN_SERVICES), ())
    assert sight.sees(mask(FieldGroup.SERVICES, NarrowGroup.OWN_SERVICES))
    assert not sight.sees(FieldGroup.SERVICES.bit)
    assert not sight.sees(0)


def test_a_record_exists_by_identity_alone() -> None:
    """Other bits do not make a record exist."""
    assert Sight(FieldGroup.IDENTITY.bit, ()).exists
    assert not Sight(mask(*FieldGroup) & ~FieldGroup.IDENTITY.bit, ()).exists


def test_withheld_lists_what_is_not_held_in_full() -> None:
    """A group of which only the own rows are seen stays withheld; the order is that of the question."""
    sight = Sight(mask(FieldGroup.IDENTITY, FieldGroup.LEAD, NarrowGroup.OWN_SERVICES), ())
    asked = FieldGroup.SERVICES, FieldGroup.LEAD, FieldGroup.PLACES
    assert (FieldGroup.SERVICES, FieldGroup.PLACES) == sight.withheld(asked)
    assert asked == NOTHING.withheld(asked)


def test_withheld_of_a_child_lists_from_former_names_to_trail() -> None:
    """`Child.withheld` may list every group of the matrix but IDENTITY, in its order (2.3)."""
    assert COLUMNS[1:] == CHILD_GROUPS


def test_a_body_shows_its_place_where_it_is_known() -> None:
    """A known body is seen with PLACE, a confidential one without, and neither is about a child."""
    assert Sight(FieldGroup.PLACE.bit, ("public-directory",)) == sight_of_body(True)
    assert Sight(0, ("confidential-body",)) == sight_of_body(False)


def contact(role: Role, *siblings: Facts, child: Facts | None = None) -> Sight:
    facts = child or Facts()
    viewer = viewer_of(role)
    return sight_of_contact(viewer, sight_of(viewer, facts), facts, siblings)


def test_r8_a_shielded_sibling_takes_the_contacts_whereabouts() -> None:
    """R8: below an open record a carer cannot be located if another child of hers is shielded, and no more is lost."""
    own = sight_of(viewer_of(Role.PRACTITIONER), Facts())
    seen = contact(Role.PRACTITIONER, SHIELDED)
    assert own.bits & ~WHEREABOUTS == seen.bits
    assert (*own.rules, "shielded-sibling") == seen.rules


def test_r8_without_a_shielded_sibling_nothing_is_taken() -> None:
    """R8: where no other child of the carer is shielded, the child's own verdict stands."""
    assert sight_of(viewer_of(Role.PRACTITIONER), Facts()) == contact(Role.PRACTITIONER)


def test_r8_one_of_several_siblings_suffices() -> None:
    """R8: a sibling whom the viewer may locate does not make up for another whom the viewer may not."""
    ours = Facts(Shield.SHIELDED, standing=Standing.RESPONSIBLE)
    assert contact(Role.DIRECTORY_TEAM, ours, ours).sees(WHEREABOUTS)
    assert not contact(Role.DIRECTORY_TEAM, ours, SHIELDED).sees(WHEREABOUTS)
    assert not contact(Role.DIRECTORY_TEAM, SHIELDED, ours).sees(WHEREABOUTS)


@pytest.mark.parametrize(
    ("role", "standing"),
    [
        (Role.DIRECTORY_TEAM, Standing.RESPONSIBLE),
        (Role.DATA_MANAGER, Standing.TASKED),
        (Role.PROTECTION_OFFICER, Standing.OVERRIDING),
    ],
)
def test_r8_who_may_locate_the_sibling_sees_the_contact(role: Role, standing: Standing) -> None:
    """R8: nothing is taken from a viewer who sees the shielded sibling's WHEREABOUTS anyway."""
    assert not contact(role, SHIELDED).sees(WHEREABOUTS)
    assert contact(role, replace(SHIELDED, standing=standing)).sees(WHEREABOUTS)


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.POLICE_APPLICANT])
def test_r8_no_standing_locates_a_shielded_sibling_for_these(role: Role) -> None:
    """R8: teachers and police never see where a shielded child is, so never the carer below the open sibling."""
    child = Facts(standing=Standing.IN_SCOPE)
    for facts in all_facts():
        if facts.shield is Shield.SHIELDED:
            assert not contact(role, facts, child=child).sees(WHEREABOUTS)


def test_r8_an_override_works_below_the_shielded_record() -> None:
    """R8: below a shielded record whose WHEREABOUTS the viewer sees, siblings take nothing."""
    child = Facts(Shield.SHIELDED, standing=Standing.OVERRIDING)
    assert contact(Role.PROTECTION_OFFICER, SHIELDED, child=child).sees(WHEREABOUTS)


def test_r8_a_shielded_record_gains_nothing() -> None:
    """R8: below a shielded record that the viewer cannot locate, the carer cannot be located either."""
    assert sight_of(viewer_of(Role.PRACTITIONER), SHIELDED) == contact(Role.PRACTITIONER, child=SHIELDED)


@pytest.mark.parametrize("hidden", [Standing.CONFLICTED, Standing.IN_SCOPE])
@pytest.mark.parametrize("role", Role)
def test_r8_what_hides_a_sibling_does_not_show(role: Role, hidden: Standing) -> None:
    """R8: a conflict with the sibling, or the lack of an approval for it, changes nothing on the open record.

    Else the page of one child would tell that the viewer is thought to be tied to another.
    """
    for child in (Facts(), Facts(standing=Standing.IN_SCOPE)):
        for facts in all_facts():
            with_it = replace(facts, standing=facts.standing | hidden)
            without = replace(facts, standing=facts.standing & ~hidden)
            assert contact(role, with_it, child=child) == contact(role, without, child=child)


def test_r8_a_conflicted_team_still_sees_the_contact_of_the_open_child() -> None:
    """R8: the responsible team sees a carer's details below the open record, conflicted on the sibling or not."""
    sibling = Facts(Shield.SHIELDED, standing=Standing.RESPONSIBLE | Standing.CONFLICTED)
    assert contact(Role.DIRECTORY_TEAM, sibling).sees(WHEREABOUTS)


@given(ROLES, FACTS, st.lists(FACTS, max_size=3))
def test_r8_siblings_take_whereabouts_at_most(role: Role, child: Facts, siblings: list[Facts]) -> None:
    """R8: a contact's sight is the child's, or the child's less WHEREABOUTS; it is never wider."""
    own, seen = sight_of(viewer_of(role), child), contact(role, *siblings, child=child)
    assert seen.bits in {own.bits, own.bits & ~WHEREABOUTS}


@pytest.mark.parametrize("lapse", Lapse)
def test_r8_a_lapsed_viewer_would_locate_nobody(lapse: Lapse) -> None:
    """R8, R28: the question what one would see if the record existed gives a lapsed account nothing."""
    viewer = viewer_of(Role.DIRECTORY_TEAM, lapses=(lapse,))
    assert not would_locate(viewer, Facts(standing=Standing.RESPONSIBLE))

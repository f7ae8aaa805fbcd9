"""Nobody breaks a client by accident: the contract against the released one, and each kind of change planted."""

import pytest

from schema.build import sdl
from tests.tools.breaking import RELEASED, Change, allowed, changes, faults

CONTRACT = sdl()
PLANTED = {
    "a field removed": ("  recordsLeft: Int!", "  left: Int!", "breaking, FIELD_REMOVED: Field Viewer.recordsLeft"),
    "a type changed": ("  recordsLeft: Int!", "  recordsLeft: String!", "breaking, FIELD_CHANGED_KIND: Field Viewer."),
    "nullable in answers": ("  lead: Boolean!", "  lead: Boolean", "breaking, FIELD_CHANGED_KIND: Field Involvement.lead"),
    "a value of an enum removed": ('  """Female."""\n  FEMALE\n', "", "breaking, VALUE_REMOVED_FROM_ENUM: Enum value Gender.FEMALE"),
    "an argument removed": ('    """The id of the child"""\n    id: ID\n', "", "breaking, ARG_REMOVED: "),
    "an argument demanded": ("    directoryNumber: String\n", "    directoryNumber: String!\n", "breaking, ARG_CHANGED_KIND"),
    "a member of a union removed": (" | LeftEngland", "", "breaking, TYPE_REMOVED_FROM_UNION: LeftEngland"),
    "no Node any more": ("type Contact implements Node", "type Contact", "breaking, IMPLEMENTED_INTERFACE_REMOVED"),
    "an input demanded": ("input DateRange {", "input DateRange {\n  zone: String!\n", "breaking, REQUIRED_INPUT_FIELD_ADDED"),
    "an input added": ("input DateRange {", "input DateRange {\n  zone: String\n", "dangerous, OPTIONAL_INPUT_FIELD_ADDED"),
    "another default": ("    first: Int = 50", "    first: Int = 40", "dangerous, ARG_DEFAULT_VALUE_CHANGE"),
    "another guard": (
        "  phone: String @sees(group: WHEREABOUTS)",
        "  phone: String @sees(group: PLACES)",
        "breaking, GUARD_CHANGED: Child.phone is guarded by PLACES, and was by WHEREABOUTS.",
    ),
    "no guard": (
        "  phone: String @sees(group: WHEREABOUTS)",
        "  phone: String",
        "breaking, GUARD_CHANGED: Child.phone is guarded by nothing, and was by WHEREABOUTS.",
    ),
    "a cost": (
        "@cost(weight: 1) @listSize(assumedSize: 2)",
        "@cost(weight: 2) @listSize(assumedSize: 2)",
        "dangerous, COST_CHANGED: AccessApplication.decisions has @cost(weight: 2), and had weight: 1.",
    ),
}  # fmt: skip


def test_no_client_is_broken_since_the_release() -> None:
    """Whatever of the contract could break a client since the last release is allowed, with a reason."""
    assert faults(changes(RELEASED.read_text(encoding="utf-8"), CONTRACT), allowed()) == []


@pytest.mark.parametrize("name", PLANTED)
def test_each_kind_of_change_is_noticed(name: str) -> None:
    """A change of each kind, made to the contract, is told with its place, and fails until it is allowed."""
    piece, planted, told = PLANTED[name]
    assert piece in CONTRACT
    found = changes(CONTRACT, CONTRACT.replace(piece, planted, 1))
    assert [change for change in found if str(change).startswith(told)]
    assert faults(found, {}) == sorted(
        f"{each} Mend it, or give the reason in `schema/allowed.yaml`" for each in {*map(str, found)}
    )
    assert faults(found, {str(change): "it was never used" for change in found}) == []


def test_what_is_added_breaks_nobody() -> None:
    """A new type, a new field and a new optional argument are no change that clients could feel."""
    grown = CONTRACT + "\ntype New { it: String }\nextend type Viewer { new: New }\n"
    assert [change for change in changes(CONTRACT, grown) if change.breaks] == []


def test_an_allowance_is_for_what_has_changed() -> None:
    """What is allowed and was not changed, or has no reason, is a fault: the list stays short."""
    change = Change(True, "FIELD_REMOVED", "Child.x was removed.")
    (idle,) = faults([], {str(change): "why"})
    assert "has not changed" in idle
    (silent,) = faults([change], {str(change): ""})
    assert "no reason" in silent

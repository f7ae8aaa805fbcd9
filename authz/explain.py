"""Why a verdict is as it is: for each group what became of it, and which rules gave it or took it."""

from dataclasses import dataclass
from enum import auto

from authz.policy import POLICY
from authz.rules import Facts, Rule
from authz.sight import CHILD_GROUPS, NOTHING, sight_of
from authz.viewer import Viewer
from authz.words import NARROWER, FieldGroup, Role, Word


class Outcome(Word):
    """What became of a group: seen, seen of own rows alone, withheld, or no record at all."""

    SEEN = auto()
    OWN_ROWS = auto()
    WITHHELD = auto()
    NO_RECORD = auto()


@dataclass(frozen=True, slots=True)
class Reason:
    """One group of one verdict, with the ids of the rules that gave it and of those that took it.

    A group that is withheld although a rule gave it was taken by another: forbid wins. One that no rule gave is
    withheld for that alone. Where the record does not exist, look at IDENTITY for the reason.
    """

    group: FieldGroup
    outcome: Outcome
    gave: tuple[str, ...]
    took: tuple[str, ...]


def reasons(viewer: Viewer, facts: Facts) -> list[Reason]:
    """Return what `viewer` sees of a record with these `facts`, group by group, and why (R1, R12).

    The verdict is the one that every request gets, from `authz.sight`; the rules are those of the policy that apply.
    """
    return reasons_of(viewer.role, facts, sight_of(viewer, facts).bits, NOTHING.rules if viewer.lapses else ())


def reasons_of(role: Role, facts: Facts, bits: int, lapsed: tuple[str, ...] = ()) -> list[Reason]:
    """Return the same for a verdict that has been taken: the `bits` that `role` holds on a record with these `facts`.

    `lapsed` are the rules that took everything, whatever the others say.
    """
    applying = [rule for rule in POLICY if rule.applies(role, facts)]
    return [_reason(group, bits, applying, lapsed) for group in (FieldGroup.IDENTITY, *CHILD_GROUPS)]


def _reason(group: FieldGroup, bits: int, applying: list[Rule], lapsed: tuple[str, ...]) -> Reason:
    narrow = NARROWER[group].bit if group in NARROWER else 0
    outcome, asked = Outcome.WITHHELD, group.bit | narrow
    if not bits:
        outcome = Outcome.NO_RECORD
    elif bits & group.bit:
        outcome, asked = Outcome.SEEN, group.bit
    elif bits & narrow:
        outcome, asked = Outcome.OWN_ROWS, narrow
    gave = tuple(rule.id for rule in applying if rule.allows and rule.bits & asked)
    took = tuple(rule.id for rule in applying if not rule.allows and rule.bits & group.bit)
    return Reason(group, outcome, gave, (*lapsed, *took))

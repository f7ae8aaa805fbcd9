"""The verdict: what one viewer sees of one record. Sights are made here and nowhere else."""

from dataclasses import dataclass
from functools import cache

from authz.rules import Facts, if_it_existed
from authz.table import TABLE
from authz.viewer import Viewer
from authz.words import FieldGroup, Role, Shield

CHILD_GROUPS = tuple(group for group in FieldGroup if group not in {FieldGroup.IDENTITY, FieldGroup.PLACE})
"""The groups that `Child.withheld` may list, in its order."""


@dataclass(frozen=True, slots=True)
class Sight:
    """The bits that one viewer holds on one record, and the ids of the rules that decided.

    A sight is asked, never tested for truth: code that forgets to name a group fails at once (R38).
    """

    bits: int
    rules: tuple[str, ...]

    def __bool__(self) -> bool:
        raise TypeError("a sight is no yes or no: ask `sees(bits)` for the groups in question")

    def sees(self, bits: int) -> bool:
        """Tell whether any of `bits` is held."""
        return self.bits & bits != 0

    @property
    def exists(self) -> bool:
        """Whether the record exists for this viewer; without IDENTITY it does not, on every path."""
        return self.sees(FieldGroup.IDENTITY.bit)

    def withheld(self, groups: tuple[FieldGroup, ...]) -> tuple[FieldGroup, ...]:
        """Return those of `groups` that are not held in full, whether or not anything is stored (R2)."""
        return _not_in(self.bits, groups)


@cache
def _not_in(bits: int, groups: tuple[FieldGroup, ...]) -> tuple[FieldGroup, ...]:
    return tuple(group for group in groups if not bits & group.bit)


NOTHING = Sight(0, ("lapsed-accounts-see-nothing",))


@cache
def _sight(role: Role, facts: Facts) -> Sight:
    cell = TABLE[role, facts]
    return Sight(cell.bits, cell.rules)


def sight_of(viewer: Viewer, facts: Facts) -> Sight:
    """Return what `viewer` sees of a record with these `facts`; an account with a lapse sees nothing."""
    return NOTHING if viewer.lapses else _sight(viewer.role, facts)


def would_locate(viewer: Viewer, facts: Facts) -> bool:
    """Tell whether `viewer` would see the WHEREABOUTS of a record if it existed for this viewer (R8).

    What keeps a record from existing (a conflict, a missing approval) must not show on a sibling's page.
    """
    return sight_of(viewer, if_it_existed(facts)).sees(FieldGroup.WHEREABOUTS.bit)


@cache
def _without_whereabouts(parent: Sight) -> Sight:
    return Sight(parent.bits & ~FieldGroup.WHEREABOUTS.bit, (*parent.rules, "shielded-sibling"))


def sight_of_contact(viewer: Viewer, parent: Sight, facts: Facts, siblings: tuple[Facts, ...]) -> Sight:
    """Return what `viewer` sees of a carer's details below one child's record (R8).

    `parent` and `facts` are the child's own; `siblings` are the facts of the other shielded, live children
    of the same person. Below an open record one sibling whose WHEREABOUTS this viewer would not see takes
    WHEREABOUTS away; below a shielded record the child's own verdict alone decides, so that an override works.
    """
    if facts.shield is Shield.OPEN and not all(would_locate(viewer, sibling) for sibling in siblings):
        return _without_whereabouts(parent)
    return parent


@cache
def _body_sight(bits: int, rule: str) -> Sight:
    return Sight(bits, (rule,))


def sight_of_body(known: bool) -> Sight:
    """Return the sight of an organisation: with PLACE when it is `known`, without when it is confidential.

    A body is known when it is not confidential, or the viewer is one of its members or of the directory team
    of its authority; the statement that reads the body decides (`resolvers/scope.py`).
    """
    if known:
        return _body_sight(FieldGroup.PLACE.bit, "public-directory")
    return _body_sight(0, "confidential-body")

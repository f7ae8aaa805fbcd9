"""The vocabulary of the law: closed sets, each an enum, and the bits that a verdict is made of."""

from enum import Flag, StrEnum, auto
from functools import cache


class Word(StrEnum):
    """A closed set of words, each stored, printed and sent as its own name."""

    @staticmethod
    def _generate_next_value_(name: str, *_: object) -> str:
        return name


class Role(Word):
    """What kind of viewer an account is; it comes from the directory's account table, never from a token."""

    PRACTITIONER = auto()
    PROTECTION_OFFICER = auto()
    POLICE_APPLICANT = auto()
    DIRECTORY_TEAM = auto()
    DATA_MANAGER = auto()
    AUDITOR = auto()
    FEED_CLIENT = auto()


class Purpose(Word):
    """Why a viewer asks; stated for every operation that reaches a record (R15)."""

    COORDINATE_CARE = auto()
    CHILD_PROTECTION = auto()
    IMMEDIATE_RISK = auto()
    MISSING_EDUCATION = auto()
    DATA_QUALITY = auto()
    SUBJECT_ACCESS = auto()
    POLICE_APPLICATION = auto()
    COURT_ORDER = auto()
    CASE_REVIEW = auto()


class Lapse(Word):
    """A reason for which an account reads nothing until it is mended (R28)."""

    VETTING = auto()
    TRAINING = auto()
    AGREEMENT = auto()
    SUSPENDED = auto()
    ORGANISATION = auto()


class Group(Word):
    """The unit of disclosure: every column about a child, a carer or a body is labelled with one."""

    @property
    def bit(self) -> int:
        """The one bit of this group in a verdict's mask."""
        return _BITS[self]


class FieldGroup(Group):
    """The public groups, in the order in which `withheld` lists them."""

    IDENTITY = auto()
    FORMER_NAMES = auto()
    CONTACT_NAMES = auto()
    WHEREABOUTS = auto()
    PLACES = auto()
    SERVICES = auto()
    AGENCIES = auto()
    LEAD = auto()
    SENSITIVE_SERVICES = auto()
    IDENTIFIERS = auto()
    SHIELD_CASE = auto()
    TRAIL = auto()
    PLACE = auto()


class NarrowGroup(Group):
    """Groups held for some rows only; they open a field, never lift its group out of `withheld`."""

    OWN_SERVICES = auto()
    OWN_SENSITIVE = auto()
    ISSUED_IDENTIFIERS = auto()


NARROWER = {
    FieldGroup.SERVICES: NarrowGroup.OWN_SERVICES,
    FieldGroup.SENSITIVE_SERVICES: NarrowGroup.OWN_SENSITIVE,
    FieldGroup.IDENTIFIERS: NarrowGroup.ISSUED_IDENTIFIERS,
}
"""For each group of which some rows may be seen, the narrower group that shows them."""

_BITS: dict[Group, int] = {group: 1 << n for n, group in enumerate((*FieldGroup, *NarrowGroup))}


def mask(*groups: Group) -> int:
    """Return the bits of `groups`, joined."""
    bits = 0
    for group in groups:
        bits |= group.bit
    return bits


@cache
def groups_in(bits: int) -> tuple[Group, ...]:
    """Return the groups whose bits are set in `bits`, public ones first, each in enum order."""
    return tuple(group for group, bit in _BITS.items() if bits & bit)


class Act(Word):
    """What is asked for beside reading fields; every root field names one (see `docs/policy.md`)."""

    SEARCH = auto()
    OPEN = auto()
    CASELOAD = auto()
    INVOLVE = auto()
    AMEND = auto()
    REGISTER = auto()
    REQUEST_SHIELD = auto()
    DECIDE_SHIELD = auto()
    LIFT_SHIELD = auto()
    BROKER = auto()
    OVERRIDE = auto()
    APPLY = auto()
    DECIDE_APPLICATION = auto()
    READ_APPLICATIONS = auto()
    READ_TRAIL = auto()
    ALERTS = auto()
    TASKS = auto()
    TRANSFER = auto()
    SUSPEND = auto()
    MERGE = auto()
    CONCEAL = auto()
    FEED = auto()


class Standing(Flag):
    """What ties this viewer to this record; each is a stored fact, read in the statement that reads the row."""

    NONE = 0
    INVOLVED = auto()
    RESPONSIBLE = auto()
    OVERRIDING = auto()
    IN_SCOPE = auto()
    TASKED = auto()
    CONFLICTED = auto()


class Shield(Word):
    """A record's shield as the law sees it, whatever the state of its case."""

    OPEN = auto()
    SHIELDED = auto()
    CONCEALED = auto()


class Status(Word):
    """Where a record stands in its life, computed from dates and the clock."""

    LIVE = auto()
    LEFT = auto()
    DECEASED = auto()
    ARCHIVED = auto()

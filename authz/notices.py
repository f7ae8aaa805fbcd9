"""What people read where something is withheld: a sentence per group and one national desk to ask (R3)."""

from dataclasses import dataclass
from functools import cache

from authz.words import FieldGroup


@dataclass(frozen=True, slots=True)
class Broker:
    """The national desk that puts people in touch without telling where anybody is."""

    name: str
    phone: str
    email: str


BROKER = Broker("National contact desk", "0306 999 0100", "desk@contact.example")

NOTICES = {
    FieldGroup.FORMER_NAMES: "Former names are not shown to you.",
    FieldGroup.CONTACT_NAMES: "The names of carers are not shown to you.",
    FieldGroup.WHEREABOUTS: "Details that could locate this child or a carer are not shown to you.",
    FieldGroup.PLACES: "School and practice are not shown to you.",
    FieldGroup.SERVICES: "Services other than your own are not shown to you.",
    FieldGroup.AGENCIES: "Bodies to ring about this child are not shown to you.",
    FieldGroup.LEAD: "The lead professional and the holder of an assessment are not shown to you.",
    FieldGroup.SENSITIVE_SERVICES: "Sensitive services, if there are any, are not shown to you.",
    FieldGroup.IDENTIFIERS: "Identifiers issued by other bodies, if there are any, are not shown to you.",
    FieldGroup.SHIELD_CASE: "The case behind a shield, if there is one, is for the responsible team.",
    FieldGroup.TRAIL: "Who has looked at this record is for its responsible team.",
    FieldGroup.PLACE: "How to reach this organisation is not shown to you.",
}
"""The same sentence whether or not anything is stored; none names a team, a region or a body (R2, R3)."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """One group that a viewer does not hold in full on a record, and whom to ask instead."""

    group: FieldGroup
    notice: str
    broker: Broker


_ALL = {group: Withheld(group, notice, BROKER) for group, notice in NOTICES.items()}


@cache
def notices(groups: tuple[FieldGroup, ...]) -> tuple[Withheld, ...]:
    """Return the notice of each of `groups`, in their order."""
    return tuple(_ALL[group] for group in groups)

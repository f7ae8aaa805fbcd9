"""Sheets: the rows of a table made in bulk, plain tuples of texts in the order of the sheet's columns."""

from collections.abc import Callable, Mapping
from typing import Any

from resolvers.store import tables as t
from resolvers.store.seed.bulk.text import text
from resolvers.store.tables.base import DERIVED

Line = tuple[str, ...]
Table = type[t.Base]
Sheets = dict[Table, list[Line]]


class Facet:
    """Columns that are given together, followed by those that the table derives from them alone."""

    def __init__(self, table: Table, *names: str) -> None:
        derived = [(c.name, *c.info[DERIVED]) for c in table.__table__.columns if DERIVED in c.info]
        made = [(column, make, of) for column, make, of in derived if set(of) <= set(names)]
        self.columns: tuple[str, ...] = (*names, *(column for column, _, _ in made))
        self._made: list[tuple[Callable[..., str | None], list[int]]] = [
            (make, [names.index(name) for name in of]) for _, make, of in made
        ]
        alone = len(made) == 1 and made[0][2] == names
        self.plain: Callable[..., Line] = self._quick(made[0][1]) if alone else self.__call__
        """The same for values that are there and hold nothing to escape: these need not be looked through."""

    @staticmethod
    def _quick(make: Callable[..., Any]) -> Callable[..., Line]:
        return lambda *values: (*values, make(*values))

    def __call__(self, *values: str | None) -> Line:
        """Return the texts of all columns, in their order."""
        derived = (make(*(values[n] for n in at)) for make, at in self._made)
        return (*map(text, values), *map(text, derived))


BODY_NAME = Facet(t.Organisation, "name")
WORKER_NAME = Facet(t.Practitioner, "name")
CHILD_FAMILY, CHILD_GIVEN = Facet(t.Child, "family_name"), Facet(t.Child, "given_names")
FORMER_FAMILY = Facet(t.FormerName, "family_name")
CHILD_PHONE, CHILD_EMAIL = Facet(t.ChildReach, "phone"), Facet(t.ChildReach, "email")
CHILD_HOME = Facet(t.ChildReach, "address_lines", "town", "postcode", "uprn")
PERSON_FAMILY, PERSON_GIVEN = Facet(t.Person, "family_name"), Facet(t.Person, "given_names")
PERSON_PHONE, PERSON_EMAIL = Facet(t.PersonReach, "phone"), Facet(t.PersonReach, "email")
PERSON_POSTCODE = Facet(t.PersonReach, "postcode")
IDENTIFIER = Facet(t.ExternalIdentifier, "scheme", "value")

_LINES, _UPRN = ("address_lines", "town"), ("uprn",)

SHEETS: Mapping[Table, tuple[str, ...]] = {
    t.Organisation: (
        *("id", *BODY_NAME.columns, "kind", "authority_id"),
        *("confidential", "sensitive_provider", "accredited"),
    ),
    t.OrganisationPlace: ("organisation_id", "phone", "email", *_LINES, "postcode", *_UPRN),
    t.Practitioner: ("id", "organisation_id", *WORKER_NAME.columns, "profession", "phone", "email"),
    t.Person: ("id", *PERSON_GIVEN.columns, *PERSON_FAMILY.columns),
    t.PersonReach: (
        *("person_id", *PERSON_PHONE.columns, *PERSON_EMAIL.columns),
        *(*_LINES, *PERSON_POSTCODE.columns, *_UPRN),
    ),
    t.Child: (
        *("id", "directory_number", *CHILD_GIVEN.columns, *CHILD_FAMILY.columns),
        *("date_of_birth", "gender", "ended_on", "ended_why"),
    ),
    t.ChildReach: (
        *("id", "child_id", "kind", *CHILD_PHONE.columns, *CHILD_EMAIL.columns),
        *(*CHILD_HOME.columns, "since", "until", "may_return", "replaced_at"),
    ),
    t.ChildAuthority: ("child_id", "authority_id", "updated_at", "source_system"),
    t.FormerName: ("id", "child_id", "given_names", *FORMER_FAMILY.columns, "until"),
    t.Contact: (
        *("id", "child_id", "person_id", "relationship"),
        *("parental_responsibility", "started_on", "ended_on"),
    ),
    t.Placement: ("id", "child_id", "organisation_id", "started_on", "ended_on"),
    t.Registration: ("id", "child_id", "organisation_id", "started_on", "ended_on"),
    t.ExternalIdentifier: ("id", "child_id", *IDENTIFIER.columns, "issuer_id"),
    t.Involvement: (
        *("id", "child_id", "practitioner_id", "organisation_id", "service"),
        *("started_on", "ended_on", "lead", "assessment", "sensitive", "basis"),
    ),
    t.Shield: (
        *("id", "child_id", "state", "reason", "evidence", "requested_by_id", "decided_by_id"),
        *("lift_proposed_by_id", "raised_by_id", "since", "review_by"),
    ),
    t.Task: ("id", "kind", "child_id", "assignee_id", "shield_id", "since"),
}
"""The tables that are made in bulk, each with the columns that its rows give, in their order."""


def unsaid(table: Table) -> dict[str, str]:
    """Return the columns that no row of a sheet gives and that may not be null, with the text of their default."""
    columns = [c for c in table.__table__.columns if c.name not in SHEETS[table] and not c.nullable]
    return {column.name: str(int(column.default.arg)) for column in columns if column.default is not None}

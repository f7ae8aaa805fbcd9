"""Rows ready for insertion, table by table, in an order in which every foreign key finds its target."""

from dataclasses import dataclass, field
from typing import Any

from resolvers.store import tables as t

Row = dict[str, Any]

TABLES: tuple[type[t.Base], ...] = (
    t.Organisation,
    t.OrganisationPlace,
    t.Practitioner,
    t.Person,
    t.PersonReach,
    t.Child,
    t.ChildReach,
    t.ChildAuthority,
    t.FormerName,
    t.Contact,
    t.Placement,
    t.Registration,
    t.ExternalIdentifier,
    t.Involvement,
    t.Account,
    t.AccountConflict,
    t.Shield,
    t.Task,
    t.Override,
    t.Application,
    t.ApplicationChild,
    t.ApplicationDecision,
)


def _empty() -> dict[type[t.Base], list[Row]]:
    return {table: [] for table in TABLES}


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a whole directory: a list of plain dicts per table, all dicts of a table with the same keys."""

    tables: dict[type[t.Base], list[Row]] = field(default_factory=_empty)

    def add(self, table: type[t.Base], **values: Any) -> None:
        self.tables[table].append(values)

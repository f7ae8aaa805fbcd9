"""What is in sight of one record, group by group, worked out from rows in memory (`view.py`)."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from authz.rules import Facts
from authz.words import Act, FieldGroup, Group, NarrowGroup, Shield, Status
from resolvers.store import tables as t
from resolvers.store.words import OrganisationKind, ReachKind
from tests.worlds.cases import case
from tests.worlds.facts import current, may, own, would_locate
from tests.worlds.rows import Row, Table

if TYPE_CHECKING:
    from tests.worlds.view import Eyes

G, N = FieldGroup, NarrowGroup
ENDING = (Act.OVERRIDE, Act.TRANSFER, Act.CONCEAL)
"""Acts by which a viewer changes what R8 withholds from that very viewer."""

NEVER_AGENCIES = {OrganisationKind.SCHOOL, OrganisationKind.GP_PRACTICE, OrganisationKind.PROBATION}


def picked(row: Row, *names: str) -> tuple[Any, ...]:
    return tuple(row[name] for name in names)


def in_order(values: Any) -> list[Any]:
    return sorted(values, key=repr)


def address(row: Row) -> Any:
    if row["postcode"] is None:
        return None
    return tuple((row["address_lines"] or "").splitlines()), row["town"], row["postcode"], row["uprn"]


class Record:
    """One record in sight: the values of each group, by group."""

    def __init__(self, eyes: "Eyes", child: Row, facts: Facts, groups: tuple[Group, ...]) -> None:
        self.eyes, self.child, self.facts, self.groups = eyes, child, facts, groups
        self.rows, self.viewer = eyes.rows, eyes.viewer

    def below(self, table: Table) -> list[Row]:
        return self.rows.having(table, "child_id", self.child["id"])

    def counters(self) -> Any:
        """Return how often groups held in full have changed (R32); narrower groups have no counter."""
        rows = [row for row in self.below(t.ChangeCounter) if row["group"] in self.groups and row["changes"]]
        return in_order(picked(row, "group", "changes") for row in rows)

    def identity(self) -> Any:
        return picked(self.child, "directory_number", "given_names", "family_name", "date_of_birth", "gender")

    def former_names(self) -> Any:
        return in_order(picked(row, "given_names", "family_name", "until") for row in self.below(t.FormerName))

    def contacts(self) -> Any:
        return in_order(self._contact(row) for row in self.below(t.Contact) if current(row))

    def _contact(self, link: Row) -> Any:
        person = self.rows.get(t.Person, link["person_id"])
        assert person is not None
        hidden = self.facts.shield is Shield.OPEN and not all(
            would_locate(self.viewer, sibling) for sibling in self.siblings(link).values()
        )
        shown = G.WHEREABOUTS in self.groups and not hidden
        reach = self.rows.get(t.PersonReach, link["person_id"]) if shown else None
        details = None if reach is None else (reach["phone"], reach["email"], address(reach), reach["changes"])
        named = picked(person, "given_names", "family_name", "changes")
        told = picked(link, "id", "relationship", "parental_responsibility", "changes"), named, shown, details
        return (*told, self._kin(link)) if may(self.viewer, *ENDING) else told

    def _kin(self, link: Row) -> Any:
        """Return what a viewer learns of a carer's other children by ending the sight, or the life, of one (D3).

        By an override, a transfer or a concealment the details below an open sibling come back, or go, or stay: that
        tells which shielded records in sight share the carer, and whether one that is not in sight withholds them.
        """
        held = self.siblings(link) if self.facts.shield is Shield.OPEN else {}
        known = {key for key in held if self.eyes.exists(key)}
        hidden = (facts for key, facts in held.items() if key not in known)
        return in_order(known), any(not would_locate(self.viewer, facts) for facts in hidden)

    def siblings(self, link: Row) -> dict[UUID, Facts]:
        """Return the other live, shielded children of the person of `link`, with their facts (R8)."""
        others = self.rows.having(t.Contact, "person_id", link["person_id"])
        found = {}
        for other in others:
            child = self.rows.get(t.Child, other["child_id"])
            if current(other) and child is not None and child["id"] != self.child["id"]:
                facts = self.eyes.facts(child)
                if facts.shield is Shield.SHIELDED and facts.status is not Status.ARCHIVED:
                    found[child["id"]] = facts
        return found

    def whereabouts(self) -> Any:
        reach = next((row for row in self.below(t.ChildReach) if row["replaced_at"] is None), None)
        care = self.rows.get(t.ChildAuthority, self.child["id"])
        told = None if reach is None else (reach["phone"], reach["email"])
        authority = None if care is None else (self.body(care["authority_id"]), care["updated_at"])
        return self._place(reach), told, authority

    def _place(self, reach: Row | None) -> Any:
        if self.facts.status is Status.LEFT and (reach is None or reach["kind"] is not ReachKind.LEFT_ENGLAND):
            return ReachKind.LEFT_ENGLAND, self.child["ended_on"], None
        if reach is None:
            return None
        kind = reach["kind"]
        if kind in {ReachKind.CURRENT, ReachKind.LAST_KNOWN} and reach["postcode"] is None:
            return ReachKind.NONE_KNOWN, reach["since"]
        return kind, *{
            ReachKind.CURRENT: (address(reach), reach["since"]),
            ReachKind.LAST_KNOWN: (address(reach), reach["until"]),
            ReachKind.NONE_KNOWN: (reach["since"],),
            ReachKind.LEFT_ENGLAND: (reach["since"], reach["may_return"]),
        }[kind]

    def places(self) -> Any:
        stays = [("placement", row) for row in self.below(t.Placement)]
        stays += [("registration", row) for row in self.below(t.Registration) if current(row)]
        return in_order(
            (kind, self.body(row["organisation_id"]), row["started_on"], row["ended_on"]) for kind, row in stays
        )

    def body(self, key: UUID) -> Any:
        """Return a body as a row in sight shows it: a confidential one by its name and kind alone."""
        body = self.rows.get(t.Organisation, key)
        assert body is not None
        return (key,) if self.eyes.known(body) else (key, body["name"], body["kind"])

    def involvement(self, row: Row) -> Any:
        shown = ("id", "service", "started_on", "ended_on", "lead", "assessment")
        worker = None if row["practitioner_id"] is None else self.rows.get(t.Practitioner, row["practitioner_id"])
        bodies = [row["organisation_id"], *([worker["organisation_id"]] if worker else [])]
        known = all(len(self.body(body)) == 1 for body in bodies)
        named = worker["id"] if worker is not None and known else None
        return picked(row, *shown), self.body(row["organisation_id"]), named, own(row, self.viewer)

    def services(self, *, mine: bool = False) -> Any:
        rows = [row for row in self.below(t.Involvement) if not row["sensitive"]]
        return in_order(self.involvement(row) for row in rows if not mine or own(row, self.viewer))

    def sensitive(self, *, mine: bool = False) -> Any:
        rows = [row for row in self.below(t.Involvement) if row["sensitive"] and current(row)]
        return in_order(self.involvement(row) for row in rows if not mine or own(row, self.viewer))

    def agencies(self) -> Any:
        found = {}
        for row in self.below(t.Involvement):
            body = self.rows.get(t.Organisation, row["organisation_id"])
            place = self.rows.get(t.OrganisationPlace, row["organisation_id"])
            assert body is not None
            closed = body["confidential"] or body["sensitive_provider"] or body["kind"] in NEVER_AGENCIES
            phone = None if place is None else place["phone"]
            if current(row) and not row["sensitive"] and not closed and phone is not None:
                found[body["id"]] = body["name"], phone
        return in_order(found.values())

    def lead(self) -> Any:
        full = G.SENSITIVE_SERVICES in self.groups
        rows = [row for row in self.below(t.Involvement) if current(row) and (full or not row["sensitive"])]
        rows.sort(key=lambda row: (-row["started_on"].toordinal(), row["id"]))
        return [next((self.involvement(row) for row in rows if row[flag]), None) for flag in ("lead", "assessment")]

    def identifiers(self, *, mine: bool = False) -> Any:
        rows = self.below(t.ExternalIdentifier)
        shown = [row for row in rows if self._issued(row) or (not mine and not self._tells_of_a_service(row))]
        return in_order(picked(row, "scheme", "value") for row in shown)

    def _issued(self, row: Row) -> bool:
        return bool(row["issuer_id"] == self.viewer.organisation)

    def _tells_of_a_service(self, row: Row) -> bool:
        """Tell whether an identifier is that of a sensitive service which the viewer may not know of (R10)."""
        issuer = self.rows.get(t.Organisation, row["issuer_id"])
        assert issuer is not None
        sensitive = issuer["sensitive_provider"] or issuer["kind"] is OrganisationKind.PROBATION
        return sensitive and G.SENSITIVE_SERVICES not in self.groups

    def shield_case(self) -> Any:
        return in_order(case(self, row) for row in self.below(t.Shield))

    def trail(self) -> Any:
        """Return who has looked at the record, as its team reads it (R30)."""
        shielded = self.facts.shield is not Shield.OPEN
        return in_order(self.eyes.looks.of_record(self.child["id"], shielded=shielded))


VALUES: dict[Any, Callable[[Record], Any]] = {
    G.IDENTITY: Record.identity,
    G.FORMER_NAMES: Record.former_names,
    G.CONTACT_NAMES: Record.contacts,
    G.WHEREABOUTS: Record.whereabouts,
    G.PLACES: Record.places,
    G.SERVICES: Record.services,
    G.AGENCIES: Record.agencies,
    G.LEAD: Record.lead,
    G.SENSITIVE_SERVICES: Record.sensitive,
    G.IDENTIFIERS: Record.identifiers,
    G.SHIELD_CASE: Record.shield_case,
    G.TRAIL: Record.trail,
    N.OWN_SERVICES: lambda record: record.services(mine=True),
    N.OWN_SENSITIVE: lambda record: record.sensitive(mine=True),
    N.ISSUED_IDENTIFIERS: lambda record: record.identifiers(mine=True),
}
"""The values of each group; a group without an entry fails the first view that holds it."""

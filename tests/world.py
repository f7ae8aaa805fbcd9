"""A small language for test directories: things are named by a word, and a word always gives the same id.

Two worlds that are built alike but for hidden values are then alike in every id (R0).
"""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from authz.policy import PURPOSES
from authz.words import FieldGroup, Role
from resolvers.belief import AGREEMENT_VERSION
from resolvers.clock import Moment
from resolvers.numbers import make_number
from resolvers.store import tables as t
from resolvers.store.words import (
    SENSITIVE_KINDS,
    ApplicationState,
    Ended,
    Gender,
    LegalBasis,
    OrganisationKind,
    OverrideGround,
    ReachKind,
    Relationship,
    ServiceKind,
    ShieldReason,
    ShieldState,
    TaskKind,
)
from tests.canaries import alike, planted

NOW = datetime(2026, 6, 15, 10, 0, tzinfo=UTC)
TODAY = Moment(NOW).today
_SPACE = UUID("6b0e7a52-5a0c-4d5b-9d3c-0e6c1f0a7b11")


def id_of(kind: str, name: str) -> UUID:
    """Return the id of the thing of this kind and name; random in look, the same in every world."""
    return UUID(bytes=uuid5(_SPACE, f"{kind}:{name}").bytes, version=4)


def number_of(name: str) -> str:
    """Return the directory number of the child of this name."""
    return make_number(id_of("number", name).int % 10**11)


def ago(**span: int) -> date:
    return TODAY - timedelta(**span)


class World:
    """Rows for a test directory, gathered by name and written at once."""

    def __init__(self) -> None:
        self.rows: dict[Any, list[dict[str, Any]]] = defaultdict(list)

    async def write(self, engine: AsyncEngine) -> None:
        """Write all rows, and canaries beside them, a table at a time, in the order of their foreign keys."""
        order = {table: n for n, table in enumerate(t.Base.metadata.sorted_tables)}
        canaries = planted(self.rows, NOW)
        async with engine.begin() as connection:
            for table in sorted({*self.rows, *canaries}, key=lambda table: order[table.__table__]):
                for rows in (self.rows.get(table, []), *alike(canaries.get(table, []))):
                    if rows:
                        await connection.execute(insert(table), rows)

    def _add(self, table: Any, **row: Any) -> None:
        self.rows[table].append(row)

    def organisation(
        self,
        name: str,
        kind: OrganisationKind = OrganisationKind.OTHER,
        *,
        authority: str | None = None,
        confidential: bool = False,
        sensitive: bool = False,
        accredited: bool = True,
        phone: str | None = "0113 496 0000",
        title: str | None = None,
    ) -> None:
        key = id_of("organisation", name)
        self._add(
            t.Organisation,
            id=key,
            name=title or name.title(),
            kind=kind,
            authority_id=id_of("organisation", authority) if authority else None,
            confidential=confidential,
            sensitive_provider=sensitive,
            accredited=accredited,
        )
        self._add(
            t.OrganisationPlace,
            organisation_id=key,
            phone=phone,
            email=f"{name}@bodies.example",
            address_lines=f"1 {name} street",
            town="Leeds",
            postcode="LS1 1AA",
            uprn=None,
        )

    def practitioner(
        self, name: str, organisation: str, *, phone: str = "0113 496 0001", title: str | None = None
    ) -> None:
        self._add(
            t.Practitioner,
            id=id_of("practitioner", name),
            organisation_id=id_of("organisation", organisation),
            name=title or name.title(),
            profession="Worker",
            phone=phone,
            email=None,
        )

    def account(self, name: str, role: Role, organisation: str, *, practitioner: str | None = None, **row: Any) -> None:
        self._add(
            t.Account,
            **{
                "id": id_of("account", name),
                "subject": name,
                "name": name.title(),
                "role": role,
                "organisation_id": id_of("organisation", organisation),
                "practitioner_id": id_of("practitioner", practitioner) if practitioner else None,
                "person_id": None,
                "purposes": [str(purpose) for purpose in PURPOSES[role]],
                "vetted_until": TODAY + timedelta(days=100),
                "trained_until": TODAY + timedelta(days=100),
                "agreement_version": AGREEMENT_VERSION,
                "suspended_at": None,
                **row,
            },
        )

    def child(
        self,
        name: str,
        *,
        family: str = "Ashworth",
        given: str | None = None,
        born: date | None = None,
        authority: str | None = None,
        ended: tuple[Ended, date] | None = None,
        concealed: bool = False,
        gender: Gender = Gender.FEMALE,
    ) -> None:
        given = given or name.title()
        self._add(
            t.Child,
            id=id_of("child", name),
            directory_number=number_of(name),
            given_names=given,
            family_name=family,
            date_of_birth=born or date(2016, 3, 4),
            gender=gender,
            ended_on=ended[1] if ended else None,
            ended_why=ended[0] if ended else None,
            concealed_at=NOW - timedelta(days=3) if concealed else None,
        )
        if authority:
            self.responsible(name, authority)

    def responsible(self, child: str, authority: str, *, source: str = "case-system") -> None:
        self._add(
            t.ChildAuthority,
            child_id=id_of("child", child),
            authority_id=id_of("organisation", authority),
            updated_at=NOW - timedelta(days=5),
            source_system=source,
        )

    def reach(
        self, child: str, *, postcode: str | None = "LS2 9JT", kind: ReachKind = ReachKind.CURRENT, **row: Any
    ) -> None:
        self._add(
            t.ChildReach,
            **{
                "id": id_of("reach", child),
                "child_id": id_of("child", child),
                "kind": kind,
                "phone": "07700 900111",
                "email": "child@reach.example",
                "since": ago(days=400),
                "until": None,
                "may_return": None,
                "replaced_at": None,
                "address_lines": "12 Hidden Lane",
                "town": "Leeds",
                "postcode": postcode,
                "uprn": "100000000012",
                **row,
            },
        )

    def changed(self, child: str, **times: int) -> None:
        """Say how often groups of a child's record have changed, by the names of the groups in lower case."""
        for group, changes in times.items():
            self._add(t.ChangeCounter, child_id=id_of("child", child), group=FieldGroup(group.upper()), changes=changes)

    def person(
        self,
        name: str,
        *,
        phone: str | None = "07700 900222",
        postcode: str = "LS3 1AB",
        family: str = "Carer",
        given: str | None = None,
        changes: int = 0,
    ) -> None:
        key = id_of("person", name)
        self._add(t.Person, id=key, given_names=given or name.title(), family_name=family)
        self._add(
            t.PersonReach,
            person_id=key,
            phone=phone,
            email=f"{name}@carers.example",
            address_lines="7 Carer Close",
            town="Leeds",
            postcode=postcode,
            uprn=None,
            changes=changes,
        )

    def contact(self, child: str, person: str, *, ended: date | None = None) -> None:
        self._add(
            t.Contact,
            id=id_of("contact", f"{child}/{person}"),
            child_id=id_of("child", child),
            person_id=id_of("person", person),
            relationship=Relationship.MOTHER,
            parental_responsibility=True,
            started_on=ago(days=2000),
            ended_on=ended,
        )

    def involve(
        self,
        child: str,
        practitioner: str | None,
        organisation: str,
        service: ServiceKind = ServiceKind.SOCIAL_CARE,
        **row: Any,
    ) -> None:
        self._add(
            t.Involvement,
            **{
                "id": id_of("involvement", f"{child}/{practitioner}/{organisation}/{service}"),
                "child_id": id_of("child", child),
                "practitioner_id": id_of("practitioner", practitioner) if practitioner else None,
                "organisation_id": id_of("organisation", organisation),
                "service": service,
                "started_on": ago(days=300),
                "ended_on": None,
                "lead": False,
                "assessment": False,
                "sensitive": service in SENSITIVE_KINDS,
                **row,
            },
        )

    def placement(self, child: str, organisation: str) -> None:
        self._stay(t.Placement, "placement", child, organisation)

    def registration(self, child: str, organisation: str) -> None:
        self._stay(t.Registration, "registration", child, organisation)

    def _stay(self, table: Any, kind: str, child: str, organisation: str) -> None:
        self._add(
            table,
            id=id_of(kind, f"{child}/{organisation}"),
            child_id=id_of("child", child),
            organisation_id=id_of("organisation", organisation),
            started_on=ago(days=500),
            ended_on=None,
        )

    def former_name(self, child: str, family: str) -> None:
        self._add(
            t.FormerName,
            id=id_of("former", f"{child}/{family}"),
            child_id=id_of("child", child),
            given_names="Before",
            family_name=family,
            until=ago(days=900),
        )

    def identifier(self, child: str, issuer: str, value: str, scheme: str = "CASE") -> None:
        self._add(
            t.ExternalIdentifier,
            id=id_of("identifier", f"{child}/{issuer}/{value}"),
            child_id=id_of("child", child),
            scheme=scheme,
            value=value,
            issuer_id=id_of("organisation", issuer),
        )

    def shield(
        self,
        child: str,
        state: ShieldState = ShieldState.ACTIVE,
        reason: ShieldReason | None = ShieldReason.DOMESTIC_VIOLENCE,
        evidence: str = "police report",
    ) -> None:
        self._add(
            t.Shield,
            id=id_of("shield", f"{child}/{state}/{reason}"),
            child_id=id_of("child", child),
            state=state,
            reason=reason,
            evidence=evidence,
            requested_by_id=None,
            decided_by_id=None,
            lift_proposed_by_id=None,
            raised_by_id=None,
            since=NOW - timedelta(days=10),
            review_by=None,
        )

    def conflict(self, account: str, child: str, *, ended: bool = False) -> None:
        self._add(
            t.AccountConflict,
            id=id_of("conflict", f"{account}/{child}"),
            account_id=id_of("account", account),
            child_id=id_of("child", child),
            source=t.ConflictSource.DECLARED,
            since=NOW - timedelta(days=30),
            ended_at=NOW - timedelta(days=1) if ended else None,
        )

    def override(self, account: str, child: str, *, minutes_left: int = 10, closed: bool = False) -> None:
        self._add(
            t.Override,
            id=id_of("override", f"{account}/{child}"),
            account_id=id_of("account", account),
            child_id=id_of("child", child),
            ground=OverrideGround.CHILD_MISSING,
            explanation="the child did not arrive at school",
            opened_at=NOW - timedelta(minutes=15 - minutes_left),
            until=NOW + timedelta(minutes=minutes_left),
            closed_at=NOW - timedelta(minutes=1) if closed else None,
        )

    def application(
        self,
        account: str,
        *children: str,
        state: ApplicationState = ApplicationState.APPROVED,
        days_left: int = 7,
        name: str = "case",
    ) -> None:
        key = id_of("application", f"{account}/{name}")
        self._add(
            t.Application,
            id=key,
            applicant_id=id_of("account", account),
            legal_basis=LegalBasis.COURT_ORDER,
            justification="an order of the family court",
            requested=[number_of(child) for child in children],
            state=state,
            applied_at=NOW - timedelta(days=2),
            expires_at=NOW + timedelta(days=days_left),
        )
        for child in children:
            self._add(t.ApplicationChild, application_id=key, child_id=id_of("child", child))

    def decision(
        self, by: str, application: UUID, *, approve: bool = True, days_left: int = 7, note: str = "seen with the team"
    ) -> None:
        """Say that the account `by` has decided on an application, yesterday, for so many days from now."""
        (account,) = (row for row in self.rows[t.Account] if row["subject"] == by)
        self._add(
            t.ApplicationDecision,
            id=id_of("decision", f"{application}/{by}"),
            application_id=application,
            account_id=account["id"],
            role=account["role"],
            organisation_id=account["organisation_id"],
            approve=approve,
            at=NOW - timedelta(days=1),
            note=note,
            expires_at=NOW + timedelta(days=days_left),
        )

    def task(self, account: str, child: str, other: str | None = None, *, resolved: bool = False) -> None:
        self._add(
            t.Task,
            id=id_of("task", f"{account}/{child}/{other}"),
            kind=TaskKind.UNCERTAIN_MATCH,
            child_id=id_of("child", child),
            other_child_id=id_of("child", other) if other else None,
            assignee_id=id_of("account", account),
            since=NOW - timedelta(days=1),
            resolved_at=NOW if resolved else None,
        )

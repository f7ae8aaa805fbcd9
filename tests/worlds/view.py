"""A viewer's view of a directory (R0), worked out from rows in memory: the oracle of the generated worlds.

The verdicts come from the law as people typed it, the facts from `facts.py`, the values from the rows; nothing comes
from what is under test. What the contract can never show is left out even where the law would allow it (an ended
contact, an address behind "left England"), so the view is as coarse as the promises are.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import UUID

from authz.rules import Facts
from authz.viewer import Viewer
from authz.words import Act, FieldGroup, Role, Shield, Standing
from resolvers.store import tables as t
from tests.world import NOW
from tests.worlds.cases import household
from tests.worlds.facts import Oversight, facts_of, may, oversight, seen, viewer_of
from tests.worlds.looks import Looks, looked_by
from tests.worlds.record import VALUES, Record, address, in_order, picked
from tests.worlds.rows import REFERENCES, Row, Rows, Table

G = FieldGroup
View = dict[Any, Any]


class Eyes:
    """One viewer looking at one directory, part by part."""

    def __init__(self, rows: Rows, subject: str) -> None:
        self.rows, self.subject = rows, subject
        self.viewer: Viewer = viewer_of(rows, subject)
        self._facts: dict[UUID, Facts] = {}
        self.looks = Looks(rows, self.known)

    def view(self) -> View:
        """Return the whole view: the account, the public directory, what is the viewer's own, and every record."""
        return {name: value for name, value in self.parts() if value is not None}

    def parts(self) -> Iterator[tuple[Any, Any]]:
        """Yield the parts of the view one by one, None for what does not exist for the viewer."""
        yield "account", self.account()
        yield "bodies", self.bodies()
        yield "own", self.own()
        for child in self.rows.all(t.Child):
            yield child["id"], self.record(child["id"])

    def facts(self, child: Row) -> Facts:
        key = child["id"]
        if key not in self._facts:
            self._facts[key] = facts_of(self.rows, self.viewer, child)
        return self._facts[key]

    def account(self) -> Any:
        viewer = self.viewer
        body = None if viewer.lapses else viewer.organisation
        return viewer.account, viewer.name, viewer.role, body, viewer.purposes, viewer.lapses

    def bodies(self) -> Any:
        """Return the directory of bodies and workers, confidential ones only where they are known."""
        if self.viewer.lapses:
            return None
        found = {}
        for body in self.rows.all(t.Organisation):
            if self.known(body):
                workers = self.rows.having(t.Practitioner, "organisation_id", body["id"])
                shown = ("id", "name", "profession", "phone", "email")
                found[body["id"]] = self._place(body), in_order(picked(row, *shown) for row in workers)
        return found

    def _place(self, body: Row) -> Any:
        place = self.rows.get(t.OrganisationPlace, body["id"])
        reach = None if place is None else (place["phone"], place["email"], address(place))
        return body["name"], body["kind"], reach

    def known(self, body: Row) -> bool:
        mine = body["id"] == self.viewer.organisation
        team = self.viewer.authority is not None and body["authority_id"] == self.viewer.authority
        return not body["confidential"] or mine or team

    def own(self) -> Any:
        """Return grants, requests, tasks, the budget and the journal, as far as they are the viewer's to know."""
        viewer, role = self.viewer, self.viewer.role
        mine = ("id", "ground", "explanation", "opened_at", "until", "closed_at", "child_id")
        overrides = self.rows.having(t.Override, "account_id", viewer.account)
        budget = self.rows.having(t.Budget, "account_id", viewer.account)
        keys = self.rows.having(t.Idempotency, "account_id", viewer.account)
        found = {
            "overrides": in_order(picked(row, *mine) for row in overrides if self.exists(row["child_id"])),
            "tasks": in_order(self._tasks()),
            "budget": in_order(picked(row, "hour", "asked") for row in budget),
            "keys": in_order(tuple(row.values()) for row in keys),
            "applications": in_order(self._applications()),
            "contact": in_order(self._requests()),
            "requests": in_order(row["at"] for row in self.rows.having(t.ShieldRequest, "account_id", viewer.account)),
        }
        if role is Role.DIRECTORY_TEAM and viewer.authority is not None:
            found["staff"] = in_order(self._staff())
        if may(viewer, Act.ALERTS):
            shown = ("id", "kind", "at", "event_id")
            found["alerts"] = in_order(picked(row, *shown) for row in self.rows.all(t.Alert))
        if oversight(viewer) is Oversight.WHOLE:
            found["journal"] = in_order(self.looks.whole(event) for event in self.rows.all(t.AccessEvent))
        return found

    def _staff(self) -> Iterator[UUID]:
        """Yield the accounts that a team may suspend."""
        for body in self.rows.having(t.Organisation, "authority_id", self.viewer.authority):
            yield from (row["id"] for row in self.rows.having(t.Account, "organisation_id", body["id"]))

    def _tasks(self) -> list[Any]:
        """Return the viewer's own tasks, and those of a team: open, on records for which it is responsible."""
        shown = ("id", "kind", "since", "resolved_at", "child_id")
        return [
            (picked(row, *shown), self._asked(row), self._other(row), self._about(row), in_order(self._said(row)))
            for row in self.rows.all(t.Task)
            if (row["assignee_id"] == self.viewer.account or self._for_team(row)) and self.exists(row["child_id"])
        ]

    def _asked(self, task: Row) -> Any:
        """Return what is asked in a task of the viewer's, and whose request it is (D12)."""
        shown = ("reference", "message", "account_id")
        return in_order(picked(row, *shown) for row in self.rows.having(t.BrokerRequest, "task_id", task["id"]))

    def _other(self, task: Row) -> UUID | None:
        """Return the other child of an own task, whose concealment ends it."""
        other = task["other_child_id"]
        mine = task["assignee_id"] == self.viewer.account
        return other if mine and other is not None and self.exists(other) else None

    def _requests(self) -> Iterator[Any]:
        """Yield the viewer's own requests for contact, with their answers, on children who exist for the viewer."""
        shown = ("id", "reference", "at", "message", "answer", "answered_at", "child_id")
        for row in self.rows.having(t.BrokerRequest, "account_id", self.viewer.account):
            if self.exists(row["child_id"]):
                yield picked(row, *shown)

    def _about(self, task: Row) -> UUID | None:
        """Return the shield that a task is about, where its case is in sight."""
        shield = None if task["shield_id"] is None else self.rows.get(t.Shield, task["shield_id"])
        return None if shield is None or not self.reads_case(shield["child_id"]) else shield["id"]

    def _said(self, task: Row) -> Iterator[Any]:
        """Yield who has said how a task ends, and still speaks for the viewer's team."""
        for row in self.rows.having(t.Resolution, "task_id", task["id"]):
            if self.speaks(row["account_id"]):
                yield row["account_id"], row["resolution"]

    def reads_case(self, child: UUID) -> bool:
        """Tell whether the case of a child's shield is in sight."""
        row = self.rows.get(t.Child, child)
        return row is not None and G.SHIELD_CASE in seen(self.viewer, self.facts(row))

    def speaks(self, account: UUID | None) -> bool:
        """Tell whether an account speaks for the viewer's team (R36, R41)."""
        row = None if account is None else self.rows.get(t.Account, account)
        body = None if row is None else self.rows.get(t.Organisation, row["organisation_id"])
        if row is None or body is None or self.viewer.authority is None:
            return False
        ours = row["role"] is Role.DIRECTORY_TEAM and body["authority_id"] == self.viewer.authority
        return bool(ours and row["suspended_at"] is None)

    def _for_team(self, row: Row) -> bool:
        if row["resolved_at"] is not None or row["since"] > NOW or not may(self.viewer, Act.TASKS):
            return False
        child = self.rows.get(t.Child, row["child_id"])
        return child is not None and Standing.RESPONSIBLE in self.facts(child).standing

    def _applications(self) -> list[Any]:
        """Return applications: the viewer's own, those of other bodies to who decides on them, all to auditors."""
        every = may(self.viewer, Act.DECIDE_APPLICATION, Act.READ_APPLICATIONS)
        found = []
        for row in self.rows.all(t.Application):
            applicant = self.rows.get(t.Account, row["applicant_id"])
            assert applicant is not None
            if self._reaches(applicant):
                decisions = self.rows.having(t.ApplicationDecision, "application_id", row["id"])
                covered = self.rows.having(t.ApplicationChild, "application_id", row["id"])
                children = in_order(one["child_id"] for one in covered if self.exists(one["child_id"]))
                told = [self._decision(one, every) for one in decisions]
                body = self.rows.get(t.Organisation, applicant["organisation_id"])
                who = applicant["name"], picked(body, "id", "name", "kind") if body else None
                found.append((tuple(row.values()), who, in_order(told), children))
        return found

    def _reaches(self, applicant: Row) -> bool:
        mine = applicant["id"] == self.viewer.account
        if may(self.viewer, Act.READ_APPLICATIONS):
            return True
        elsewhere = applicant["organisation_id"] != self.viewer.organisation
        return not mine and elsewhere if may(self.viewer, Act.DECIDE_APPLICATION) else mine

    def _decision(self, row: Row, every: bool) -> Any:
        """Return a decision; to who may decide, whether it binds the own body and whether it still counts."""
        account = self.rows.get(t.Account, row["account_id"])
        assert account is not None
        told = (row["role"], row["approve"], row["at"])
        own = row["account_id"] == self.viewer.account or row["organisation_id"] == self.viewer.organisation
        counts = account["suspended_at"] is None
        more = (account["name"], row["note"], row["expires_at"], own, counts)
        return (*told, *more) if every else told

    def exists(self, child: UUID) -> bool:
        row = self.rows.get(t.Child, child)
        return row is not None and G.IDENTITY in seen(self.viewer, self.facts(row))

    def record(self, key: UUID) -> Any:
        """Return what is in sight of one record, None where it does not exist for the viewer."""
        child = self.rows.get(t.Child, key)
        if child is None:
            return None
        facts = self.facts(child)
        groups = seen(self.viewer, facts)
        if G.IDENTITY not in groups:
            return None
        record = Record(self, child, facts, groups)
        found: dict[Any, Any] = {
            "shielded": facts.shield is Shield.SHIELDED,
            "involved": Standing.INVOLVED in facts.standing,
            "changes": record.counters(),
            "household": household(record) if may(self.viewer, Act.REQUEST_SHIELD) else None,
        }
        return found | {group: VALUES[group](record) for group in groups}


def view(rows: Rows, subject: str) -> View:
    """Return the view that the account with this `subject` has of `rows`; equal views must get equal answers."""
    return Eyes(rows, subject).view()


def records_with(rows: Rows, table: Table, row: Row) -> dict[UUID, None]:
    """Return the children on whose record a row may bear, for viewers whose own account and body it is not."""
    known: dict[Table, Callable[[], dict[UUID, None]]] = {
        t.Child: lambda: _family(rows, row["id"]),
        t.Person: lambda: _cared_for(rows, row["id"]),
        t.PersonReach: lambda: _cared_for(rows, row["person_id"]),
        t.ChildReach: lambda: _family(rows, row["child_id"]) | _held_with(rows, row["child_id"]),
        t.Contact: lambda: (
            _family(rows, row["child_id"]) | _cared_for(rows, row["person_id"]) | _held_with(rows, row["child_id"])
        ),
        t.Application: lambda: _of(rows.having(t.ApplicationChild, "application_id", row["id"])),
        t.ApplicationDecision: lambda: _of(rows.having(t.ApplicationChild, "application_id", row["application_id"])),
        t.AccessSubject: lambda: _of([row, *rows.having(t.AccessSubject, "event_id", row["event_id"])]),
        t.AccessEvent: lambda: _of(rows.having(t.AccessSubject, "event_id", row["id"])),
        t.Account: lambda: (
            _of(below for _, _, below in rows.referring(t.Account, row["id"]))
            | _of(looked_by(rows, "account_id", row["id"]))
        ),
        t.Organisation: lambda: _working(rows, row["id"]) | _of(looked_by(rows, "organisation_id", row["id"])),
        t.OrganisationPlace: lambda: _working(rows, row["organisation_id"]),
        t.Practitioner: lambda: _of(below for _, _, below in rows.referring(t.Practitioner, row["id"])),
        t.Budget: dict,
        t.Idempotency: dict,
        t.JournalCheckpoint: dict,
        t.Suspension: dict,
        t.Trace: dict,
        t.Concealment: dict,
        t.Merge: dict,
        t.Transfer: dict,
        t.ShieldRequest: dict,
        t.Resolution: dict,
        t.Shield: lambda: _following(rows, row),
        t.ShieldDecision: lambda: _following(rows, rows.get(t.Shield, row["shield_id"])),
    }
    if table in known:
        return known[table]()
    names = [name for name, target in REFERENCES[table].items() if target is t.Child]
    found: dict[UUID, None] = {} if names else dict.fromkeys(child["id"] for child in rows.all(t.Child))
    for name in names:
        found |= {} if row[name] is None else _family(rows, row[name])
    return found


def _following(rows: Rows, shield: Row | None) -> dict[UUID, None]:
    """Return the children of whatever is tied to a shield by holds, some steps away."""
    found, waiting = {}, [] if shield is None else [shield]
    while waiting:
        one = waiting.pop()
        if one["id"] in found:
            continue
        found[one["id"]] = one["child_id"]
        waiting += rows.having(t.Shield, "raised_by_id", one["id"])
        waiting += rows.having(t.Shield, "child_id", one["child_id"])
        above = None if one["raised_by_id"] is None else rows.get(t.Shield, one["raised_by_id"])
        waiting += [] if above is None else [above]
    families = [_family(rows, child) for child in found.values()]
    return {child: None for family in families for child in family}


def _held_with(rows: Rows, child: UUID) -> dict[UUID, None]:
    """Return the children whose shields follow one of this child's, or are followed by it: whether they share a home."""
    return {one: None for shield in rows.having(t.Shield, "child_id", child) for one in _following(rows, shield)}


def _of(below: Iterable[Row]) -> dict[UUID, None]:
    return {row["child_id"]: None for row in below if row.get("child_id") is not None}


def _working(rows: Rows, body: UUID) -> dict[UUID, None]:
    found = _of(row for _, _, row in rows.referring(t.Organisation, body))
    for worker in rows.having(t.Practitioner, "organisation_id", body):
        found |= _of(row for _, _, row in rows.referring(t.Practitioner, worker["id"]))
    return found


def _family(rows: Rows, child: UUID) -> dict[UUID, None]:
    found = {child: None}
    for link in rows.having(t.Contact, "child_id", child):
        found |= _cared_for(rows, link["person_id"])
    return found


def _cared_for(rows: Rows, person: UUID) -> dict[UUID, None]:
    return {link["child_id"]: None for link in rows.having(t.Contact, "person_id", person)}

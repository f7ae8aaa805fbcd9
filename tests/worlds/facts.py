"""What the law says of a record, worked out from rows in memory and from the law as people typed it.

Neither the gateway's statements nor its verdicts have a part in it: a fault of theirs must not hide itself.
"""

from dataclasses import replace
from datetime import date
from enum import Enum, auto
from typing import Any
from uuid import UUID

from authz.rules import Facts
from authz.viewer import Viewer
from authz.words import Act, FieldGroup, Group, Lapse, Role, Shield, Standing, Status
from resolvers.belief import AGREEMENT_VERSION
from resolvers.store import tables as t
from resolvers.store.words import SEALING_REASONS, STANDING_STATES, ApplicationState, Ended, TaskKind
from tests.authz.law import COLUMNS, MAY, NARROW, marks_of
from tests.world import NOW, TODAY
from tests.worlds.rows import Row, Rows

EIGHTEEN_YEARS_AGO = TODAY.replace(year=TODAY.year - 18)
A_YEAR_AGO = TODAY.replace(year=TODAY.year - 1)


def current(row: Row) -> bool:
    """Tell whether a dated row holds today."""
    return row["started_on"] <= TODAY and (row["ended_on"] is None or row["ended_on"] > TODAY)


def viewer_of(rows: Rows, subject: str) -> Viewer:
    """Return the viewer whose account has this `subject`, as the account's rows describe it."""
    account = next(row for row in rows.all(t.Account) if row["subject"] == subject)
    body = rows.get(t.Organisation, account["organisation_id"])
    assert body is not None
    role = account["role"]
    return Viewer(
        account=account["id"],
        name=account["name"],
        role=role,
        organisation=account["organisation_id"],
        practitioner=account["practitioner_id"],
        authority=body["authority_id"] if role is Role.DIRECTORY_TEAM else None,
        purposes=tuple(purpose for purpose in MAY[role][1] if purpose in account["purposes"]),
        lapses=_lapses(account, body),
    )


def _lapses(account: Row, body: Row) -> tuple[Lapse, ...]:
    def run_out(until: date | None) -> bool:
        return until is None or until < TODAY

    found = {
        Lapse.VETTING: run_out(account["vetted_until"]),
        Lapse.TRAINING: run_out(account["trained_until"]),
        Lapse.AGREEMENT: account["agreement_version"] != AGREEMENT_VERSION,
        Lapse.SUSPENDED: account["suspended_at"] is not None,
        Lapse.ORGANISATION: not body["accredited"],
    }
    return tuple(lapse for lapse, holds in found.items() if holds)


def facts_of(rows: Rows, viewer: Viewer, child: Row) -> Facts:
    """Return the facts of one child's record for `viewer`."""
    standing = [row for row in rows.having(t.Shield, "child_id", child["id"]) if row["state"] in STANDING_STATES]
    shield = Shield.SHIELDED if standing else Shield.OPEN
    return Facts(
        shield=Shield.CONCEALED if child["concealed_at"] is not None else shield,
        status=status_of(child),
        standing=_standing(rows, viewer, child["id"]),
        former_names_sealed=any(row["reason"] in SEALING_REASONS for row in standing),
    )


def status_of(child: Row) -> Status:
    ended, why = child["ended_on"], child["ended_why"]
    dead = why is Ended.DECEASED and ended is not None
    if child["date_of_birth"] <= EIGHTEEN_YEARS_AGO or (dead and ended <= A_YEAR_AGO):
        return Status.ARCHIVED
    if ended is None or ended > TODAY:
        return Status.LIVE
    return {Ended.DECEASED: Status.DECEASED, Ended.LEFT: Status.LEFT, None: Status.LIVE}[why]


def _standing(rows: Rows, viewer: Viewer, child: UUID) -> Standing:
    def any_of(table: Any, column: str = "child_id") -> list[Row]:
        return rows.having(table, column, child)

    applications = (rows.get(t.Application, row["application_id"]) for row in any_of(t.ApplicationChild))
    tasks = any_of(t.Task) + any_of(t.Task, "other_child_id")
    holds = {
        Standing.INVOLVED: any(own(row, viewer) and current(row) for row in any_of(t.Involvement)),
        Standing.RESPONSIBLE: any(
            viewer.authority is not None and row["authority_id"] == viewer.authority for row in any_of(t.ChildAuthority)
        ),
        Standing.OVERRIDING: any(row["account_id"] == viewer.account and _runs(row) for row in any_of(t.Override)),
        Standing.IN_SCOPE: any(row is not None and _approved(row, viewer) for row in applications),
        Standing.TASKED: any(_assigned(row, viewer) for row in tasks),
        Standing.CONFLICTED: any(_conflicts(row, viewer) for row in any_of(t.AccountConflict)),
    }
    found = Standing.NONE
    for standing, held in holds.items():
        found |= standing if held else Standing.NONE
    return found


def own(row: Row, viewer: Viewer) -> bool:
    """Tell whether an involvement is the viewer's own."""
    return viewer.practitioner is not None and row["practitioner_id"] == viewer.practitioner


def _runs(row: Row) -> bool:
    return bool(row["opened_at"] <= NOW < row["until"] and row["closed_at"] is None)


def _approved(row: Row, viewer: Viewer) -> bool:
    mine = row["applicant_id"] == viewer.account and row["state"] is ApplicationState.APPROVED
    return bool(mine and row["expires_at"] is not None and row["expires_at"] > NOW)


def _assigned(row: Row, viewer: Viewer) -> bool:
    mine = row["assignee_id"] == viewer.account and row["kind"] is TaskKind.UNCERTAIN_MATCH
    return bool(mine and row["resolved_at"] is None)


def _conflicts(row: Row, viewer: Viewer) -> bool:
    return bool(row["account_id"] == viewer.account and (row["ended_at"] is None or row["ended_at"] > NOW))


def may(viewer: Viewer, *acts: Act) -> bool:
    """Tell whether the law gives the viewer any of `acts`."""
    return not viewer.lapses and not MAY[viewer.role][0].isdisjoint(acts)


class Oversight(Enum):
    """What of the journal a viewer reads."""

    OF_RECORDS = auto()
    WHOLE = auto()
    NONE = auto()


def oversight(viewer: Viewer) -> Oversight:
    """Return what the viewer reads of the journal: teams that of records with TRAIL in sight, auditors all of it."""
    if not may(viewer, Act.READ_TRAIL):
        return Oversight.NONE
    return Oversight.WHOLE if viewer.role is Role.AUDITOR else Oversight.OF_RECORDS


def seen(viewer: Viewer, facts: Facts) -> tuple[Group, ...]:
    """Return the groups that the law shows the viewer of a record with these facts; none: it does not exist."""
    if viewer.lapses:
        return ()
    found: list[Group] = []
    for group, mark in zip(COLUMNS, marks_of(viewer.role, facts), strict=True):
        if mark == "Y":
            found.append(group)
        elif mark in {"own", "iss"}:
            found.append(NARROW[group][0])
    return tuple(found)


def would_locate(viewer: Viewer, facts: Facts) -> bool:
    """Tell whether the viewer would see where a child is, did the record exist for the viewer (R8)."""
    standing = (facts.standing | Standing.IN_SCOPE) & ~Standing.CONFLICTED
    return FieldGroup.WHEREABOUTS in seen(viewer, replace(facts, standing=standing))

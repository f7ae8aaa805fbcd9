"""The law in SQL: the facts of a record as one column, and the conditions derived from the table.

The statements bind what `Operation.lens` gives: who is asking, and when. Nothing here decides; `authz` does.
"""

from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Uuid,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import BindParameter

from authz.decision import Ask, Question, Tree, locating_tree, tree
from authz.table import standings_that_matter
from authz.words import FieldGroup, Group, Role, Shield, Standing, Status, mask
from resolvers.facts import SEALED_CODE, SHIELD_CODE, STANDING_CODE, STATUS_CODE
from resolvers.judged import Judged, judged, of_the_law
from resolvers.store import tables as t
from resolvers.store.tables.base import Instant
from resolvers.store.words import SEALING_REASONS, STANDING_STATES, ApplicationState, Ended, TaskKind

ACCOUNT: BindParameter[Any] = bindparam("viewer_account", type_=Uuid())
PRACTITIONER: BindParameter[Any] = bindparam("viewer_practitioner", type_=Uuid())
ORGANISATION: BindParameter[Any] = bindparam("viewer_organisation", type_=Uuid())
AUTHORITY: BindParameter[Any] = bindparam("viewer_authority", type_=Uuid())
NOW: BindParameter[Any] = bindparam("now", type_=Instant())
TODAY: BindParameter[Any] = bindparam("today", type_=Date())
ADULTS: BindParameter[Any] = bindparam("adults_born_by", type_=Date())
DEATHS: BindParameter[Any] = bindparam("archived_deaths", type_=Date())


KEPT = 512
"""Conditions that are kept: of the tables themselves, most of all, which many statements share."""


def current(row: Any) -> ColumnElement[bool]:
    """Return the condition that a dated row (contact, involvement, placement, registration) holds today."""
    return and_(row.started_on <= TODAY, or_(row.ended_on.is_(None), row.ended_on > TODAY))


def _ended(child: type[t.Child], why: Ended) -> ColumnElement[bool]:
    return and_(child.ended_why == why, child.ended_on <= TODAY)


def _status(child: type[t.Child], status: Status) -> ColumnElement[bool]:
    long_dead = and_(child.ended_why == Ended.DECEASED, child.ended_on <= DEATHS)
    condition = {
        Status.ARCHIVED: or_(child.date_of_birth <= ADULTS, long_dead),
        Status.DECEASED: _ended(child, Ended.DECEASED),
        Status.LEFT: _ended(child, Ended.LEFT),
    }[status]
    # Never unknown: where no end is stored, NOT of an unknown would hide every live record.
    return func.coalesce(condition, false())


def _standing_shield(child: type[t.Child]) -> ColumnElement[bool]:
    shield = aliased(t.Shield)
    return exists().where(shield.child_id == child.id, shield.state.in_(STANDING_STATES))


def _sealed(child: type[t.Child]) -> ColumnElement[bool]:
    shield = aliased(t.Shield)
    return exists().where(
        shield.child_id == child.id,
        shield.state.in_(STANDING_STATES),
        shield.reason.in_(SEALING_REASONS),
    )


def involved(child: type[t.Child]) -> ColumnElement[bool]:
    """Return the condition that the viewer's practitioner works with `child` now, sensitively or not."""
    row = aliased(t.Involvement)
    return exists().where(row.child_id == child.id, row.practitioner_id == PRACTITIONER, current(row))


def on_own_caseload(child: type[t.Child]) -> ColumnElement[bool]:
    """Return the condition INVOLVED once more, as a list of children, for a statement that starts from it."""
    row = aliased(t.Involvement)
    mine = select(row.child_id).where(row.practitioner_id == PRACTITIONER, current(row))
    return judged(child.id.in_(mine))


def _responsible(child: type[t.Child]) -> ColumnElement[bool]:
    row = aliased(t.ChildAuthority)
    return exists().where(row.child_id == child.id, row.authority_id == AUTHORITY)


def _overriding(child: type[t.Child]) -> ColumnElement[bool]:
    row = aliased(t.Override)
    return exists().where(
        row.child_id == child.id,
        row.account_id == ACCOUNT,
        row.opened_at <= NOW,
        row.until > NOW,
        row.closed_at.is_(None),
    )


def _in_scope(child: type[t.Child]) -> ColumnElement[bool]:
    covered, application = aliased(t.ApplicationChild), aliased(t.Application)
    return exists().where(
        covered.child_id == child.id,
        covered.application_id == application.id,
        application.applicant_id == ACCOUNT,
        application.state == ApplicationState.APPROVED,
        application.expires_at > NOW,
    )


def _tasked(child: type[t.Child]) -> ColumnElement[bool]:
    task = aliased(t.Task)
    return exists().where(
        or_(task.child_id == child.id, task.other_child_id == child.id),
        task.kind == TaskKind.UNCERTAIN_MATCH,
        task.assignee_id == ACCOUNT,
        task.resolved_at.is_(None),
    )


def conflicted(row: type[t.AccountConflict], account: Any, child: Any) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that `row` is a conflict of an account with the record of a child, on file now."""
    return row.account_id == account, row.child_id == child, or_(row.ended_at.is_(None), row.ended_at > NOW)


def _conflicted(child: type[t.Child]) -> ColumnElement[bool]:
    return exists().where(*conflicted(aliased(t.AccountConflict), ACCOUNT, child.id))


_STANDINGS = {
    Standing.INVOLVED: involved,
    Standing.RESPONSIBLE: _responsible,
    Standing.OVERRIDING: _overriding,
    Standing.IN_SCOPE: _in_scope,
    Standing.TASKED: _tasked,
    Standing.CONFLICTED: _conflicted,
}


def condition(child: type[t.Child], fact: Question) -> ColumnElement[bool]:
    """Return the condition that one fact of the law holds for `child` and the viewer; it is never unknown."""
    return judged(_holds(child, fact))


def live(child: type[t.Child]) -> ColumnElement[bool]:
    """Return the condition that a record is neither concealed nor archived: only such count for others."""
    return and_(~condition(child, Shield.CONCEALED), ~condition(child, Status.ARCHIVED))


@lru_cache(KEPT)
def _holds(child: type[t.Child], fact: Question) -> ColumnElement[bool]:
    if fact is None:
        return _sealed(child)
    if isinstance(fact, Standing):
        return _STANDINGS[fact](child)
    if isinstance(fact, Status):
        return _status(child, fact)
    return child.concealed_at.is_not(None) if fact is Shield.CONCEALED else _standing_shield(child)


def _when(condition: ColumnElement[bool], code: int) -> ColumnElement[int]:
    return case((condition, code), else_=0)


def _shield_code(child: type[t.Child]) -> ColumnElement[int]:
    shield = aliased(t.Shield)
    sealed = SHIELD_CODE[Shield.SHIELDED] + SEALED_CODE
    level = (
        select(func.max(case((shield.reason.in_(SEALING_REASONS), sealed), else_=SHIELD_CODE[Shield.SHIELDED])))
        .where(shield.child_id == child.id, shield.state.in_(STANDING_STATES))
        .scalar_subquery()
    )
    concealed = child.concealed_at.is_not(None)
    return case((concealed, SHIELD_CODE[Shield.CONCEALED]), else_=func.coalesce(level, 0))


def _status_code(child: type[t.Child]) -> ColumnElement[int]:
    asked = (Status.ARCHIVED, Status.DECEASED, Status.LEFT)
    return case(*((_status(child, status), STATUS_CODE[status]) for status in asked), else_=0)


@cache
def _needed(role: Role) -> Standing:
    return standings_that_matter(role) | Standing.INVOLVED


@lru_cache(KEPT)
def facts_code(role: Role, child: type[t.Child]) -> ColumnElement[int]:
    """Return the column that gives the facts of `child` for a viewer of `role`, as `resolvers.facts` reads it.

    Only the standings that can change a verdict for `role` are read, and INVOLVED, which rows show.
    """
    code = _shield_code(child) + _status_code(child)
    needed = _needed(role)
    for standing in needed:
        code = code + _when(_STANDINGS[standing](child), STANDING_CODE[standing])
    return of_the_law(code.cast(Integer))


@lru_cache(KEPT)
def sees_where(role: Role, groups: tuple[Group, ...], child: type[t.Child]) -> ColumnElement[bool]:
    """Return the condition under which a viewer of `role` sees any of `groups` of `child`.

    It is the SQL twin of the verdict, grown from the same table, for use before LIMIT and inside EXISTS.
    """
    return judged(_sql(tree(role, mask(*groups)), child), *groups, of=child)


def would_locate_where(role: Role, child: type[t.Child]) -> ColumnElement[bool]:
    """Return the condition under which a viewer of `role` would see where `child` is, if the record existed (R8)."""
    return judged(_sql(locating_tree(role), child))


def whole_journal(row: Any) -> ColumnElement[bool]:
    """Return the condition under which a row of the journal is read by the act READ_TRAIL: it always holds.

    It is for roles that see no record (`authz.oversight`); what it demands is told to the proof.
    """
    return Judged(true(), FieldGroup.TRAIL, of=row)


def _sql(decision: Tree, child: type[t.Child]) -> ColumnElement[bool]:
    if not isinstance(decision, Ask):
        return true() if decision else false()
    holds = _holds(child, decision.fact)
    yes, no = _sql(decision.yes, child), _sql(decision.no, child)
    if isinstance(decision.yes, bool):
        return or_(holds, no) if decision.yes else and_(~holds, no)
    if isinstance(decision.no, bool):
        return or_(~holds, yes) if decision.no else and_(holds, yes)
    return or_(and_(holds, yes), and_(~holds, no))


def known(body: Any) -> ColumnElement[bool]:
    """Return the condition that a body's place and people are open to the viewer."""
    return judged(
        or_(
            body.confidential.is_(False),
            body.id == ORGANISATION,
            func.coalesce(body.authority_id == AUTHORITY, False),
        ),
        FieldGroup.PLACE,
        of=body,
    )

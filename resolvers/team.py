"""Who speaks for the viewer's team: of what takes two accounts, each must still speak for it (R36, R41)."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, bindparam, exists, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import BindParameter

from authz.words import Role
from resolvers.belief import in_force
from resolvers.problem import needs_second_person
from resolvers.reading import reading
from resolvers.scope import AUTHORITY, conflicted
from resolvers.shield_record import ShieldRecord
from resolvers.store import tables as t
from resolvers.store.words import ShieldStep, TaskResolution

if TYPE_CHECKING:
    from resolvers.context import Operation

_ACCOUNT, _BODY = aliased(t.Account), aliased(t.Organisation)
_OF: BindParameter[Any] = bindparam("said_of", type_=Uuid())
_CHILD: BindParameter[Any] = bindparam("said_about", type_=Uuid())


def _speaks(child: Any) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that an account speaks for the viewer's team on the record of `child` now.

    It is of the team, has no lapse, and no conflict with that record is on file.
    """
    conflict = exists().where(*conflicted(t.AccountConflict, _ACCOUNT.id, child))
    of_the_team = _ACCOUNT.role == Role.DIRECTORY_TEAM, _BODY.authority_id == AUTHORITY
    return *of_the_team, *in_force(_ACCOUNT, _BODY), ~conflict


def _sayers(row: Any, about: Any, of: Any, word: Any) -> Select[*tuple[Any, ...]]:
    """Select who has said `word` of one row of `about`, a shield or a task, and still speaks for the team."""
    said: BindParameter[Any] = bindparam("said", type_=word.type)
    found = select(row.account_id).join(_ACCOUNT, _ACCOUNT.id == row.account_id)
    found = found.join(_BODY, _BODY.id == _ACCOUNT.organisation_id).join(about, about.id == of)
    return found.where(of == _OF, word == said, *_speaks(about.child_id))


@reading()
def _of_shield() -> Select[*tuple[Any, ...]]:
    row = t.ShieldDecision
    return _sayers(row, t.Shield, row.shield_id, row.step)


@reading()
def _of_task() -> Select[*tuple[Any, ...]]:
    row = t.Resolution
    same = row.other_child_id.is_not_distinct_from(bindparam("said_to_be", type_=Uuid()))
    return _sayers(row, t.Task, row.task_id, row.resolution).where(same)


@reading()
def _proposer() -> Select[*tuple[Any, ...]]:
    mine = _ACCOUNT.id == bindparam("proposer", type_=Uuid())
    return select(_ACCOUNT.id).join(_BODY, _BODY.id == _ACCOUNT.organisation_id).where(mine, *_speaks(_CHILD))


async def said_of_shield(operation: "Operation", shield: UUID, step: ShieldStep) -> set[UUID]:
    """Return the accounts of the viewer's team that have said this on a shield, the viewer's perhaps among them."""
    return {row.account_id for row in await operation.rows(_of_shield(), said_of=shield, said=step)}


async def said_of_task(
    operation: "Operation", task: UUID, resolution: TaskResolution, other: UUID | None = None
) -> set[UUID]:
    """Return the accounts of the viewer's team that have said this on a task, the viewer's perhaps among them.

    `other` is the record that a match is said to be the same child as.
    """
    rows = await operation.rows(_of_task(), said_of=task, said=resolution, said_to_be=other)
    return {row.account_id for row in rows}


def is_second(operation: "Operation", said: set[UUID], already: str) -> bool:
    """Tell whether somebody else of the team has `said` the same before, so that it holds once the viewer says it too.

    Raises NotDone, NEEDS_SECOND_PERSON with the sentence `already`, where the viewer alone has said it.
    """
    others = said - {operation.viewer.account}
    if said and not others:
        raise needs_second_person(already)
    return bool(others)


async def is_proposed(operation: "Operation", shield: ShieldRecord) -> bool:
    """Tell whether the lifting of a shield is proposed by somebody who still speaks for the viewer's team."""
    return bool(await operation.rows(_proposer(), proposer=shield.proposer, said_about=shield.child.key))

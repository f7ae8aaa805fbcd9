"""Who speaks for the viewer's team: of what takes two accounts, each must still speak for it (R36, R41)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, select
from sqlalchemy.sql.elements import BindParameter

from authz.words import Role
from resolvers.problem import needs_second_person
from resolvers.reading import reading
from resolvers.scope import AUTHORITY
from resolvers.store import tables as t
from resolvers.store.words import ShieldStep, TaskResolution

if TYPE_CHECKING:
    from resolvers.context import Operation

_ACCOUNT, _BODY = t.Account, t.Organisation


def _speaking() -> Sequence[Any]:
    """Return the conditions that an account speaks for the viewer's team now: of the team, and not suspended."""
    of_the_team = _ACCOUNT.role == Role.DIRECTORY_TEAM, _BODY.authority_id == AUTHORITY
    return *of_the_team, _ACCOUNT.suspended_at.is_(None)


def _sayers(row: Any, of: Any, word: Any) -> Select[*tuple[Any, ...]]:
    """Select who has said `word` of one shield or task and still speaks for the team."""
    said: BindParameter[Any] = bindparam("said", type_=word.type)
    found = select(row.account_id).join(_ACCOUNT, _ACCOUNT.id == row.account_id)
    found = found.join(_BODY, _BODY.id == _ACCOUNT.organisation_id)
    return found.where(of == bindparam("said_of", type_=Uuid()), word == said, *_speaking())


@reading()
def _of_shield() -> Select[*tuple[Any, ...]]:
    row = t.ShieldDecision
    return _sayers(row, row.shield_id, row.step)


@reading()
def _of_task() -> Select[*tuple[Any, ...]]:
    row = t.Resolution
    return _sayers(row, row.task_id, row.resolution)


@reading()
def _speaker() -> Select[*tuple[Any, ...]]:
    found = select(_ACCOUNT.id).join(_BODY, _BODY.id == _ACCOUNT.organisation_id)
    return found.where(_ACCOUNT.id == bindparam("speaker", type_=Uuid()), *_speaking())


async def said_of_shield(operation: "Operation", shield: UUID, step: ShieldStep) -> set[UUID]:
    """Return the accounts of the viewer's team that have said this on a shield, the viewer's perhaps among them."""
    return {row.account_id for row in await operation.rows(_of_shield(), said_of=shield, said=step)}


async def said_of_task(operation: "Operation", task: UUID, resolution: TaskResolution) -> set[UUID]:
    """Return the accounts of the viewer's team that have said this on a task, the viewer's perhaps among them."""
    return {row.account_id for row in await operation.rows(_of_task(), said_of=task, said=resolution)}


def is_second(operation: "Operation", said: set[UUID], already: str) -> bool:
    """Tell whether somebody else of the team has `said` the same before, so that it holds once the viewer says it too.

    Raises NotDone, NEEDS_SECOND_PERSON with the sentence `already`, where the viewer alone has said it.
    """
    others = said - {operation.viewer.account}
    if said and not others:
        raise needs_second_person(already)
    return bool(others)


async def speaks_for_the_team(operation: "Operation", account: UUID | None) -> bool:
    """Tell whether an account speaks for the viewer's team now."""
    return bool(await operation.rows(_speaker(), speaker=account))

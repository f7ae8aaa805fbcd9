"""The body that a client feeds for: its own, which issues the identifiers and answers for what is sent."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Select, or_, select

from resolvers.problem import invalid
from resolvers.reading import reading
from resolvers.scope import ORGANISATION
from resolvers.store import tables as t
from resolvers.store.words import OrganisationKind

if TYPE_CHECKING:
    from resolvers.context import Operation


@dataclass(frozen=True, slots=True)
class OwnBody:
    """A client's own body, the authority that it is in, and whether its very name tells of a sensitive service."""

    key: UUID
    authority: UUID
    sensitive: bool


@reading()
def _own_body() -> Select[*tuple[Any, ...]]:
    body = t.Organisation
    sensitive = or_(body.sensitive_provider, body.kind == OrganisationKind.PROBATION).label("sensitive")
    return select(body.id, body.authority_id, sensitive).where(body.id == ORGANISATION)


async def own_body(operation: "Operation") -> OwnBody:
    """Return the viewer's own body. Raises NotDone INVALID for one in no authority: nobody would keep its records."""
    (row,) = await operation.rows(_own_body())
    if row.authority_id is None:
        raise invalid(None, "the organisation of this account is in no authority: have the directory team enter one")
    return OwnBody(row.id, row.authority_id, row.sensitive)

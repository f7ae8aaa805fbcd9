"""The viewer's own body: which authority it is in, and whether its work is sensitive whatever its kind."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Select, or_, select

from resolvers.reading import reading
from resolvers.scope import ORGANISATION
from resolvers.store import tables as t
from resolvers.store.words import OrganisationKind

if TYPE_CHECKING:
    from resolvers.context import Operation


@dataclass(frozen=True, slots=True)
class OwnBody:
    """The body of an account, the authority that it is in, and whether its very name tells of a sensitive service."""

    key: UUID
    authority: UUID | None
    sensitive: bool


@reading()
def _own_body() -> Select[*tuple[Any, ...]]:
    body = t.Organisation
    sensitive = or_(body.sensitive_provider, body.kind == OrganisationKind.PROBATION).label("sensitive")
    return select(body.id, body.authority_id, sensitive).where(body.id == ORGANISATION)


async def own_body(operation: "Operation") -> OwnBody:
    """Return the viewer's own body."""
    (row,) = await operation.rows(_own_body())
    return OwnBody(row.id, row.authority_id, row.sensitive)

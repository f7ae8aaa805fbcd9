"""The Strawberry rivals: its own ASGI view over an ORM session for each request, and the journal as an extension.

Stock is what its documentation shows. Tuned has guards that do not wait, the caches of parsing and validation that come
with Strawberry, and orjson.
"""

import hashlib
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import orjson
import strawberry
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from starlette.applications import Starlette
from starlette.routing import Route
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, SchemaExtension, ValidationCache

from authz.trail import Trail
from authz.viewer import Viewer
from authz.words import Purpose, Role, groups_in
from resolvers.account import AGREEMENT_VERSION
from resolvers.clock import Moment, system_clock
from resolvers.store import tables as t
from resolvers.store.engine import database_url
from tests.bench.rivals.asking import POOL, subject_of
from tests.bench.rivals.guards import TUNED
from tests.bench.rivals.orm import Loaders
from tests.bench.rivals.roots import Query

ENGINE = create_async_engine(
    database_url(os.environ["BENCH_DATABASE"]), pool_size=POOL, max_overflow=0, pool_timeout=600
)
SESSIONS = async_sessionmaker(ENGINE, expire_on_commit=False)


async def viewer_of(session: AsyncSession, subject: str, moment: Moment) -> Viewer | None:
    """Return the viewer whose account is in force, None where there is none."""
    found = await session.execute(
        select(t.Account, t.Organisation)
        .join(t.Organisation, t.Organisation.id == t.Account.organisation_id)
        .where(t.Account.subject == subject)
    )
    account, body = found.one()
    today = moment.today
    if account.suspended_at or account.vetted_until < today or account.trained_until < today or not body.accredited:
        return None
    if account.agreement_version != AGREEMENT_VERSION:
        return None
    return Viewer(
        account=account.id, name=account.name, role=Role(account.role), organisation=account.organisation_id,
        practitioner=account.practitioner_id, purposes=tuple(map(Purpose, account.purposes)),
    )  # fmt: skip


class Journal(SchemaExtension):
    """Writes what an operation did before its answer leaves."""

    async def on_operation(self) -> AsyncIterator[None]:
        yield
        asked = self.execution_context
        context: dict[str, Any] = asked.context
        await context["session"].close()
        at, trail = context["moment"].now, context["trail"]
        key = uuid4()
        async with SESSIONS.begin() as session:
            session.add(_event(key, at, context["viewer"], trail, asked))
            session.add_all(_subject(key, at, *of) for of in trail.touched.items())


def _event(key: UUID, at: Any, viewer: Viewer, trail: Trail, asked: Any) -> t.AccessEvent:
    return t.AccessEvent(
        id=key, at=at, account_id=viewer.account, role=viewer.role, organisation_id=viewer.organisation,
        route="graphql", purpose=viewer.purpose, reason=viewer.reason, operation_name=asked.operation_name,
        document_hash=hashlib.sha256(asked.query.encode()).hexdigest(), outcome="OK",
        searches=[{"root": each.root, "criteria": each.criteria, "hits": each.hits} for each in trail.searched],
    )  # fmt: skip


def _subject(event: UUID, at: Any, of: Any, touched: Any) -> t.AccessSubject:
    record, kind = of
    return t.AccessSubject(
        id=uuid4(), at=at, event_id=event, kind=kind, child_id=record, override=False,
        disclosed=[str(group) for group in groups_in(touched.disclosed)],
        withheld=[str(group) for group in groups_in(touched.withheld)],
        standing=[standing.name for standing in touched.standing],
    )  # fmt: skip


class View(GraphQL[Any, Any]):
    """Strawberry's view with a context for each request."""

    async def get_context(self, request: Any, response: Any) -> Any:  # noqa: ARG002  # Strawberry's signature
        moment, session = Moment(system_clock()), SESSIONS()
        access = (await request.json())["extensions"]["access"]
        viewer = await viewer_of(session, subject_of(request.headers["authorization"]), moment)
        if viewer is not None:
            viewer = replace(viewer, purpose=Purpose(access["purpose"]), reason=access["reason"])
        loaders = viewer and Loaders(session, viewer, moment)
        return {"viewer": viewer, "session": session, "loaders": loaders, "moment": moment, "trail": Trail()}


class TunedView(View):
    """The same with orjson."""

    def decode_json(self, data: str | bytes) -> object:
        return orjson.loads(data)

    def encode_json(self, data: object) -> bytes:
        return orjson.dumps(data)


_CACHES = [lambda: ParserCache(maxsize=100), lambda: ValidationCache(maxsize=100)]
_schema = strawberry.Schema(Query, extensions=[Journal, *(_CACHES if TUNED else ())])
app = Starlette(routes=[Route("/graphql", (TunedView if TUNED else View)(_schema, graphql_ide=None))])

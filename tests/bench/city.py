"""The database of the benchmark: a seeded directory, and workers with caseloads of a size that no seed gives."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from authz.policy import PURPOSES
from authz.words import Role
from resolvers.account import AGREEMENT_VERSION
from resolvers.clock import Moment, system_clock
from resolvers.numbers import make_number
from resolvers.store import tables as t
from resolvers.store.engine import database_url, make_engine
from resolvers.store.migrations import migrate
from resolvers.store.seed import is_seeded, seed
from resolvers.store.words import ServiceKind
from tests.bench.works import Question, mixed
from tests.databases import POSTGRES

PAGES = ("bench-1", "bench-2", "bench-3", "bench-4")
LIST = "bench-list"
_SIZES = {**dict.fromkeys(PAGES, 60), LIST: 520}

# Of each caseload a part is what the law is about: shielded, with a shielded sibling (R8), of a confidential body.
_KINDS = {
    "shielded": """SELECT child_id FROM shield
      WHERE state IN ('REQUESTED', 'HOLD', 'ACTIVE', 'LIFT_PROPOSED')""",
    "siblings": """SELECT k.child_id FROM contact k JOIN contact o USING (person_id) JOIN shield h ON h.child_id = o.child_id
      WHERE o.child_id <> k.child_id AND k.ended_on IS NULL AND o.ended_on IS NULL AND h.state IN ('ACTIVE', 'LIFT_PROPOSED')
        AND NOT EXISTS (SELECT FROM shield own WHERE own.child_id = k.child_id)""",
    "refuges": "SELECT child_id FROM involvement JOIN organisation b ON b.id = organisation_id WHERE confidential",
    "ended": "SELECT id AS child_id FROM child WHERE ended_why = 'DECEASED' OR concealed_at IS NOT NULL",
    "ordinary": "SELECT id AS child_id FROM child",
}
_PARTS = {"shielded": 20, "siblings": 20, "refuges": 30, "ended": 30}
"""One in how many of a caseload is of each kind; all else is ordinary."""

_SEARCHES = """
WITH common AS (SELECT family_name FROM child WHERE family_name ~ '^[A-Z][a-z]+$' GROUP BY 1 ORDER BY count(*) DESC LIMIT 10),
  spans AS (SELECT CAST(day AS date) AS first, CAST(day + interval '90 days' AS date) AS last
    FROM generate_series(CAST(:today AS date) - interval '10 years', CAST(:today AS date) - interval '3 years', interval '1 year') day)
SELECT family_name, first, last FROM common JOIN spans ON true JOIN child USING (family_name)
WHERE date_of_birth BETWEEN first AND last GROUP BY 1, 2, 3
HAVING count(*) BETWEEN 2 AND 24 AND count(*) = count(DISTINCT date_of_birth) ORDER BY 1, 2 LIMIT 40
"""
# Two children of one name and birthday may stand side by side out of order, which no rival is asked to know.


@asynccontextmanager
async def city(children: int, kept: str | None) -> AsyncIterator[str]:
    """Give the URL of a database with `children`, made if it is not there; dropped at the end unless it is `kept`."""
    name = kept or f"gateway_bench_{uuid4().hex[:12]}"
    url = f"{POSTGRES.rpartition('/')[0]}/{name}"
    admin = await asyncpg.connect(POSTGRES)
    try:
        if not await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            await admin.execute(f"CREATE DATABASE {name}")
        await _fill(url, children)
        yield url
    finally:
        if not kept:
            await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()


async def _fill(url: str, children: int) -> None:
    engine = make_engine(database_url(url))
    await migrate(engine)
    if not await is_seeded(engine):
        await seed(engine, children, 1, today())
        await hire(engine)
    async with engine.begin() as connection:
        await connection.execute(text("TRUNCATE access_event, access_subject"))
    async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(text("VACUUM (ANALYZE)"))
    await engine.dispose()


def today() -> date:
    return Moment(system_clock()).today


async def hire(engine: AsyncEngine) -> None:
    """Add the workers of the benchmark, their accounts and their caseloads; each has a conflict with one child."""
    async with engine.begin() as connection:
        body = await connection.scalar(select(t.Account.organisation_id).where(t.Account.subject == "health-visitor"))
        for offset, (subject, size) in enumerate(_SIZES.items()):
            worker, account = uuid4(), uuid4()
            await connection.execute(insert(t.Practitioner), _practitioner(worker, body, subject))
            await connection.execute(insert(t.Account), account_row(account, worker, body, subject))
            children = await _caseload(connection, size, offset % len(PAGES))
            await connection.execute(insert(t.Involvement), [_work(child, worker, body) for child in children])
            await connection.execute(insert(t.AccountConflict), _conflict(account, children[-1]))


async def _caseload(connection: AsyncConnection, size: int, offset: int) -> list[Any]:
    children: dict[Any, None] = {}
    for kind, rows in _KINDS.items():
        wanted = size // _PARTS[kind] if kind in _PARTS else size - len(children)
        found = await connection.scalars(
            text(f"SELECT DISTINCT child_id FROM ({rows}) found ORDER BY child_id OFFSET :offset LIMIT :wanted"),
            {"offset": offset * wanted, "wanted": wanted},
        )
        children |= dict.fromkeys(found)
    return list(children)


def _practitioner(key: Any, body: Any, subject: str) -> dict[str, Any]:
    name = subject.replace("-", " ").title()
    return {"id": key, "organisation_id": body, "name": name, "profession": "Health visitor", "phone": "0113 496 0000"}


def account_row(key: Any, worker: Any, body: Any, subject: str) -> dict[str, Any]:
    later = today() + timedelta(days=365)
    return {
        "id": key, "subject": subject, "name": subject, "role": Role.PRACTITIONER, "organisation_id": body,
        "practitioner_id": worker, "purposes": [purpose.name for purpose in PURPOSES[Role.PRACTITIONER]],
        "vetted_until": later, "trained_until": later, "agreement_version": AGREEMENT_VERSION,
    }  # fmt: skip


def _work(child: Any, worker: Any, body: Any) -> dict[str, Any]:
    return {
        "id": uuid4(), "child_id": child, "practitioner_id": worker, "organisation_id": body, "lead": False,
        "service": ServiceKind.HEALTH_VISITING, "started_on": today() - timedelta(days=90), "assessment": False,
        "sensitive": False,
    }  # fmt: skip


def _conflict(account: Any, child: Any) -> dict[str, Any]:
    source = t.ConflictSource.DECLARED
    return {"id": uuid4(), "account_id": account, "child_id": child, "source": source, "since": system_clock()}


async def questions(url: str) -> dict[str, Sequence[Question]]:
    """Return what is asked in each work, of what stands in the database at `url`."""
    engine = make_engine(database_url(url))
    async with engine.connect() as connection:
        rows = await connection.execute(text(_SEARCHES), {"today": today()})
        searches = [
            {"familyName": name, "bornBetween": {"from": str(first), "to": str(last)}} for name, first, last in rows
        ]
        numbers = {subject: await numbers_of(connection, subject) for subject in PAGES}
    await engine.dispose()
    works = {
        "W1": [Question(who, "Record", {"number": number}) for who, found in numbers.items() for number in found],
        "W2": [Question(subject, "Page", {"first": 50}) for subject in PAGES],
        "W3": [Question(PAGES[n % len(PAGES)], "Search", {"search": each}) for n, each in enumerate(searches)],
        "W4": [Question(LIST, "Page", {"first": 500})],
    }
    return {**works, "W5": mixed(works)}


async def numbers_of(connection: AsyncConnection, subject: str) -> list[str]:
    """Return the directory numbers of a worker's caseload; an adult and a child in conflict are among them."""
    mine = select(t.Involvement.child_id).join(
        t.Account, t.Account.practitioner_id == t.Involvement.practitioner_id
    ).where(t.Account.subject == subject)  # fmt: skip
    found = await connection.scalars(
        select(t.Child.directory_number).where(t.Child.id.in_(mine)).order_by(t.Child.directory_number)
    )
    return list(found)


UNKNOWN = Question(PAGES[0], "Record", {"number": make_number(1)})
"""A record that nobody has; asked when answers are compared, never when they are timed."""

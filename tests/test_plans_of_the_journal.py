"""The journal is read by indexes, and of its days those that are asked for alone; alerts look at no table whole."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest_asyncio
from sqlalchemy import text

from resolvers import kinship
from resolvers.ids import Kind, write_id
from resolvers.store.compiled import compile_for
from tests.client import Gateway, gateway_on
from tests.looking import EVENTS, TRAIL, events
from tests.test_plans import OF_CHILDREN, planned, read_whole, reading

DAYS, EVENTS_A_DAY, SUBJECTS = 20, 1_500, 3
TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
NOON = TODAY + timedelta(days=DAYS - 1, hours=12)
"""When the journal of these tests is read: its days, which have partitions of their own, lie behind."""

_EVENTS = """INSERT INTO access_event (id, at, account_id, role, organisation_id, route, purpose, reason,
document_hash, outcome, searches)
SELECT gen_random_uuid(), CAST(:day AS timestamptz) + random() * interval '1 day', account.id, 'PRACTITIONER',
account.organisation_id, :route, 'COORDINATE_CARE', 'to be read by a plan', '', 'OK', '[]'
FROM generate_series(1, :events) n
JOIN (SELECT *, row_number() OVER () AS number, count(*) OVER () AS many FROM account) account
ON account.number = 1 + n % account.many"""
_SUBJECTS = """INSERT INTO access_subject
(id, at, event_id, kind, child_id, disclosed, withheld, standing, override, shielded)
SELECT gen_random_uuid(), event.at, event.id, 'OPENED', child.id, '[]', '[]', '[]', false, false
FROM (SELECT *, row_number() OVER () AS number FROM access_event
      WHERE route = :route AND at >= :day AND at < CAST(:day AS timestamptz) + interval '1 day') event
CROSS JOIN generate_series(1, :subjects) m
JOIN (SELECT id, row_number() OVER (ORDER BY id) AS number FROM child) child
ON child.number = 1 + (event.number * 37 + m * 7919) % 90000"""


@pytest_asyncio.fixture
async def gateway(city: str, tmp_path: Path) -> AsyncIterator[Gateway]:
    """Serve the city with a journal of some weeks."""
    route = {"route": f"plans {uuid4()}"}
    async with gateway_on(city, tmp_path, now=NOON) as made:
        async with made.database() as connection:
            for n in range(DAYS):
                given = {**route, "day": TODAY + timedelta(days=n)}
                await connection.execute(text(_EVENTS), {**given, "events": EVENTS_A_DAY})
                await connection.execute(text(_SUBJECTS), {**given, "subjects": SUBJECTS})
        async with made.database() as connection:
            await connection.execute(text("ANALYZE access_event, access_subject, account, contact, person_reach"))
        yield made
        async with made.database() as connection:
            ours = "SELECT id FROM access_event WHERE route = :route"
            await connection.execute(text(f"DELETE FROM access_subject WHERE event_id IN ({ours})"), route)  # ours
            await connection.execute(text("DELETE FROM access_event WHERE route = :route"), route)


def tables_in(plan: Any) -> Iterator[tuple[str, str]]:
    """Yield the tables that a plan reads, each with how."""
    if "Relation Name" in plan:
        yield plan["Relation Name"], plan["Node Type"]
    for part in plan.get("Plans", ()):
        yield from tables_in(part)


async def plans(gateway: Gateway, seen: Any, account: str, query: str, **variables: Any) -> list[Any]:
    """Return the plans of the statements on the journal that an operation runs."""
    seen.clear()
    answer = await gateway.raw(account, query, purpose="CASE_REVIEW", **variables)
    assert "errors" not in answer.json(), answer.json()
    async with gateway.database() as connection:
        return [await planned(connection, *one) for one in list(seen) if "access_event" in one[0]]


def wrong(plan: Any, since: datetime, until: datetime) -> list[str]:
    """Return what a plan reads from end to end, and the days that it reads beside those from `since` to `until`."""
    days = {f"{since + timedelta(days=n):%Y%m%d}" for n in range((until - since).days + 2)}
    held = {f"{TODAY + timedelta(days=n):%Y%m%d}" for n in range(DAYS)}
    found = [f"{table} by {how}" for table, how in tables_in(plan) if table in OF_CHILDREN and how == "Seq Scan"]
    for table, how in tables_in(plan):
        day = table.rsplit("_", 1)[1] if table.startswith(("access_event", "access_subject")) else "default"
        if day not in {*days, "default"}:
            found.append(f"{table} beyond the window")
        if how == "Seq Scan" and day in held:
            found.append(f"{table} from end to end")
    return found


async def test_the_journal_is_read_by_its_indexes(gateway: Gateway) -> None:
    """What teams and auditors ask touches the days of their window alone, each by an index.

    But for a team's list that names no record: where few events are the team's, the days are looked through.
    """
    week = {"from": (NOON - timedelta(days=7)).isoformat(), "to": NOON.isoformat()}
    found = {}
    with reading() as seen:
        page = await events(gateway, "auditor", first=5)
        row = page["edges"][0]["node"]
        asked: dict[str, dict[str, Any]] = {
            "all": {},
            "a record": {"record": row["record"]},
            "an account": {"viewer": row["viewer"]},
            "a row": {"event": row["id"]},
            "an alert's event": {"event": write_id(Kind.EVENT, (await gateway.journal())[0][0].id)},
            "what was sought": {"record": "A" * 43},
        }
        for account in ("auditor", "team-leeds"):
            for name, variables in asked.items():
                (plan,) = await plans(gateway, seen, account, EVENTS, **week, **variables)
                faults = wrong(plan, NOON - timedelta(days=7), NOON)
                if account != "auditor" and name in {"all", "an account"}:
                    faults = [fault for fault in faults if "from end to end" not in fault]
                if faults:
                    found[account, name] = sorted(faults)
    assert found == {}


async def test_a_trail_is_read_by_its_index(gateway: Gateway) -> None:
    """The trail of a record looks it up in each day of its window, and reads no day whole."""
    with reading() as seen:
        child = await _of_the_team(gateway)
        plan, *_ = await plans(gateway, seen, "team-leeds", TRAIL, id=child)
    assert wrong(plan, NOON - timedelta(days=92), NOON) == []


async def _of_the_team(gateway: Gateway) -> str:
    async with gateway.database() as connection:
        found = await connection.execute(
            text(
                "SELECT child_id FROM child_authority JOIN organisation body USING (authority_id) "
                "JOIN account ON account.organisation_id = body.id WHERE subject = 'team-leeds' "
                "AND child_id NOT IN (SELECT child_id FROM shield) LIMIT 1"
            )
        )
        return write_id(Kind.CHILD, found.scalar_one())


async def test_alerts_look_at_no_table_whole(gateway: Gateway) -> None:
    """Who is close is asked of whoever was touched, by keys: the watch reads no table of children from end to end."""
    events_, subjects = await gateway.journal()
    given = {"alert_event": events_[-1].id, "now": events_[-1].at, "today": NOON.date()}
    async with gateway.database() as connection:
        compiled = compile_for(connection.dialect, kinship._STATEMENT)
        plan = await planned(connection, compiled.text, tuple(compiled.arguments(kinship._together([given]))))
    assert subjects
    assert [name for name in read_whole(plan) if name in {*OF_CHILDREN, "alert"}] == []

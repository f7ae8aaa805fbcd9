"""Feeds and kills: what a client was told is kept lands once, whenever the process that has it is killed."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import func, select

from gateway.feed_client import DOCUMENT
from resolvers.store import tables as t
from resolvers.store.engine import database_url, make_engine
from tests.client import REASON
from tests.databases import Template
from tests.feeding import entry, reach, work
from tests.serving import Service, database, serving, token

CHILDREN = 60
LETTERS = "bcdfghklmnprst"


def entries() -> list[dict[str, Any]]:
    """Return two entries for each of many children whose names are not alike."""
    names = [f"{LETTERS[n % 14]}o{LETTERS[n // 14]}ax{LETTERS[(n * 5) % 14]}ul".title() for n in range(CHILDREN)]
    works = [entry(f"w{n}", f"K-{n}", family=name, given=name, involvement=work()) for n, name in enumerate(names)]
    reaches = [
        entry(f"r{n}", f"K-{n}", family=name, given=name, reach=reach(f"{n} Row")) for n, name in enumerate(names)
    ]
    return works + reaches


async def submitted(service: Service, part: list[dict[str, Any]]) -> bool:
    """Send a part; return whether it was answered that all of it is kept."""
    given = {"input": {"clientMutationId": f"part {part[0]['entry']}", "entries": part}}
    access = {"access": {"purpose": "DATA_QUALITY", "reason": REASON}}
    body = {"query": DOCUMENT, "variables": given, "extensions": access}
    try:
        response = await service.http.post(
            service.url, json=body, headers={"authorization": f"Bearer {token(sub='feed')}"}
        )
    except httpx.HTTPError:
        return False
    return all(result["outcome"] == "ACCEPTED" for result in response.json()["data"]["submitFeed"]["results"])


async def counted(url: str) -> dict[str, int]:
    engine = make_engine(database_url(url))
    found = {}
    async with engine.connect() as connection:
        for table in (t.FeedEntry, t.ExternalIdentifier, t.Involvement, t.ChildReach):
            found[table.__tablename__] = (
                await connection.execute(select(func.count()).select_from(table))
            ).scalar_one()
    await engine.dispose()
    return found


async def test_r19_what_is_accepted_lands_once_whatever_is_killed(template: Template, tmp_path: Path) -> None:
    """Killed while batches are under way, three times, the next process goes on: nothing is lost, nothing is twice."""
    told, parts = entries(), 12
    async with database(template, tmp_path) as url:
        before = await counted(url)
        waiting = [told[n::parts] for n in range(parts)]
        for pause in (0.1, 0.25, 0.5):
            async with serving(url, tmp_path) as service:
                waiting = [part for part in waiting[:4] if not await submitted(service, part)] + waiting[4:]
                await asyncio.sleep(pause)
                os.killpg(service.process.pid, signal.SIGKILL)
        async with serving(url, tmp_path) as service:
            for part in waiting:
                assert await submitted(service, part)
            for _ in range(200):
                after = await counted(url)
                if after["feed_entry"] == 0:
                    break
                await asyncio.sleep(0.1)
        done = {name: after[name] - before[name] for name in after}
    assert done == {"feed_entry": 0, "external_identifier": CHILDREN, "involvement": CHILDREN, "child_reach": CHILDREN}

"""How many entries of feeds a second are taken and processed, on PostgreSQL: `python -m tests.bench.feeds`.

One process of the gateway, its client in the same process, and a city of `--children`. The entries are a third work, a
third addresses, a third school places; two fifths are on children whom the client's body knows by a number of its own,
the same share on children of whom nobody has heard, a fifth on such as may be somebody else's. Prints how fast they are
submitted, how fast processed, both in turn and both at once, and how they landed.
"""

import argparse
import random
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import uvloop
from sqlalchemy import func, select

from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from resolvers.store.engine import database_url, make_engine
from resolvers.store.seed import seed
from tests.client import Gateway, gateway_on
from tests.databases import POSTGRES, Template, make_template
from tests.feeding import RESULTS
from tests.world import NOW, TODAY

CLIENT = "feed-leeds"
AT_ONCE = 500
SYLLABLES = ("ba", "ko", "ri", "mun", "sel", "tar", "ven", "dol", "pri", "gath", "os", "lek", "wyn", "hu", "fir", "zam")


class Pen:
    """Writes entries as the case system of Leeds social care would, of the city in one database."""

    def __init__(self, known: list[Any], others: list[Any], worker: str, school: str, seed: int) -> None:
        self.rng = random.Random(seed)
        self.known, self.others, self.worker, self.school = known, others, worker, school

    def entry(self, number: int) -> dict[str, Any]:
        draw = self.rng.random()
        if draw < 0.4:
            row = self.rng.choice(self.known)
            child = self._child(row, row.scheme, row.value)
        elif draw < 0.6:
            child = self._child(self.rng.choice(self.others), "BENCH", f"{number}")
        else:
            names = {"givenNames": self._name(), "familyName": self._name() + self._name().lower()}
            child = names | {
                "dateOfBirth": self._day(),
                "externalIdentifier": {"scheme": "BENCH", "value": str(number)},
            }
        return {"entry": f"entry {number}", "child": child, **self._deed(number)}

    def _child(self, row: Any, scheme: str, value: str) -> dict[str, Any]:
        return {
            "externalIdentifier": {"scheme": scheme, "value": value},
            "givenNames": row.given_names,
            "familyName": row.family_name,
            "dateOfBirth": row.date_of_birth.isoformat(),
        }

    def _name(self) -> str:
        return "".join(self.rng.choices(SYLLABLES, k=3)).title()

    def _day(self) -> str:
        return (TODAY - timedelta(days=self.rng.randrange(400, 6_000))).isoformat()

    def _deed(self, number: int) -> dict[str, Any]:
        today = TODAY.isoformat()
        if number % 3 == 0:
            return {"involvement": {"practitionerId": self.worker, "service": "SOCIAL_CARE", "from": today}}
        if number % 3 == 1:
            address = {"lines": [f"{number} Bench Road"], "town": "Leeds", "postcode": "LS1 4AP"}
            return {"reach": {"address": address, "phone": "0113 496 0101", "since": today}}
        return {"placement": {"organisationId": self.school, "from": today}}


async def _pen(gateway: Gateway) -> Pen:
    child, issued = t.Child, t.ExternalIdentifier
    async with gateway.database() as connection:
        body = select(t.Account.organisation_id).where(t.Account.subject == CLIENT).scalar_subquery()
        who = (child.given_names, child.family_name, child.date_of_birth)
        live = (
            child.concealed_at.is_(None),
            child.date_of_birth > TODAY - timedelta(days=6_000),
            child.given_names_folded != "",
        )
        known = await connection.execute(
            select(*who, issued.scheme, issued.value)
            .join(child, child.id == issued.child_id)
            .where(issued.issuer_id == body, *live)
        )
        others = await connection.execute(select(*who).where(*live).limit(5_000))
        worker = await connection.execute(
            select(t.Practitioner.id).where(t.Practitioner.organisation_id == body).limit(1)
        )
        school = await connection.execute(select(t.Organisation.id).where(t.Organisation.kind == "SCHOOL").limit(1))
        keys = (
            write_id(Kind.PRACTITIONER, worker.scalar_one()),
            write_id(Kind.ORGANISATION, school.scalar_one()),
        )
        return Pen(list(known.all()), list(others.all()), *keys, 1)


async def _submitted(gateway: Gateway, entries: list[dict[str, Any]], name: str = "batch") -> None:
    for start in range(0, len(entries), AT_ONCE):
        given = {
            "clientMutationId": f"{name} {start} {entries[0]['entry']}",
            "entries": entries[start : start + AT_ONCE],
        }
        payload = await gateway.do(CLIENT, "submitFeed", given, RESULTS, purpose="DATA_QUALITY")
        refused = [result for result in payload["results"] if result["outcome"] == "REFUSED"]
        assert not refused, refused[0]


async def measure(gateway: Gateway, entries: int) -> None:
    """Feed so many entries, and print how long it took."""
    pen = await _pen(gateway)
    feeder = gateway.app.state.feeder
    feeder.pause = lambda: 3_600.0  # to time the two apart
    await _submitted(gateway, [pen.entry(-1 - n) for n in range(AT_ONCE)])
    await gateway.fed()  # warm
    given = [pen.entry(n) for n in range(entries)]
    more = [pen.entry(entries + n) for n in range(entries)]
    began, cpu = time.perf_counter(), time.process_time()
    await _submitted(gateway, given)
    sent = time.perf_counter()
    await gateway.fed()
    done, cpu = time.perf_counter(), time.process_time() - cpu
    for what, seconds in (("submitted", sent - began), ("processed", done - sent), ("both", done - began)):
        print(f"{what:>10}: {entries} entries in {seconds:6.2f} s, {entries / seconds:7.0f} a second")
    feeder.pause = lambda: 0.05
    feeder.notice()
    began = time.perf_counter()
    await _submitted(gateway, more, "more")
    await gateway.fed()
    done = time.perf_counter()
    print(f"  together: {entries} entries in {done - began:6.2f} s, {entries / (done - began):7.0f} a second")
    print(f"  CPU time: {cpu:6.2f} s of the gateway and its client, {entries / cpu:7.0f} a second")
    async with gateway.database() as connection:
        matches = await connection.execute(
            select(func.count()).select_from(t.Task).where(t.Task.since >= NOW - timedelta(hours=1))
        )
        left = await connection.execute(select(func.count()).select_from(t.FeedEntry))
        print("tasks:", matches.scalar_one(), "left:", left.scalar_one(), "failures:", feeder.failures)
    print("kinds:", dict(Counter(next(iter(entry.keys() - {"entry", "child"})) for entry in given)))


async def main(children: int, entries: int) -> None:
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        made = await make_template("postgresql", folder)
        url = f"{POSTGRES.rpartition('/')[0]}/{made.place}"
        try:
            engine = make_engine(database_url(url))
            await seed(engine, children, 1, TODAY)
            await engine.dispose()
            async with gateway_on(url, folder) as gateway:
                await measure(gateway, entries)
        finally:
            await Template("postgresql", made.place).drop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--children", type=int, default=100_000)
    parser.add_argument("--entries", type=int, default=6_000)
    given = parser.parse_args()
    uvloop.run(main(given.children, given.entries))

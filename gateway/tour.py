"""The demo's tour: a directory to visit, and what is printed of it: who one can be, two records, a request to paste."""

from collections.abc import Callable
from dataclasses import replace

import orjson
from sqlalchemy.ext.asyncio import AsyncEngine

from authz.policy import PURPOSES
from gateway.demo import REASON, DemoKeys
from gateway.keys import derive
from gateway.personas import Personas, Shown
from gateway.seal import read_seal
from gateway.settings import Settings
from resolvers.account import find_viewer
from resolvers.budget import Budget
from resolvers.child import caseload
from resolvers.clock import Moment, system_clock
from resolvers.context import Operation
from resolvers.records import ChildRecord
from resolvers.session import Session
from resolvers.store.checkpoints import Checkpoints
from resolvers.store.engine import database_url, make_engine
from resolvers.store.journal import Event, Journal
from resolvers.store.migrations import migrate
from resolvers.store.seed import PERSONAS, is_seeded, make_rows, write_rows
from resolvers.store.snapshot import Reader

CHILDREN, SEED = 2_000, 1

GUIDE = "health-visitor"
"""The persona who shows the records: her caseload begins with an open and a shielded family."""

BLIND = ("auditor", "feed-leeds", "lapsed", "police-new")
"""The personas for whom neither of the two records is there."""

FIELDS = "givenNames familyName shielded phone contacts { givenNames phone } withheld { group }"


async def prepare(engine: AsyncEngine, say: Callable[[str], None]) -> None:
    """Migrate the demo's database and fill it if it is empty."""
    try:
        await migrate(engine)
        if not await is_seeded(engine):
            say(f"seeding {CHILDREN} children ...")
            await write_rows(engine, make_rows(CHILDREN, SEED, Moment(system_clock()).today))
    finally:
        await engine.dispose()


async def examples(settings: Settings, secret: bytes) -> list[ChildRecord]:
    """Return the guide's first open and first shielded record, opened as she opens them, journal included."""
    keys, url = derive(secret), database_url(settings.database)
    reading, writing = make_engine(url, reading=True), make_engine(url)
    session, moment = Session(Reader(reading)), Moment(system_clock())
    try:
        viewer = await find_viewer(session, GUIDE, moment)
        if viewer is None:
            return []
        viewer = replace(viewer, purpose=PURPOSES[viewer.role][0], reason=REASON)
        budget = Budget(writing, keys.budget, settings.budgets)
        operation = Operation(viewer, moment, session, keys.cursors, budget, keys.versions)
        page = await caseload(operation, 10, None)
        await session.close()
        event = Event(
            at=moment.now,
            viewer=viewer,
            route="demo",
            operation_name=None,
            document_hash="",
            outcome="OK",
            trail=operation.trail,
        )
        journal = Journal(writing, keys.journal.current, Checkpoints(read_seal(settings, secret).sign, system_clock))
        await journal.append(event)
        await journal.drain()
    finally:
        await session.close()
        await reading.dispose()
        await writing.dispose()
    firsts = {child.shielded: child for child in reversed(page.items)}
    return [firsts[shielded] for shielded in (False, True) if shielded in firsts]


def banner(keys: DemoKeys, host: str, port: int, records: list[ChildRecord]) -> str:
    """Return what the demo prints once it is ready."""
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/graphql"
    now = system_clock()
    tokens = {name: keys.token(name, persona.role, now) for name, persona in PERSONAS.items()}
    lines = [f"The demo of the children's directory answers at {address}", ""]
    lines += ["Open it in a browser: the explorer shows what each of these people sees, side by side.", ""]
    lines += ["Who you can be, and a token for each, good for 12 hours:"]
    for name, persona in PERSONAS.items():
        lines += ["", f"  {name} ({persona.role}): {persona.about}", f"  {tokens[name]}"]
    if records:
        lines += ["", f"Two records to compare ({', '.join(BLIND[:-1])} and {BLIND[-1]} see none):"]
        lines += [f"  {child.directory_number}  {_described(child)}" for child in records]
        lines += ["", f"Try it as {GUIDE}, from another terminal:", "", _curl(address, tokens[GUIDE], records)]
    return "\n".join([*lines, "", f"Ctrl-C stops the demo. It answers at {address}"])


def personas_of(keys: DemoKeys, records: list[ChildRecord], host: str) -> Personas:
    """Return who one can be in the demo's explorer, with the two records to compare."""
    shown = {name: Shown(persona.name, persona.role, persona.about) for name, persona in PERSONAS.items()}
    return Personas(keys, shown, {_kind(child): child.directory_number for child in records}, host)


def _described(child: ChildRecord) -> str:
    return f"{child.given_names} {child.family_name}, {_kind(child)}"


def _curl(address: str, token: str, records: list[ChildRecord]) -> str:
    """Return one command line that asks for `records` side by side."""
    numbers = {_kind(child): child.directory_number for child in records}
    asked = " ".join(f"{kind}: child(directoryNumber: ${kind}) {{ ...Seen }}" for kind in numbers)
    given = ", ".join(f"${kind}: String" for kind in numbers)
    query = f"query Compare({given}) {{ {asked} }} fragment Seen on Child {{ {FIELDS} }}"
    body = orjson.dumps({"query": query, "variables": numbers}).decode()
    return f"curl -s {address} -H 'Content-Type: application/json' -H 'Authorization: Bearer {token}' -d '{body}'"


def _kind(child: ChildRecord) -> str:
    return "shielded" if child.shielded else "open"

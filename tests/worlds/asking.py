"""Two served worlds and a past: asks one operation of both and compares all that a client, or a statement, could tell."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import orjson

from authz.words import Role
from resolvers.store import tables as t
from resolvers.store.engine import database_url, make_engine
from resolvers.store.words import SENSITIVE_KINDS, ServiceKind
from tests.client import Gateway, gateway_on, statements
from tests.databases import Template
from tests.worlds.generated import Pair
from tests.worlds.operations import Operation
from tests.worlds.rows import Rows

MOST_TIMES = 6
"""How often an operation is asked whose statements alone differ."""


@dataclass(frozen=True)
class Answer:
    """Everything that one operation gives away: to its client, and in the texts of what it reads."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    statements: tuple[str, ...]

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(error["extensions"]["code"] for error in self.json.get("errors", ()))

    @property
    def faulty(self) -> bool:
        return self.status >= 500 or "INTERNAL" in self.codes or "UNAVAILABLE" in self.codes


class Asker:
    """One world, asked by one viewer, who has everything `traced` or nothing."""

    def __init__(self, gateway: Gateway, viewer: str, *, traced: bool = False) -> None:
        self.gateway, self.traced = gateway, traced
        token = gateway.token(viewer, Role.PRACTITIONER)
        self.headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}

    async def ask(self, operation: Operation) -> Answer:
        headers = {**self.headers, "accept": operation.accept}
        asked = operation.body()
        if self.traced:
            asked["extensions"]["trace"] = True
        body = orjson.dumps(asked)
        await self.gateway.watched()  # what was asked before has raised its alerts, in both worlds
        with statements() as texts:
            response = await self.gateway.http.post("/graphql", content=body, headers=headers)
        told = tuple(sorted((name, value) for name, value in response.headers.items()))
        return Answer(response.status_code, told, response.content, tuple(texts))


@dataclass(frozen=True)
class Served:
    """Both worlds of a pair, served; an operation is asked of the first, then of the second."""

    first: Asker
    second: Asker

    async def ask(self, operation: Operation) -> tuple[Answer, Answer]:
        """Return both answers.

        Where roots run side by side and one is refused, what the others still read depends on the moment, in any
        world. So where the statements alone differ the operation is asked again: worlds that are alike will
        sometimes read alike, worlds that are not never do.
        """
        ours, theirs = [await self.first.ask(operation)], [await self.second.ask(operation)]
        while len(ours) < MOST_TIMES and _statements_alone(ours[0], theirs[0]):
            if alike := next((one for one in ours for other in theirs if one == other), None):
                return alike, alike
            ours.append(await self.first.ask(operation))
            theirs.append(await self.second.ask(operation))
        return ours[0], theirs[0]


def _statements_alone(one: Answer, other: Answer) -> bool:
    return one != other and replace(one, statements=()) == replace(other, statements=())


@asynccontextmanager
async def served(pair: Pair, template: Template, folder: Path, **settings: Any) -> AsyncIterator[Served]:
    """Serve both worlds of `pair`, each on a database of its own and with the same keys."""
    async with AsyncExitStack() as stack:
        first, second = [
            await stack.enter_async_context(asked(rows, pair.viewer, template, folder, **settings))
            for rows in (pair.first, pair.second)
        ]
        yield Served(first, second)


@asynccontextmanager
async def asked(rows: Rows, viewer: str, template: Template, folder: Path, **settings: Any) -> AsyncIterator[Asker]:
    """Serve one directory for `viewer` to ask."""
    async with template.copy(folder) as url:
        engine = make_engine(database_url(url))
        await rows.world().write(engine)
        await engine.dispose()
        async with gateway_on(url, folder, new_id=numbered(), **settings) as gateway:
            yield Asker(gateway, viewer, traced=settings.get("explorer", False))
        if template.kind == "sqlite":
            for file in Path(url.removeprefix("sqlite:///")).parent.glob(f"{Path(url).name}*"):
                file.unlink()


def numbered() -> Callable[[], UUID]:
    """Return a source of ids that gives the same ones in both worlds, as chance would not."""
    numbers = count(1)
    return lambda: uuid5(NAMESPACE_OID, str(next(numbers)))


def past(rows: Rows) -> Rows:
    """Return the directory as it may have been when nothing was hidden yet: no shields, no conflicts, nobody gone.

    What a viewer noted then, a cursor above all, must tell nothing now (R5).
    """
    before = rows.copy()
    for key, task in list(before.tables[t.Task].items()):
        before.put(t.Task, key, {**task, "shield_id": None})
    for table in (t.ShieldDecision, t.ShieldRequest, t.Shield, t.AccountConflict):
        for key in list(before.tables[table]):
            before.put(table, key, None)
    for key, child in list(before.tables[t.Child].items()):
        born = {"date_of_birth": child["date_of_birth"].replace(year=2015)}
        before.put(t.Child, key, {**child, **born, "concealed_at": None, "ended_on": None, "ended_why": None})
    for key, row in list(before.tables[t.Involvement].items()):
        service = ServiceKind.VOLUNTARY if row["service"] in SENSITIVE_KINDS else row["service"]
        before.put(t.Involvement, key, {**row, "sensitive": False, "service": service, "ended_on": None})
    return before

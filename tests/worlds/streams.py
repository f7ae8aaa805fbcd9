"""Follows streams in both worlds of a pair, by generated subscriptions, while things happen that are told alike.

After each happening a bell rings: a change that the viewer is told of in any case. What has come before it is compared
to the byte, positions by their presence alone, and so are the statements by which it was read.
"""

import json
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from resolvers.store.outbox import Bell
from schema.build import build_schema
from tests.authz.law import MAY
from tests.client import Gateway, statements
from tests.databases import Template
from tests.streaming import Socket, access, socket
from tests.world import id_of
from tests.worlds.arguments import Values
from tests.worlds.asking import asked
from tests.worlds.dense import OF_VIEWERS, VIEWERS
from tests.worlds.generated import Pair
from tests.worlds.happenings import BELL, Chance, Happening, bell, with_bell
from tests.worlds.operations import Argument, Field, Inline, Operation
from tests.worlds.rows import BY_NAME, STORED, Row, Rows, key_of
from tests.worlds.view import view
from tests.worlds.writer import Draft, Writer

FOLLOWERS = tuple(name for name in OF_VIEWERS if name != "lapsed")
"""The viewers who are told of anything: those with a caseload, who may follow it."""

STREAMS = 3
"""How many subscriptions each viewer has open in each world."""

PLACE, WHOSE = "place", "whose"
"""The names under which every subscription asks for the position and for the child."""

Frames = dict[str, list[str]]
"""What has come, by the name of the subscription."""


@dataclass(frozen=True)
class StreamLeak:
    """Something that happened of which two worlds tell their viewer otherwise, though it is alike by the law."""

    pair: Pair
    database: str
    happened: Happening
    subscriptions: Sequence[Operation]
    first: Frames
    second: Frames
    resumed: bool = False

    def __str__(self) -> str:
        name = next(name for name in self.first if self.first[name] != self.second[name])
        where = " to who goes on from before it" if self.resumed else ""
        lines = [
            f"`{self.pair.viewer}` can tell two worlds apart, on {self.database}, seed {self.pair.seed}, by what is"
        ]
        lines += [f"told{where} of\n  {self.happened}", *(str(one) for one in self.subscriptions if name.isdigit())]
        return "\n".join([*lines, f"first world:  {self.first[name]}", f"second world: {self.second[name]}"])


@dataclass
class Follower:
    """One world, and the viewer who follows in it."""

    gateway: Gateway
    viewer: str
    subscriptions: Sequence[Operation]
    positions: list[str] = field(default_factory=list)
    """Where the first subscription stood after each bell."""

    async def happen(self, row: Row | None) -> None:
        async with self.gateway.database() as connection:
            for one in [row] if row is not None else []:
                await connection.execute(insert(t.Change), [one])
            await Bell().within(connection)
        self.gateway.app.state.streams.hub.ring()

    async def told(self, one: Socket) -> Frames:
        """Ring the bell, and return what comes until each subscription has heard it."""
        with statements() as texts:
            await self.happen(bell())
            frames = await heard(one, len(self.subscriptions))
        self.positions.append(frames.pop(PLACE)[0])
        return frames | {"statements": sorted({text for text in texts if "change.position" in text})}

    @asynccontextmanager
    async def following(self) -> AsyncIterator[Socket]:
        """Follow from now on."""
        async with self._opened() as one:
            for n, operation in enumerate(self.subscriptions):
                one.subscribe(str(n), body(operation, self.viewer))
            await one.settled()
            yield one

    async def resumed(self, n: int, number: int) -> Frames:
        """Return what one subscription tells when it goes on from the bell of a number, up to the last one."""
        after = Argument("String", self.positions[number], variable=True)
        async with self._opened() as one:
            operation = self.subscriptions[n]
            root = operation.selections[0]
            assert isinstance(root, Field)
            operation = replace(operation, selections=(replace(root, arguments=(("after", after),)),))
            one.subscribe("0", body(operation, self.viewer))
            frames = await heard(one, 1)
        del frames[PLACE]
        return frames

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[Socket]:
        async with socket(self.gateway) as one:
            await one.init(self.gateway.token(self.viewer))
            yield one

    async def rows(self) -> Rows:
        """Return what is stored now, for the view of it."""
        rows = Rows()
        async with self.gateway.database() as connection:
            for table in BY_NAME.values():
                columns = [getattr(table, name).label(name) for name in STORED[table]]
                for row in (await connection.execute(select(*columns))).mappings():
                    rows.put(table, key_of(table, dict(row)), dict(row))
        return rows


async def heard(one: Socket, streams: int) -> Frames:
    """Return what comes until `streams` subscriptions have heard the bell, and under PLACE where the first stands."""
    found: Frames = {str(n): [] for n in range(streams)}
    waiting, its = set(found), write_id(Kind.CHILD, id_of("child", BELL))
    while waiting:
        message = await one.next()
        assert message["type"] == "next", message
        name, event = message["id"], message["payload"]["data"]["caseloadChanged"]
        place = event.pop(PLACE)
        assert len(place) == 43
        if event[WHOSE]["childId"] == its:
            waiting.discard(name)
            found[PLACE] = [place] if name == "0" else found.get(PLACE, [])
        found[name].append(json.dumps(message["payload"]))
    return found


def body(operation: Operation, viewer: str) -> dict[str, Any]:
    document, variables = operation.written
    text = document.replace("query Q", "subscription Q", 1)
    return {"query": text, "variables": variables, "extensions": access(viewer)}


def subscription(writer: Writer) -> Operation:
    """Return a subscription of random fields, with position and child under names of their own."""
    draft = Draft(writer)
    schema = writer.schema
    assert schema.subscription_type is not None
    kind = schema.subscription_type.fields["caseloadChanged"].type
    chosen = tuple(one for one in draft.selections(kind.of_type, 4) if not _position(one))
    fragments = tuple(
        replace(each, selections=tuple(one for one in each.selections if not _position(one)) or (Field("__typename"),))
        for each in draft.fragments.values()
    )
    always = (Field("position", PLACE), Field("child", WHOSE, selections=(Field("childId"),)))
    return Operation((Field("caseloadChanged", selections=(*always, *chosen)),), fragments)


def _position(selection: Any) -> bool:
    """Tell whether a selection asks for the position, which is another one in each world."""
    if isinstance(selection, Inline):
        return any(_position(one) for one in selection.selections)
    return isinstance(selection, Field) and selection.name == "position"


class Following:
    """What is followed of one pair, happening after happening, until its worlds tell something otherwise."""

    def __init__(self, pair: Pair, template: Template, folder: Path, seed: int = 0) -> None:
        self.pair, self.template, self.folder = with_bell(pair), template, folder
        self.rng = random.Random(f"streams {seed} {pair.viewer} {pair.seed}")
        schema, purposes = build_schema().core, tuple(map(str, MAY[VIEWERS[pair.viewer]][1]))
        writer = Writer(schema, Values(self.pair), purposes, self.rng)
        self.subscriptions = [subscription(writer) for _ in range(STREAMS)]
        self.chance = Chance(self.pair, self.rng)
        self.events, self.deeds, self.done = 0, 0, 0
        """How many events of happenings were told in each world; after how many deeds the worlds were alike, and how
        many of all were done in the first."""

    async def run(self, changes: int, deeds: int) -> StreamLeak | None:
        """Have so many changes and deeds happen, and return the first leak, or None."""
        async with (
            asked(self.pair.first, self.pair.viewer, self.template, self.folder) as first,
            asked(self.pair.second, self.pair.viewer, self.template, self.folder) as second,
        ):
            both = [Follower(one.gateway, self.pair.viewer, self.subscriptions) for one in (first, second)]
            async with both[0].following() as ours, both[1].following() as theirs:
                return await self._changes(both, (ours, theirs), changes) or await self._deeds(
                    both, (ours, theirs), deeds
                )

    async def _changes(self, both: list[Follower], sockets: Sequence[Socket], number: int) -> StreamLeak | None:
        await self._compared(both, sockets, Happening())
        for _ in range(number):
            happening = self.chance.changes()
            for follower, row in zip(both, happening.changes, strict=True):
                await follower.happen(row)
            if leak := await self._compared(both, sockets, happening):
                return leak
        return await self._resumed(both, range(number))

    async def _deeds(self, both: list[Follower], sockets: Sequence[Socket], number: int) -> StreamLeak | None:
        """Have others do deeds; one after which the viewer sees more of one world than of the other ends it."""
        before = len(both[0].positions)
        for _ in range(number):
            happening = self.chance.deed()
            outcomes = [await done(follower.gateway, happening) for follower in both]
            self.done += outcomes[0]
            one, other = [view(await follower.rows(), self.pair.viewer) for follower in both]
            if one != other:
                break
            self.deeds += 1
            if leak := await self._compared(both, sockets, happening):
                return leak
        else:
            return await self._resumed(both, range(before - 1, before + number - 1))
        return None

    async def _compared(self, both: list[Follower], sockets: Sequence[Socket], after: Happening) -> StreamLeak | None:
        one, other = [await follower.told(at) for follower, at in zip(both, sockets, strict=True)]
        self.events += len(one["0"]) - 1
        return self._leak(after, one, other)

    async def _resumed(self, both: list[Follower], places: Sequence[int]) -> StreamLeak | None:
        """Go on from some of the bells that have rung, and compare what was missed."""
        for number in self.rng.sample(places, min(len(places), 4)):
            n = self.rng.randrange(len(self.subscriptions))
            one, other = [await follower.resumed(n, number) for follower in both]
            if leak := self._leak(Happening(), one, other, resumed=True):
                return leak
        return None

    def _leak(self, after: Happening, one: Frames, other: Frames, *, resumed: bool = False) -> StreamLeak | None:
        if one == other:
            return None
        return StreamLeak(self.pair, self.template.kind, after, self.subscriptions, one, other, resumed)


async def done(gateway: Gateway, deed: Happening) -> bool:
    """Do a deed, and tell whether it was done: it may be refused in one world and done in the other."""
    response = await gateway.deed(deed.by, deed.deed, dict(deed.given), purpose=deed.purpose)
    assert response.status_code < 500, response.text
    await gateway.watched()
    return (response.json().get("data") or {}).get(deed.deed, {"problems": True})["problems"] == []

"""R0 and R34 as a property of generated worlds: whatever happens in them, those who follow are told alike."""

import random
from functools import cache
from pathlib import Path

import pytest

from resolvers.ids import Kind, write_id
from resolvers.store.words import CaseloadChange
from tests.databases import Template
from tests.streaming import following
from tests.world import id_of
from tests.worlds.asking import asked
from tests.worlds.generated import make_pair
from tests.worlds.happenings import BELL, Chance, bell, with_bell
from tests.worlds.streams import FOLLOWERS, Follower, Following

CHANGES, DEEDS, ON_POSTGRESQL = 30, 6, 15
"""How many changes, and how many deeds of others, each pair is followed through."""

pair = cache(make_pair)


@pytest.mark.parametrize("viewer", FOLLOWERS)
async def test_r0_r34_generated_worlds_tell_streams_alike(sqlite: Template, tmp_path: Path, viewer: str) -> None:
    """Changes that are alike by the law, silent ones among them, give the same frames in both worlds, resumed as well.

    So do deeds of others, done in both worlds, visible or hidden alike: all those after which the viewer still has the
    same view of both worlds. A deed is judged by all that is stored, so one that meets what is hidden from the viewer
    may be done in one world alone, or put another record on hold in it; what its viewer sees of that afterwards is no
    leak of a stream, and the comparison of this pair is over then.
    """
    followed = Following(pair(viewer, 1), sqlite, tmp_path)
    leak = await followed.run(CHANGES, DEEDS)
    assert leak is None, f"\n{leak}"
    assert followed.events >= 5, "something is told"


@pytest.mark.parametrize("viewer", ["teacher", "officer"])
async def test_r0_r34_generated_worlds_tell_streams_alike_on_postgresql(
    postgresql: Template, tmp_path: Path, viewer: str
) -> None:
    """The same holds on the other database, where changes wait until they are settled."""
    leak = await Following(pair(viewer, 3), postgresql, tmp_path).run(ON_POSTGRESQL, DEEDS // 2)
    assert leak is None, f"\n{leak}"


async def test_the_oracle_and_the_gateway_agree_on_what_is_told(sqlite: Template, tmp_path: Path) -> None:
    """Of the changes drawn for one world the gateway tells those of which the law says so, by what it calls them."""
    one = with_bell(pair("teacher", 1))
    chance = Chance(one, random.Random("agree"))
    ears, its = chance.ears[0], write_id(Kind.CHILD, id_of("child", BELL))
    rows = [row for row in (chance.changes().changes[0] for _ in range(60)) if row is not None]
    assert {told and told[0] for told in map(ears.told, rows)} == {None, *CaseloadChange}
    async with asked(one.first, "teacher", sqlite, tmp_path) as asker:
        follower = Follower(asker.gateway, "teacher", ())
        async with following(asker.gateway, "teacher") as stream:
            for row in rows:
                for each in (row, bell()):
                    await follower.happen(each)
                found: list[tuple[str, str]] = []
                while not found or found[-1][0] != its:
                    event = await stream.event()
                    found.append((event["child"]["childId"], event["change"]))
                told = ears.told(row)
                expected = [] if told is None else [(write_id(Kind.CHILD, row["child_id"]), str(told[0]))]
                assert found[:-1] == expected, row

"""The search set: what people know, who is then found, and who must never be, asked of the real gateway.

The cases stand in `cases.yaml`, the directory that they search in `directory.yaml`.
"""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from resolvers.store.engine import database_url, make_engine
from resolvers.store.words import STANDING_STATES
from tests.cast import PURPOSE
from tests.client import REASON, Gateway, gateway_on
from tests.databases import Template
from tests.search.reading import EVERYBODY, Case, cases, directory
from tests.search.staging import children, ids, stage, stage_open
from tests.world import World

CASES = cases()
NAMES = ids()
NEVER = [case for case in CASES if case.never]
INPUT = {"children": "ChildSearch!", "contacts": "ContactSearch!"}
ROWS = {"children": "edges { node { id: childId } }", "contacts": "edges { node { id } }"}
AT_ONCE = 10
"""How many searches one request asks, each under a name of its own."""


@asynccontextmanager
async def served(world: World, template: Template, folder: Path) -> AsyncIterator[Gateway]:
    async with template.copy(folder) as url:
        engine = make_engine(database_url(url))
        await world.write(engine)
        await engine.dispose()
        async with gateway_on(url, folder) as gateway:
            yield gateway


@pytest_asyncio.fixture(scope="module")
async def searched(template: Template, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gateway]:
    """The gateway on the directory of the set, on each kind of database in turn."""
    async with served(stage(), template, tmp_path_factory.mktemp("search")) as gateway:
        yield gateway


@pytest_asyncio.fixture(scope="module")
async def opened(sqlite: Template, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gateway]:
    """The gateway on the same directory with nothing hidden."""
    async with served(stage_open(), sqlite, tmp_path_factory.mktemp("opened")) as gateway:
        yield gateway


async def heard(gateway: Gateway, who: str, case: Case) -> AsyncIterator[tuple[dict[str, Any], Any]]:
    """Give each search of `case` with what `who` is answered: the names listed, `too many` or `refused: CODE`.

    A refusal refuses the whole request, so that what is to be refused is asked for alone.
    """
    step = 1 if case.refused else AT_ONCE
    for first in range(0, len(case.asked), step):
        searches = case.asked[first : first + step]
        for answer in zip(searches, await ask(gateway, who, case.root, searches), strict=True):
            yield answer


async def ask(gateway: Gateway, who: str, root: str, searches: Sequence[dict[str, Any]]) -> list[Any]:
    numbers = range(len(searches))
    variables = ", ".join(f"$s{n}: {INPUT[root]}" for n in numbers)
    roots = " ".join(f"s{n}: {root}(search: $s{n}) {{ ...Found }}" for n in numbers)
    kind = {"children": "ChildSummaryConnection", "contacts": "ContactConnection"}[root]
    query = f"query Find({variables}) {{ {roots} }} fragment Found on {kind} {{ tooMany {ROWS[root]} }}"
    body = {
        "query": query,
        "variables": {f"s{n}": search for n, search in enumerate(searches)},
        "extensions": {"access": {"purpose": PURPOSE[who], "reason": REASON}},
    }
    # Escaped to ASCII, so that what is no Unicode at all, half of a surrogate pair, can be sent too.
    answer = (await gateway.post(who, json.dumps(body).encode())).json()
    if "errors" in answer:
        assert not answer.get("data"), answer
        codes = sorted({error["extensions"]["code"] for error in answer["errors"]})
        return [f"refused: {', '.join(codes)}"] * len(searches)
    return [told(answer["data"][f"s{n}"]) for n in numbers]


def told(page: dict[str, Any]) -> Any:
    listed = [NAMES[edge["node"]["id"]] for edge in page["edges"]]
    assert not (page["tooMany"] and listed), page
    return "too many" if page["tooMany"] else listed


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_r4_the_search_set(case: Case, searched: Gateway) -> None:
    """Each case comes true for each who asks, in each wording: who is listed is, and nobody else is."""
    for who in case.who:
        async for search, answer in heard(searched, who, case):
            found = sorted(answer) if isinstance(answer, list) and not case.in_order else answer
            asked = f"\n{case.sentence}\n  who asks: {who}\n  for {case.root}: {str(search)[:500]}"
            assert found == case.expected(), f"{asked}\n  is told: {found}\n  must be: {case.expected()}"


@pytest.mark.parametrize("case", NEVER, ids=str)
async def test_r4_what_is_never_found_matches(case: Case, opened: Gateway) -> None:
    """Whoever a case says is never found is a true match: with nothing hidden, the same search lists the record."""
    async for search, answer in heard(opened, "manager", case):
        assert {*case.never} <= {*answer}, f"\n{case.sentence}\n  asked: {search}\n  matches: {answer}"


# The set itself: large enough, and complete where it must be.


def test_the_set_is_large_and_speaks_of_everybody() -> None:
    """There are 260 cases at least, no two of one sentence, and each child and carer plays a part in one."""
    assert len({case.sentence for case in CASES}) == len(CASES) >= 260
    parts = {name for case in CASES for name in (*case.lists, *case.never)}
    spoken = {part for name in parts for part in name.split(" of ")}
    idle = {*children(), *directory()["carers"]} - spoken
    assert set() == {name for name in idle if not name.startswith("begum-")}


@pytest.mark.parametrize("criterion", ["postcode", "phone", "email", "externalIdentifier"])
@pytest.mark.parametrize("who", EVERYBODY)
def test_r4_every_hidden_criterion_is_tried(who: str, criterion: str) -> None:
    """For each kind of viewer each criterion on hidden data is tried against a record that it truly matches."""
    tried = {
        children()[name].get("shield")
        for case in NEVER
        if case.root == "children" and who in case.who and any(criterion in asked for asked in case.asked)
        for name in case.never
    }
    assert tried >= ({*map(str, STANDING_STATES)} if criterion != "externalIdentifier" else {"ACTIVE"})


@pytest.mark.parametrize("who", EVERYBODY)
def test_r4_every_hidden_record_is_sought(who: str) -> None:
    """For each kind of viewer, records that do not exist are sought by name, sound, beginning and number."""
    for ways in ({"familyName"}, {"familyName", "soundsLike"}, {"familyName", "givenNames"}, {"directoryNumber"}):
        sought = {
            name
            for case in NEVER
            if case.root == "children" and who in case.who and any(ways <= {*asked} for asked in case.asked)
            for name in case.never
        }
        assert sought >= ({"jade", "lena", "nina"} if who != "manager" else {"jade", "nina"}), ways

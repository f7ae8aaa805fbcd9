"""A city as the gateway serves it: the personas find what they find in the demo, and no hard case breaks an answer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from authz.policy import PURPOSES
from gateway.tour import BLIND
from resolvers.store import tables as t
from resolvers.store.engine import database_url, make_engine
from resolvers.store.seed import HARD, PERSONAS, City, Hard, hard_child, make_rows, write_city, write_rows
from tests.client import Gateway, gateway_on
from tests.databases import Template
from tests.queries import CASELOAD, CHILD, SEARCH
from tests.world import TODAY

CAREFUL = 60
CHILDREN = CAREFUL + HARD + 400
PARTS = ("Abbott", "Abdi", "Whitaker", "Hinchliffe")


def purpose(persona: str) -> str:
    return PURPOSES[PERSONAS[persona].role][0].name


@asynccontextmanager
async def served(template: Template, folder: Path, *, city: bool) -> AsyncIterator[Gateway]:
    """Serve a city, or the demo that it grew from, on a database of its own, with the same keys."""
    async with template.copy(folder) as url:
        engine = make_engine(database_url(url))
        if city:
            await write_city(engine, City(CHILDREN, 1, TODAY, careful=CAREFUL))
        else:
            await write_rows(engine, make_rows(CAREFUL, 1, TODAY))
        await engine.dispose()
        async with gateway_on(url, folder) as gateway:
            yield gateway


async def seen(gateway: Gateway, persona: str, numbers: list[str]) -> list[Any]:
    """Return all that a persona is answered: its caseload, and each of the records by number."""
    told = purpose(persona)
    lists = await gateway.raw(persona, CASELOAD, purpose=told, first=50)
    records = [await gateway.raw(persona, CHILD, purpose=told, number=number) for number in numbers]
    return [without(answer.json(), "extensions") for answer in (lists, *records)]


def without(answer: Any, key: str) -> Any:
    """Return an answer without what names one request."""
    if isinstance(answer, dict):
        return {name: without(value, key) for name, value in answer.items() if name != key}
    return [without(value, key) for value in answer] if isinstance(answer, list) else answer


async def test_personas_are_answered_in_a_city_as_in_the_demo(template: Template, tmp_path: Path) -> None:
    """Every persona gets the same caseload and the same records in a city as in the demo that it holds, byte by byte."""
    parts = [row for row in make_rows(CAREFUL, 1, TODAY).tables[t.Child] if row["family_name"] in PARTS]
    numbers = [row["directory_number"] for row in parts]
    answers = []
    for city in (False, True):
        async with served(template, tmp_path, city=city) as gateway:
            answers.append({persona: await seen(gateway, persona, numbers) for persona in PERSONAS})
    for persona in PERSONAS:
        assert answers[0][persona] == answers[1][persona], persona
    opening = {
        name for name, (_, *records) in answers[1].items() if any((a.get("data") or {}).get("child") for a in records)
    }
    assert opening == set(PERSONAS) - {*BLIND}
    visited = answers[1]["health-visitor"][0]["data"]["caseload"]["edges"]
    assert {edge["node"]["shielded"] for edge in visited} == {True, False}
    assert len(visited) >= 10


async def test_hard_cases_are_answered(template: Template, tmp_path: Path) -> None:
    """The responsible team opens each hard case by number, and finds it by name and birth where it has a name."""
    async with served(template, tmp_path, city=True) as gateway:
        async with gateway.database() as connection:
            rows = {row.id: row for row in (await connection.execute(select(t.Child.__table__))).all()}
        for case in Hard:
            row = rows[hard_child(case)]
            number = row.directory_number
            told = purpose("team-leeds")
            data = await gateway.ask("team-leeds", CHILD, purpose=told, number=number)
            assert data["child"]["givenNames"] == row.given_names
            assert data["child"]["familyName"] == row.family_name
            assert bool(data["child"]["contacts"]) is (case is not Hard.ALONE)
            if case not in {Hard.NAMELESS, Hard.ONE_LETTER, Hard.LONGEST}:
                search = {"familyName": row.family_name, "dateOfBirth": row.date_of_birth.isoformat()}
                found = await gateway.ask("team-leeds", SEARCH, purpose=told, search=search)
                assert number in {edge["node"]["directoryNumber"] for edge in found["children"]["edges"]}, case


@pytest.mark.parametrize("case", [Hard.RECORDED, Hard.COMBINING_MARKS])
async def test_hard_spellings_are_found(template: Template, tmp_path: Path, case: Hard) -> None:
    """A second record is found by its sound with the first, a decomposed name by its plain letters."""
    spelt = {Hard.RECORDED: "Shaw Whittaker", Hard.COMBINING_MARKS: "Nguyen"}[case]
    async with served(template, tmp_path, city=True) as gateway:
        async with gateway.database() as connection:
            query = select(t.Child.directory_number, t.Child.date_of_birth).where(t.Child.id == hard_child(case))
            number, born = (await connection.execute(query)).one()
        search = {"familyName": spelt, "dateOfBirth": born.isoformat(), "soundsLike": case is Hard.RECORDED}
        found = await gateway.ask("team-leeds", SEARCH, purpose=purpose("team-leeds"), search=search)
        assert number in {edge["node"]["directoryNumber"] for edge in found["children"]["edges"]}

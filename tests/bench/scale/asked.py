"""What is asked at every size: of each operation some questions, alike wherever they are asked."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from resolvers.store import tables as t
from tests.bench.city import PAGES, account_row, numbers_of, today
from tests.bench.works import Question

OPERATIONS = {
    "record": "a record by its number",
    "page": "a page of 50 of a caseload",
    "born": "search: a common name, one day of birth",
    "common": "search: a common name, two years of birth",
    "rare": "search: a rare name, two years of birth",
    "given": "search: a common name, two years, a rare given name",
    "sound": "search by sound: a common name, two years",
    "identifier": "search by another body's number",
    "carers": "contacts: a common name, a common given name",
    "carer": "contacts: a common name, a rare given name",
    "postcode": "contacts: a common name, a postcode",
}
"""Each operation by a word; the questions of one differ in their values alone."""

ISSUER = "scale-issuer"
"""An account at the body that has issued the most identifiers: it finds children by these."""

_ASKED = 8
_AGES = range(3, 3 + _ASKED)

_CHILD_NAMES = """
SELECT family_name FROM child WHERE family_name ~ '^[A-Z][a-z]+$' GROUP BY 1 ORDER BY count(*) {}, 1 LIMIT {}
"""
_ISSUED = "SELECT issuer_id FROM external_identifier GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
_IDENTIFIERS = "SELECT scheme, value FROM external_identifier WHERE issuer_id = :body ORDER BY value LIMIT 8"
_GIVEN = """
SELECT split_part(given_names, ' ', 1) AS word FROM {} WHERE given_names ~ '^[A-Z][a-z]{{3,}}' GROUP BY 1
ORDER BY count(*) {}, 1 LIMIT 8
"""
_CARERS = "SELECT family_name FROM person GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
_POSTCODES = """
SELECT DISTINCT postcode FROM person JOIN person_reach ON person_id = id
WHERE family_name = :name AND postcode IS NOT NULL ORDER BY 1 LIMIT 8
"""


async def employ(engine: AsyncEngine) -> None:
    """Add the account that asks by identifiers."""
    async with engine.begin() as connection:
        from_ours = text("SELECT practitioner_id FROM account WHERE subject = :subject")
        worker = await connection.scalar(from_ours, {"subject": PAGES[0]})
        body = await connection.scalar(text(_ISSUED))
        key = await connection.scalar(text("SELECT gen_random_uuid()"))
        await connection.execute(insert(t.Account), account_row(key, worker, body, ISSUER))


async def questions(connection: AsyncConnection) -> Mapping[str, Sequence[Question]]:
    """Return the questions of each operation, about what stands in this database."""
    (common,) = await _words(connection, _CHILD_NAMES.format("DESC", 1))
    numbers = await numbers_of(connection, PAGES[0])
    return {
        "record": [Question(PAGES[0], "Record", {"number": number}) for number in numbers],
        "page": [Question(subject, "Page", {"first": 50}) for subject in PAGES],
        "born": [_search(familyName=common, dateOfBirth=str(_day(age))) for age in _AGES],
        "common": [_search(familyName=common, **_years(age)) for age in _AGES],
        "rare": [
            _search(familyName=name, **_years(5))
            for name in await _words(connection, _CHILD_NAMES.format("ASC", _ASKED))
        ],
        "given": [
            _search(familyName=common, givenNames=name, **_years(5))
            for name in await _words(connection, _GIVEN.format("child", "ASC"))
        ],
        "sound": [_search(familyName=common, soundsLike=True, **_years(age)) for age in _AGES],
        "identifier": await _identifiers(connection),
        **await _carers(connection),
    }


async def _identifiers(connection: AsyncConnection) -> list[Question]:
    body = await connection.scalar(text(_ISSUED))
    found = (await connection.execute(text(_IDENTIFIERS), {"body": body})).all()
    issued = [{"externalIdentifier": {"scheme": scheme, "value": value}} for scheme, value in found]
    return [Question(ISSUER, "Search", {"search": each}) for each in issued]


async def _carers(connection: AsyncConnection) -> dict[str, list[Question]]:
    (common,) = await _words(connection, _CARERS)
    many, few = [await _words(connection, _GIVEN.format("person", order)) for order in ("DESC", "ASC")]
    postcodes = await _words(connection, _POSTCODES, name=common)
    return {
        "carers": [_contacts(familyName=common, givenNames=name) for name in many],
        "carer": [_contacts(familyName=common, givenNames=name) for name in few],
        "postcode": [_contacts(familyName=common, postcode=postcode) for postcode in postcodes],
    }


async def _words(connection: AsyncConnection, statement: str, **bound: Any) -> list[str]:
    return list(await connection.scalars(text(statement), bound))


def _search(**criteria: Any) -> Question:
    return Question(PAGES[1], "Search", {"search": criteria})


def _contacts(**criteria: Any) -> Question:
    return Question(PAGES[2], "Contacts", {"search": criteria})


def _day(age: int) -> date:
    return today() - timedelta(days=age * 365 + 100)


def _years(age: int) -> dict[str, Any]:
    return {"bornBetween": {"from": str(_day(age + 2)), "to": str(_day(age))}}

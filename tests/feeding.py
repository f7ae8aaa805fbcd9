"""What the tests of feeds share: entries as a case system writes them, sent and processed, and what is on record then."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from tests.client import Gateway
from tests.world import ago, id_of

RESULTS = "results { entry outcome problem { code field message } }"
ACCEPTED, REFUSED = "ACCEPTED", "REFUSED"
BORN = "2016-03-04"
"""The day of birth of the children of test worlds, unless they say otherwise."""


def entry(
    name: str,
    value: str,
    *,
    given: str = "Nadia",
    family: str = "Farouk",
    born: str = BORN,
    scheme: str = "CASE",
    **deed: Any,
) -> dict[str, Any]:
    """Return one entry on the child with the identifier `value`: work of Olaf's, unless `deed` says what else."""
    identifier = {"scheme": scheme, "value": value}
    child = {"externalIdentifier": identifier, "givenNames": given, "familyName": family, "dateOfBirth": born}
    return {"entry": name, "child": child, **(deed or {"involvement": work()})}


def work(worker: str = "olaf", service: str = "SOCIAL_CARE", **row: Any) -> dict[str, Any]:
    practitioner = write_id(Kind.PRACTITIONER, id_of("practitioner", worker))
    return {"practitionerId": practitioner, "service": service, "from": ago(days=40).isoformat(), **row}


def reach(line: str = "9 Fed Row", postcode: str = "LS9 9ZZ", **row: Any) -> dict[str, Any]:
    address = {"lines": [line], "town": "Leeds", "postcode": postcode}
    return {"address": address, "since": ago(days=3).isoformat(), **row}


def place(school: str = "school", **row: Any) -> dict[str, Any]:
    organisation = write_id(Kind.ORGANISATION, id_of("organisation", school))
    return {"organisationId": organisation, "from": ago(days=20).isoformat(), **row}


async def submit(gateway: Gateway, *entries: Any, key: str = "key", account: str = "feed") -> Any:
    """Send entries; return the payload."""
    given = {"clientMutationId": key, "entries": list(entries)}
    return await gateway.do(account, "submitFeed", given, RESULTS, purpose="DATA_QUALITY")


async def feed(gateway: Gateway, *entries: Any, key: str = "key", account: str = "feed") -> list[Any]:
    """Send entries and have them processed; return what was answered, outcome by outcome or problem by problem."""
    payload = await submit(gateway, *entries, key=key, account=account)
    assert payload["problems"] == []
    await gateway.fed()
    return outcomes(payload)


def outcomes(payload: Any) -> list[Any]:
    told = ((result["outcome"], result["problem"]) for result in payload["results"])
    return [outcome if problem is None else (problem["code"], problem["field"]) for outcome, problem in told]


async def rows_of(gateway: Gateway, table: Any, *conditions: Any) -> Sequence[Any]:
    async with gateway.database() as connection:
        return (await connection.execute(select(table).where(*conditions))).all()


async def child_by(gateway: Gateway, family: str) -> Any:
    """Return the one child of this family name who is not concealed; canaries are."""
    (child,) = await rows_of(gateway, t.Child, t.Child.family_name == family, t.Child.concealed_at.is_(None))
    return child


async def children_by(gateway: Gateway, family: str) -> Sequence[Any]:
    return await rows_of(gateway, t.Child, t.Child.family_name == family, t.Child.concealed_at.is_(None))


async def shields_of(gateway: Gateway, child: Any) -> list[str]:
    return [str(row.state) for row in await rows_of(gateway, t.Shield, t.Shield.child_id == child)]

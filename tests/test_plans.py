"""Every hot statement is served by an index, at the size of a city: none reads a table of children from end to end."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from tests import observing
from tests.client import Gateway, gateway_on
from tests.queries import BY_ID, CASELOAD, CHILD, CONTACTS, SEARCH

OF_CHILDREN = frozenset(
    table.__tablename__
    for table in (
        t.Child,
        t.ChildReach,
        t.ChildAuthority,
        t.FormerName,
        t.Person,
        t.PersonReach,
        t.Contact,
        t.Placement,
        t.Registration,
        t.ExternalIdentifier,
        t.Involvement,
    )
)
"""The tables that grow with the number of children; what is read of shields and accounts stays small."""

NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Child { version } ... on Contact { phone version } } }"
COLLEAGUES = """query($id: ID) { practitioners(organisation: $id, first: 5) { edges { node {
    name caseload(first: 20) { edges { node { familyName } } } } } } }"""


@contextmanager
def reading() -> Iterator[list[tuple[str, Any]]]:
    """Collect the statements of operations' reading with what they bind."""
    seen: list[tuple[str, Any]] = []

    def note(query: Any) -> None:
        if query.query.startswith("SELECT"):
            seen.append((query.query, query.args))

    with observing.logged(note):
        yield seen


def read_whole(plan: Any) -> Iterator[str]:
    """Yield the names of the tables that a plan reads from end to end."""
    if plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from read_whole(part)


async def sample(gateway: Gateway) -> dict[str, Any]:
    """Return what there is to ask for in the city: a child of a common name, a carer, a number, an identifier."""
    async with gateway.database() as connection:
        child, person, reach = t.Child, t.Person, t.PersonReach
        smith = (await connection.execute(select(child).where(child.family_name == "Smith").limit(1))).one()
        carer = (
            await connection.execute(
                select(person, reach.phone, reach.postcode, t.Contact.id.label("contact"))
                .join(reach, reach.person_id == person.id)
                .join(t.Contact, t.Contact.person_id == person.id)
                .where(person.family_name == "Smith", reach.phone.is_not(None), reach.postcode.is_not(None))
                .limit(1)
            )
        ).one()
        issued = (await connection.execute(select(t.ExternalIdentifier).limit(1))).one()
        team = (await connection.execute(select(t.Account).where(t.Account.subject == "protection"))).one()
        assert (await connection.execute(select(func.count()).select_from(child))).scalar_one() == 100_000
    return {"child": smith, "carer": carer, "issued": issued, "team": team}


def operations(known: dict[str, Any]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return the operations whose statements must stay flat, by a word each."""
    child, carer, issued = known["child"], known["carer"], known["issued"]
    born = child.date_of_birth
    between = {"from": born.isoformat(), "to": born.replace(year=born.year + 1, day=1).isoformat()}
    named = {"familyName": "Smith", "dateOfBirth": born.isoformat()}
    ranged = {"familyName": "Smith", "bornBetween": between, "givenNames": "Jo*"}
    identifier = {"scheme": issued.scheme, "value": issued.value}
    carers = {"familyName": "Smith"}
    nodes = [write_id(Kind.CHILD, child.id), write_id(Kind.CONTACT, carer.contact)]
    return {
        "record by number": (CHILD, {"number": child.directory_number}),
        "record by id": (BY_ID, {"id": write_id(Kind.CHILD, child.id)}),
        "nodes": (NODES, {"ids": nodes}),
        "caseload": (CASELOAD, {"first": 20}),
        "search by name and birth": (SEARCH, {"search": named}),
        "search by name and range": (SEARCH, {"search": ranged}),
        "search by sound": (SEARCH, {"search": {**ranged, "soundsLike": True}}),
        "search narrowed": (SEARCH, {"search": {**ranged, "postcode": "LS1 1AA", "phone": "1", "email": "a@b.c"}}),
        "search by number": (SEARCH, {"search": {"directoryNumber": child.directory_number}}),
        "search by identifier": (SEARCH, {"search": {"externalIdentifier": identifier}}),
        "contacts by given names": (CONTACTS, {"search": {**carers, "givenNames": carer.given_names}}),
        "contacts by phone": (CONTACTS, {"search": {**carers, "phone": carer.phone}}),
        "contacts by postcode": (CONTACTS, {"search": {**carers, "postcode": carer.postcode}}),
        "colleagues' caseloads": (COLLEAGUES, {"id": write_id(Kind.ORGANISATION, known["team"].organisation_id)}),
    }


async def planned(connection: AsyncConnection, statement: str, parameters: Any) -> Any:
    """Return how PostgreSQL would run a statement."""
    (answer,) = (await connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters)).one()
    (root,) = json.loads(answer) if isinstance(answer, str) else answer
    return root["Plan"]


PURPOSES = {
    "health-visitor": "COORDINATE_CARE",
    "protection": "CHILD_PROTECTION",
    "police": "POLICE_APPLICATION",
    "team-leeds": "COORDINATE_CARE",
    "data-manager": "DATA_QUALITY",
}


@pytest.mark.parametrize("viewer", PURPOSES)
async def test_no_statement_reads_a_table_of_children_from_end_to_end(city: str, tmp_path: Path, viewer: str) -> None:
    """PostgreSQL plans every statement of every hot operation by indexes alone, for every role that reads."""
    whole = {}
    async with gateway_on(city, tmp_path) as gateway:
        known = await sample(gateway)
        with reading() as seen:
            for name, (query, variables) in operations(known).items():
                seen.clear()
                await gateway.raw(viewer, query, purpose=PURPOSES[viewer], **variables)
                assert seen, name
                async with gateway.database() as connection:
                    for statement, parameters in list(seen):
                        found = OF_CHILDREN & set(read_whole(await planned(connection, statement, parameters)))
                        if found:
                            whole[name] = (sorted(found), statement)
    assert whole == {}

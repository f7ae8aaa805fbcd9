"""`gql`, the Python client: the contract by introspection, and the same answers as every other client."""

from typing import Any

import pytest
from gql import Client, GraphQLRequest, gql
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXAsyncTransport
from graphql import GraphQLObjectType

from tests.serving import ACCESS, Service, token
from tests.tools.served import PAGE, TOLD
from tests.world import number_of

ROUND = "query Round($first: Int!, $after: String) { caseload(first: $first, after: $after) { edges { node { id familyName } } pageInfo { hasNextPage endCursor } } }"
CARD = "query Card($number: String!) { child(directoryNumber: $number) { id phone withheld { group notice broker { phone } } } }"
AGAIN = "query Again($id: ID!) { node(id: $id) { __typename id } }"
ALERTS = "query Alerts { alerts { edges { cursor } } }"
ASK = "mutation Ask($input: RequestContactInput!) { requestContact(input: $input) { problems { code } } }"


def stated(text: str, **variables: Any) -> GraphQLRequest:
    """Return a request that states purpose and reason in its body."""
    request = gql(text)
    request.variable_values, request.extensions = variables, ACCESS
    return request


async def test_gql_is_answered_as_the_others(school: Service) -> None:
    """It introspects, checks documents, pages, is told what is withheld, and gets errors and problems by code."""
    transport = HTTPXAsyncTransport(school.url, headers={"Authorization": f"Bearer {token()}"})
    async with Client(transport=transport, fetch_schema_from_transport=True) as session:

        async def code_of(request: GraphQLRequest) -> Any:
            with pytest.raises(TransportQueryError) as refused:
                await session.execute(request)
            assert refused.value.errors is not None
            return refused.value.errors[0]["extensions"]["code"]

        names, after, pages = [], None, 0
        while pages == 0 or after is not None:
            page = (await session.execute(stated(ROUND, first=PAGE, after=after)))["caseload"]
            names += [edge["node"]["familyName"] for edge in page["edges"]]
            after, pages = page["pageInfo"]["endCursor"] if page["pageInfo"]["hasNextPage"] else None, pages + 1
        child = (await session.execute(stated(CARD, number=number_of("zoe"))))["child"]
        again = (await session.execute(stated(AGAIN, id=child["id"])))["node"]
        given = {"clientMutationId": "gql", "childId": "nobody", "message": "Please ring me"}
        hidden = next(entry for entry in child["withheld"] if entry["group"] == "WHEREABOUTS")
        told = {
            "pages": pages,
            "phone": child["phone"],
            "withheld": [entry["group"] for entry in child["withheld"]],
            "notice": hidden["notice"],
            "broker": hidden["broker"]["phone"],
            "same": again == {"__typename": "Child", "id": child["id"]},
            "refused": await code_of(stated(ALERTS)),
            "wrong": await code_of(stated(ROUND, first=PAGE, after="?")),
            "problem": (await session.execute(stated(ASK, input=given)))["requestContact"]["problems"][0]["code"],
        }
    schema = session.client.schema
    assert (told, len(names)) == (TOLD, 13)
    assert schema is not None
    assert isinstance(kind := schema.type_map["Child"], GraphQLObjectType)
    assert (kind.fields["phone"].description or "").endswith("[WHEREABOUTS]")

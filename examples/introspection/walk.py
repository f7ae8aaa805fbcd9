"""What a token may ask, told by introspection alone: `walk.py URL TOKEN`.

Everything that a tool needs stands in descriptions: which roles a root is for, what it costs, which group guards a
field. No purpose is needed to ask who one is, nor to introspect.
"""

import re
import sys
from collections.abc import Iterator

from gql import Client, gql
from gql.transport.httpx import HTTPXTransport
from graphql import GraphQLObjectType, GraphQLSchema

GUARD = re.compile(r"\[([A-Z_]+)\]$")


def roots(schema: GraphQLSchema, role: str) -> Iterator[tuple[str, str]]:
    """Yield the roots that `role` may ask, each with its last paragraph: who, with what, at which cost."""
    for kind in (schema.query_type, schema.mutation_type, schema.subscription_type):
        for name, field in (kind.fields if kind else {}).items():
            told = (field.description or "").split("\n\n")[-1]
            if not told.startswith("For ") or role in told or told.startswith("For every account"):
                yield name, told


def guards(schema: GraphQLSchema) -> Iterator[tuple[str, str]]:
    """Yield each guarded field, as `Type.field`, with its group."""
    for kind in schema.type_map.values():
        for name, field in (kind.fields if isinstance(kind, GraphQLObjectType) else {}).items():
            if found := GUARD.search(field.description or ""):
                yield f"{kind.name}.{name}", found[1]


def main(url: str, token: str) -> None:
    transport = HTTPXTransport(url, headers={"Authorization": f"Bearer {token}"})
    with Client(transport=transport, fetch_schema_from_transport=True) as session:
        viewer = session.execute(gql("query Who { viewer { role purposes } }"))["viewer"]
        schema = session.client.schema or GraphQLSchema()  # it was fetched when the session began
        print(f"{viewer['role']}, for {', '.join(viewer['purposes'])}")
        for name, told in roots(schema, viewer["role"]):
            print(f"  {name}: {told}")
        for name, group in guards(schema):
            print(f"  {name} is guarded by {group}")


if __name__ == "__main__":
    main(*sys.argv[1:])

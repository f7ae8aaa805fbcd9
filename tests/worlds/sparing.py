"""Pairs of which both worlds tell the same about some shielded children: whoever overrides these sees the same in both."""

from dataclasses import replace
from uuid import UUID

from graphql import GraphQLNonNull, GraphQLSchema

from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from resolvers.store.words import STANDING_STATES
from tests.worlds.arguments import Values
from tests.worlds.edits import Edit
from tests.worlds.generated import Pair
from tests.worlds.operations import Argument, Field, Operation
from tests.worlds.rows import Rows
from tests.worlds.view import records_with, view

MOST = 6
"""How many children are spared at most."""

WHY = {"ground": "CHILD_MISSING", "explanation": "He is missing since noon", "acceptInvestigation": True}


def sparing(pair: Pair) -> tuple[Pair, list[UUID]]:
    """Return `pair` without the edits that bear on some shielded children, or on whoever shares a carer with them."""
    seen, values, spared = view(pair.first, pair.viewer), Values(pair), list[UUID]()
    for child in values.children:
        if len(spared) == MOST or not _is_shielded(pair.first, child):
            continue
        family = records_with(pair.first, t.Child, {"id": child}).keys()
        without = tuple(edit for edit in pair.edits if not _bearing(values, edit) & family)
        candidate = replace(pair, edits=without)
        if view(candidate.second, pair.viewer) == seen:
            pair, spared = candidate, [*spared, child]
    return pair, spared


def _bearing(values: Values, edit: Edit) -> set[UUID]:
    """Return the children on whom an edit bears; one who gets or loses a carer bears on all whom that one cares for."""
    links = [
        row for one in edit.changes if one.table is t.Contact for row in (one.before, one.after) if row is not None
    ]
    shared = {
        other["child_id"]
        for rows in values.worlds
        for link in links
        for other in rows.having(t.Contact, "person_id", link["person_id"])
    }
    return {*values.bearing(edit), *shared}


def _is_shielded(rows: Rows, child: UUID) -> bool:
    return any(row["state"] in STANDING_STATES for row in rows.having(t.Shield, "child_id", child))


def override(schema: GraphQLSchema, child: UUID) -> Operation:
    """Return the operation by which an officer overrides the shield of one child."""
    value = {"childId": write_id(Kind.CHILD, child), **WHY}
    given = Argument(GraphQLNonNull(schema.type_map["OpenOverrideInput"]), value, variable=True)  # type: ignore[arg-type]
    shown = (Field("problems", selections=(Field("code"),)),)
    root = Field("openOverride", arguments=(("input", given),), selections=shown)
    return Operation((root,), purpose="IMMEDIATE_RISK", mutation=True)

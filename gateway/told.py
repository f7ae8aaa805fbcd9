"""A trace as it is told: what became of each group of each record, and the sentences of the rules that decided."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from authz.explain import reasons_of
from authz.sentences import standing_names
from gateway.law import sentences
from resolvers.ids import Kind, write_id
from resolvers.references import reference

if TYPE_CHECKING:
    from resolvers.context import Operation
    from resolvers.traces import Kept, Trace


def told(operation: "Operation", trace: "Trace", *, by_id: bool) -> dict[str, Any]:
    """Return `trace` for the viewer of `operation`: records by reference, in the order of that, and no child's data.

    `by_id` adds the record's id as answers have it, so that the demo can lay both side by side.
    """
    records = [_record(operation, trace, key, kept, by_id=by_id) for key, kept in trace.verdicts.items()]
    named = {rule for record in records for rule in _named(record)}
    return {
        "role": trace.role,
        "records": sorted(records, key=lambda record: str(record["record"])),
        "rules": {rule: text for rule, text in sentences().items() if rule in named},
    }


def _record(operation: "Operation", trace: "Trace", key: UUID, kept: "Kept", *, by_id: bool) -> dict[str, Any]:
    shown = {"id": write_id(Kind.CHILD, key)} if by_id else {}
    return {
        "record": reference(operation, key),
        **shown,
        "shield": kept.facts.shield,
        "standing": standing_names(kept.facts.standing),
        "belowCarers": kept.beside,
        "groups": [
            {
                "group": reason.group,
                "outcome": reason.outcome,
                "asked": bool(kept.asked & reason.group.bit),
                "gave": reason.gave,
                "took": reason.took,
            }
            for reason in reasons_of(trace.role, kept.facts, kept.bits)
        ],
    }


def _named(record: dict[str, Any]) -> set[str]:
    """Return the rules that had a part in the verdict on one record."""
    return {*record["belowCarers"], *(rule for group in record["groups"] for rule in (*group["gave"], *group["took"]))}

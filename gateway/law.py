"""The law as the policy page shows it: every cell with the rules that decide it, made of the tables of `authz`."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import product
from typing import Any

import orjson

from authz.explain import Reason, reasons_of
from authz.notices import NOTICES
from authz.policy import POLICY
from authz.rules import Facts
from authz.sentences import sentence
from authz.table import COLUMNS, TABLE, mark, viewers
from authz.words import FieldGroup, Role, Shield, Standing, Status
from gateway.explain import BESIDE
from gateway.policy_text import HELD, NARROWED

LIVES = (Status.LIVE, Status.ARCHIVED)
SHOWN = (*product((Shield.OPEN, Shield.SHIELDED), LIVES), (Shield.CONCEALED, Status.LIVE))
"""Records by shield and status. LEFT and DECEASED are left out: they decide nothing (`authz.table.beyond`)."""


@cache
def law() -> bytes:
    """Return the policy as JSON: its words, its rows with a cell a group, and each rule's sentence by its id."""
    return orjson.dumps(
        {
            "roles": list(Role),
            "shields": list(Shield),
            "standings": [standing.name for standing in Standing],
            "groups": COLUMNS,
            "rows": list(_rows()),
            "rules": sentences(),
            "notices": {str(group): NOTICES[group] for group in COLUMNS if group in NOTICES},
            "held": {name: {str(role): list(words) for role, words in held.items()} for name, held in HELD.items()},
            "narrowed": NARROWED,
        }
    )


def sentences() -> dict[str, str]:
    """Return what each rule says, by its id: those of the policy, and those that stand beside it."""
    return {rule.id: sentence(rule) for rule in POLICY} | BESIDE


def _rows() -> Iterator[dict[str, Any]]:
    for role, (shield, status) in product(Role, SHOWN):
        for _, standing in viewers(role, shield, TABLE):
            facts = Facts(shield, status, standing)
            if standing and TABLE[role, facts].bits == TABLE[role, Facts(shield, status)].bits:
                continue
            yield {
                "role": role,
                "shield": shield,
                "status": status,
                "standing": standing.name if standing else None,
                "cells": [_cell(role, facts, group) for group in COLUMNS],
            }


def _cell(role: Role, facts: Facts, group: FieldGroup) -> dict[str, Any]:
    """Return one cell: its mark, and the ids of the rules that gave it and of those that took it."""
    reason = _reason(role, facts, group)
    sealed = _reason(role, replace(facts, former_names_sealed=True), group)
    shown = mark(TABLE, role, facts, group)
    took = sealed.took if shown == "Y*" else reason.took
    return {"mark": shown, "gave": reason.gave, "took": took}


def _reason(role: Role, facts: Facts, group: FieldGroup) -> Reason:
    found = reasons_of(role, facts, TABLE[role, facts].bits)
    return next(reason for reason in found if reason.group is group)

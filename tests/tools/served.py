"""What the clients of tools meet: a class with one shielded child in it, and what each of them is told."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from authz.notices import BROKER, NOTICES
from authz.words import FieldGroup
from resolvers.store.engine import database_url, make_engine
from tests.cast import full_child
from tests.databases import Template
from tests.serving import Service, classroom, serving
from tests.world import World

PAGE = 5


def school() -> World:
    """Return the class of `classroom`, and Zoe, who is shielded and whose number is stored."""
    world = classroom()
    full_child(world, "zoe")
    world.involve("zoe", "tess", "school")
    world.shield("zoe")
    return world


@asynccontextmanager
async def school_served(template: Template, folder: Path, *options: str, **settings: str) -> AsyncIterator[Service]:
    """Serve the school by `gateway serve` in a process of its own."""
    async with template.copy(folder) as url:
        engine = make_engine(database_url(url))
        await school().write(engine)
        await engine.dispose()
        async with serving(url, folder, *options, **settings) as service:
            yield service


TOLD: dict[str, Any] = {
    "pages": 3,
    "phone": None,
    "withheld": [
        "WHEREABOUTS", "PLACES", "SERVICES", "AGENCIES", "LEAD", "SENSITIVE_SERVICES", "IDENTIFIERS", "SHIELD_CASE",
        "TRAIL",
    ],
    "notice": NOTICES[FieldGroup.WHEREABOUTS],
    "broker": BROKER.phone,
    "same": True,
    "refused": "FORBIDDEN",
    "wrong": "BAD_USER_INPUT",
    "problem": "NOT_FOUND",
}  # fmt: skip
"""What every client must have been told of the school, whatever its ways."""


def told(printed: str) -> dict[str, Any]:
    """Return what a client printed as its last line, all 13 names put aside."""
    found: dict[str, Any] = json.loads(printed.splitlines()[-1])
    assert len(found.pop("names")) == 13
    return found

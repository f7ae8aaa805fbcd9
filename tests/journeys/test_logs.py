"""R31: what the gateway logs holds references and names of things, and nothing about a child."""

import logging
from typing import Any

import pytest

from gateway.telemetry import JsonLines
from tests.cast import PURPOSE, cast, full_child
from tests.conftest import Serve
from tests.queries import BY_ID, CASELOAD, CHILD, CONTACTS, SEARCH
from tests.world import World, id_of, number_of

CANARIES = {"given": "Canarywina", "family": "Canaryfield"}
ASKED = {
    CHILD: {"number": number_of("wina")},
    BY_ID: {"id": "no id of anything"},
    SEARCH: {"search": {"familyName": "Canaryfield", "bornBetween": {"from": "2015-06-01", "to": "2016-12-31"}}},
    CONTACTS: {"search": {"familyName": "Carer", "phone": "07700 900222"}},
    CASELOAD: {"first": 5},
}
REFUSED = [
    ("{ child(directoryNumber: Canaryfield) { id } }", {}),
    (CASELOAD, {"after": "Canaryfield"}),
    (SEARCH, {"search": {"familyName": "Canaryfield", "givenNames": "Ca"}}),
]


def values_of(world: World) -> set[str]:
    """Return every text of six characters or more that is stored of children, carers and those who work with them."""
    kept = [value for rows in world.rows.values() for row in rows for value in row.values()]
    short = {"COORDINATE_CARE", "CHILD_PROTECTION"}
    return {value for value in kept if type(value) is str and len(value) >= 6 and value not in short}


async def test_r31_no_log_line_holds_anything_of_a_child(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever is asked, found, withheld or refused, at the finest level no line has a value that is stored or sought."""
    world = cast()
    for name, family in (("wina", "Canaryfield"), ("wine", "Canaryfield")):
        full_child(world, name, family=family, given=CANARIES["given"])
        world.involve(name, "tess", "school")
    world.shield("wine")
    gateway = await serve(world)
    with caplog.at_level(logging.DEBUG, "gateway"):
        for viewer in ("teacher", "officer", "team"):
            for query, variables in (*ASKED.items(), *REFUSED):
                await gateway.raw(
                    viewer, query, purpose=PURPOSE[viewer], reason="Because Canarywina is ill", **variables
                )
    lines = [JsonLines().format(record) for record in caplog.records if record.name.startswith("gateway")]
    assert len(lines) >= 3 * len([*ASKED, *REFUSED]), "what is not logged proves nothing"
    sought: set[Any] = values_of(world) | {*CANARIES.values(), str(id_of("child", "wina")), "Because Canarywina"}
    assert [] == [(value, line) for line in lines for value in sought if value in line]

"""R31: what the gateway logs, counts and traces holds references and names of things, and nothing about a child."""

import json
import logging
import re
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from gateway.telemetry import JsonLines
from tests.cast import PURPOSE, cast, full_child
from tests.client import Gateway, gateway_on
from tests.conftest import Serve
from tests.oracles.records import EMPTY, FULL, VIEWERS, directory
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


def world_of_canaries() -> World:
    world = cast()
    for name, family in (("wina", "Canaryfield"), ("wine", "Canaryfield")):
        full_child(world, name, family=family, given=CANARIES["given"])
        world.involve(name, "tess", "school")
    world.shield("wine")
    return world


async def ask_everything(gateway: Gateway) -> None:
    for viewer in ("teacher", "officer", "team"):
        for query, variables in (*ASKED.items(), *REFUSED):
            await gateway.raw(viewer, query, purpose=PURPOSE[viewer], reason="Because Canarywina is ill", **variables)


def sought(world: World) -> set[Any]:
    """Return what nothing that is told to operators may hold: what is stored, and what was asked for."""
    return values_of(world) | {*CANARIES.values(), str(id_of("child", "wina")), "Because Canarywina"}


async def test_r31_no_log_line_holds_anything_of_a_child(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever is asked, found, withheld or refused, at the finest level no line has a value that is stored or sought."""
    world = world_of_canaries()
    gateway = await serve(world)
    with caplog.at_level(logging.DEBUG, "gateway"):
        await ask_everything(gateway)
    lines = [JsonLines().format(record) for record in caplog.records if record.name.startswith("gateway")]
    assert len(lines) >= 3 * len([*ASKED, *REFUSED]), "what is not logged proves nothing"
    assert [] == [(value, line) for line in lines for value in sought(world) if value in line]


async def test_r31_no_metric_and_no_span_holds_anything_of_a_child(
    serve: Serve, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Of the same, neither; and what a span tells of a request stands in its line, over which every test watches."""
    world, spans = world_of_canaries(), InMemorySpanExporter()
    url = (await serve(world)).url
    async with gateway_on(url, tmp_path, spans=spans, metrics_port=0) as gateway:
        await ask_everything(gateway)
        scraped = gateway.metrics()
    told = [re.sub('"(start|end)_time": "[^"]*"', "", span.to_json()) for span in spans.get_finished_spans()]
    assert len(told) >= 3 * len([*ASKED, *REFUSED]), "what is not traced proves nothing"
    assert [] == [(value, text) for text in (scraped, *told) for value in sought(world) if value in text]
    lines = [json.loads(JsonLines().format(record)) for record in caplog.records if record.message == "request"]
    logged = {line["trace"]: set(line.values()) for line in lines}
    for span in spans.get_finished_spans():
        assert set((span.attributes or {}).values()) <= logged[format(span.context.trace_id, "032x")]


async def lines_about(gateway: Gateway, viewer: str, caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """Return what the log says when a full and an empty record are asked for, but for times and ids."""
    lines: list[dict[str, Any]] = []
    for name in (FULL, EMPTY) * 2:  # the first request meets the account
        caplog.clear()
        await gateway.raw(viewer, CHILD, purpose=PURPOSE[viewer], number=number_of(name))
        (line,) = [record for record in caplog.records if record.message == "request"]
        told = json.loads(JsonLines().format(line))
        lines.append({field: told[field] for field in told if not re.fullmatch("at|request|.*milliseconds", field)})
    return lines[2:]


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_r31_r35_a_line_tells_no_full_record_from_an_empty_one(
    serve: Serve, caplog: pytest.LogCaptureFixture, viewer: str
) -> None:
    """The counts in a line are of what is in sight: of a shielded record they are the same whatever is behind it."""
    full, empty = await lines_about(await serve(directory(), records_per_hour=10_000), viewer, caplog)
    assert (full, full["rows"] > 0) == (empty, True)


async def test_a_line_counts_what_is_in_sight(serve_small: Serve, caplog: pytest.LogCaptureFixture) -> None:
    """To a viewer who sees behind the shield the two records differ in rows: the counts are able to tell."""
    world = directory()
    for name in (FULL, EMPTY):
        world.task("manager", name)
    full, empty = await lines_about(await serve_small(world, records_per_hour=10_000), "manager", caplog)
    assert full["rows"] > empty["rows"]

"""R31: what nobody may see is planted in every directory of the tests, and would be noticed wherever it showed."""

import logging
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import inspect, update

from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from tests.canaries import LONG_AGO, MARK, SHOWN, key_of, sighting
from tests.cast import PURPOSE, cast, full_child
from tests.conftest import Serve
from tests.queries import BODIES, CASELOAD, CHILD, SEARCH
from tests.watch import WATCH, Watch, WatchedSpans
from tests.world import World, id_of, number_of

TWIN = key_of("twin 0")


def directory() -> World:
    world = cast()
    full_child(world, "anna", authority="leeds")
    world.involve("anna", "tess", "school")
    return world


@pytest.mark.parametrize(
    "text",
    [
        f"1 {MARK} lane",
        MARK.title(),
        str(TWIN),
        TWIN.hex,
        write_id(Kind.CHILD, TWIN),
        f'"cursor":"{urlsafe_b64encode(TWIN.bytes + bytes(16)).decode()}"',
        str(LONG_AGO),
    ],
)
def test_r31_a_canary_is_known_in_every_guise(text: str) -> None:
    """Spelt out, as a key, within an id, within a cursor and by its date; other values are no canaries."""
    assert sighting(b"nothing here", f'{{"found": "{text}"}}'.encode()) is not None
    assert sighting(write_id(Kind.CHILD, id_of("child", "anna")).encode(), b"2016-03-04") is None


def test_r31_every_text_of_a_twin_that_a_field_could_show_is_marked() -> None:
    """A new column of text is either marked in a twin, or said to be one by which a search is to find it."""
    kept = {"directory_number", "family_name", "postcode", "uprn", "scheme", "value"}
    of_children = {t.Child, t.ChildReach, t.FormerName, t.ExternalIdentifier, t.Shield, t.Override, t.ChildAuthority}
    texts = {
        column.key
        for table in of_children
        for column in inspect(table).columns
        if column.type.python_type is str and not hasattr(column.type, "enum_class")
    }
    stored = {name for name in texts if not name.endswith(("_key", "_folded", "_sounds", "_metaphone", "_nysiis"))}
    assert stored <= SHOWN | kept


SLIPS: dict[str, tuple[Any, dict[str, Any], str, str]] = {
    "a twin on a caseload": (t.Child, {"concealed_at": None}, "teacher", CASELOAD),
    "a twin in a search": (t.Child, {"concealed_at": None}, "teacher", SEARCH),
    "a carer of the past": (t.Contact, {"ended_on": None}, "teacher", CHILD),
    "a body that nobody knows": (t.Organisation, {"confidential": False}, "teacher", BODIES),
    "a service of the past": (t.Involvement, {"ended_on": None}, "team", CHILD),
}


@pytest.mark.parametrize("slip", SLIPS)
async def test_r31_a_sighting_in_an_answer_fails_the_test(serve: Serve, slip: str) -> None:
    """What a slip of the law would show is noticed in every test: here the rows themselves are opened."""
    table, opened, viewer, query = SLIPS[slip]
    gateway = await serve(directory())
    search = {"familyName": "Ashworth", "dateOfBirth": "2016-03-04"}
    variables = {"number": number_of("anna"), "search": search, "first": 10}
    await gateway.raw(viewer, query, purpose=PURPOSE[viewer], **variables)
    async with gateway.database() as connection:
        await connection.execute(update(table).values(**opened))
    assert WATCH.taken() == []
    await gateway.raw(viewer, query, purpose=PURPOSE[viewer], **variables)
    (sighted,) = WATCH.taken()
    assert sighted.startswith("an answer holds the canary")


async def test_r31_the_journal_holds_references_alone(serve: Serve) -> None:
    """After all that can be asked of a record, no row of the journal holds a canary, nor a value of the record."""
    gateway = await serve(directory())
    search = {"familyName": "Ashworth", "dateOfBirth": "2016-03-04", "phone": "07700 900111"}
    for query in (CHILD, CASELOAD, SEARCH):
        await gateway.raw("teacher", query, purpose=PURPOSE["teacher"], number=number_of("anna"), search=search)
    written = str(await gateway.journal())
    assert sighting(written.encode()) is None
    assert not [value for value in ("Ashworth", "900111", "Hidden Lane", number_of("anna")) if value in written]


@pytest.mark.parametrize("value", [MARK, "07700 900111", number_of("anna"), "12 Hidden Lane", "child@reach.example"])
def test_r31_a_value_in_the_log_is_noticed(value: str) -> None:
    """A line with a value of a record, in its message, beside it or in a fault's text, is kept for the test to fail."""
    watch, log = Watch(), logging.Logger("gateway.planted")
    log.addHandler(watch)
    log.info("request", extra={"status": 200, "reference": "0123456789ab"})
    assert watch.taken() == []
    log.info("opened %s", value)
    log.info("opened", extra={"name_of_child": value})
    try:
        raise ValueError(value)
    except ValueError:
        log.exception("failed")
    assert (len(watch.taken()), watch.lines) == (3, 4)


@pytest.mark.parametrize("value", [MARK, "07700 900111", number_of("anna")])
def test_r31_a_value_in_a_span_or_a_metric_is_noticed(value: str) -> None:
    """A span with a value in its name, an attribute or a fault, or a metric with one in a label, fails the test."""
    watch, kept = Watch(), InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(WatchedSpans(watch, kept)))
    tracer = provider.get_tracer("planted")
    tracer.start_span("query").end()
    assert watch.taken() == []
    tracer.start_span(value).end()
    tracer.start_span("query", attributes={"graphql.operation.name": value}).end()
    span = tracer.start_span("query")
    span.record_exception(ValueError(value))
    span.end()
    watch.told("the metrics", f'gateway_requests_total{{operation="{value}"}} 1.0')
    assert (len(watch.taken()), len(kept.get_finished_spans())) == (4, 4)
    provider.shutdown()


async def test_r31_every_answer_and_its_log_are_watched(serve_small: Serve) -> None:
    """The watch of the whole run sees this answer and the lines about it: it does not pass because it sees none."""
    answers, lines = WATCH.answers, WATCH.lines
    await (await serve_small(directory())).raw("teacher", CASELOAD, purpose=PURPOSE["teacher"])
    assert WATCH.answers == answers + 1
    assert WATCH.lines > lines

"""The log: one line for each request, whatever becomes of it, and nothing else on standard error."""

import asyncio
import json
import logging
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from gateway.telemetry import JsonLines
from gateway.visit import CANCELLED, Observers, Parent, Visit, parent_of
from tests.cast import cast
from tests.client import Gateway
from tests.conftest import Serve
from tests.databases import Template
from tests.queries import CASELOAD
from tests.serving import database, serving
from tests.test_docs import page, section, table
from tests.world import World, number_of

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
ACCESS = {"access": {"purpose": "COORDINATE_CARE", "reason": "Planning support with the family"}}
WHO = "{ viewer { name } }"
BY_NUMBER = "query Named($number: String) { child(directoryNumber: $number) { givenNames } }"


def class_of(size: int) -> World:
    world = cast()
    for n in range(size):
        world.child(f"kid{n}")
        world.involve(f"kid{n}", "tess", "school")
    return world


def lines(caplog: pytest.LogCaptureFixture, message: str = "request") -> list[dict[str, Any]]:
    """Return the lines that have been written with one message, as they were."""
    written = [json.loads(JsonLines().format(record)) for record in caplog.records if record.name == "gateway"]
    return [line for line in written if line["message"] == message]


async def line_of(gateway: Gateway, caplog: pytest.LogCaptureFixture, body: Any, **headers: str) -> dict[str, Any]:
    """Return the one line about one request of the teacher's, whose answer carries the id that the line tells."""
    caplog.clear()
    response = await gateway.post(headers.pop("account", "teacher"), body, **headers)
    (line,) = lines(caplog)
    assert line["request"] == response.extensions["request"]
    return line


async def test_a_request_is_one_line(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    """It tells operation, kind, hash, client, outcome, status, times and counts, and the id in the answer's header."""
    gateway = await serve(class_of(3))
    query = "query Kids { caseload { edges { node { givenNames } } } }"
    line = await line_of(gateway, caplog, {"query": query, "extensions": ACCESS})
    told = {name: line[name] for name in ("operation", "kind", "client", "outcome", "status", "records", "trace")}
    assert told == {
        "operation": "Kids", "kind": "query", "client": "demo", "outcome": "OK", "status": 200, "records": 3,
        "trace": None,
    }  # fmt: skip
    ((event,), _) = await gateway.journal()
    assert (line["document"], line["process"] > 1) == (event.document_hash, True)
    assert line["rows"] >= 3
    assert 0 < line["statements"] <= 3
    assert line["milliseconds"] >= max(line["database_milliseconds"], line["journal_milliseconds"]) > 0


async def test_every_request_has_an_id_of_its_own(serve_small: Serve, caplog: pytest.LogCaptureFixture) -> None:
    """No two have the same, and what a client calls its request is neither answered nor logged."""
    gateway = await serve_small(cast())
    theirs = {"x-request-id": "f" * 32, "x-correlation-id": "theirs", "request-id": "theirs"}
    ids = [(await line_of(gateway, caplog, {"query": WHO}, **theirs))["request"] for _ in range(3)]
    assert len({*ids, "f" * 32}) == 4
    assert "theirs" not in caplog.text


REFUSED: dict[str, tuple[Any, dict[str, str]]] = {
    "BAD_REQUEST 400": (b"{", {}),
    "BAD_REQUEST 415": (b"{}", {"content-type": "text/plain"}),
    "BAD_REQUEST 406": ({"query": WHO}, {"accept": "text/html"}),
    "GRAPHQL_PARSE_FAILED 400": ({"query": "{"}, {}),
    "GRAPHQL_VALIDATION_FAILED 400": ({"query": "{ nonsense }"}, {}),
    "LIMIT_EXCEEDED 413": (b" " * 70_000, {}),
    "LIMIT_EXCEEDED 400": ({"query": "{" + " viewer { name }" * 400 + "}"}, {}),
    "BAD_USER_INPUT 400": ({"query": BY_NUMBER, "variables": {"number": []}, "extensions": ACCESS}, {}),
    "BAD_USER_INPUT 200": ({"query": CASELOAD, "variables": {"first": 0}, "extensions": ACCESS}, {}),
    "UNAUTHENTICATED 401": ({"query": WHO}, {"authorization": "Bearer none"}),
    "PURPOSE_REQUIRED 400": ({"query": CASELOAD, "extensions": {"access": {"purpose": "AUDIT", "reason": "x"}}}, {}),
    "FORBIDDEN 403": ({"query": CASELOAD, "extensions": ACCESS}, {"account": "auditor"}),
}


@pytest.mark.parametrize("outcome", REFUSED)
async def test_a_refusal_of_any_kind_is_logged_by_its_code(
    serve_small: Serve, caplog: pytest.LogCaptureFixture, outcome: str
) -> None:
    """Code and status stand in the line, whichever step refused the request."""
    body, headers = REFUSED[outcome]
    accepted = {"accept": "application/graphql-response+json"} | headers
    line = await line_of(await serve_small(cast()), caplog, body, **accepted)
    assert f"{line['outcome']} {line['status']}" == outcome


async def test_a_budget_that_is_used_up_is_logged(serve_small: Serve, caplog: pytest.LogCaptureFixture) -> None:
    """So is the refusal of an hour's budget, with what was read until then."""
    gateway = await serve_small(cast(), records_per_hour=1)
    for code in ("OK", "BUDGET_EXCEEDED"):
        body = {"query": BY_NUMBER, "variables": {"number": number_of(code)}, "extensions": ACCESS}
        assert (await line_of(gateway, caplog, body))["outcome"] == code


async def test_the_line_of_a_fault_names_its_request(serve_small: Serve, caplog: pytest.LogCaptureFixture) -> None:
    """What is logged of a fault carries the id of the request that it ended, beside the reference that is answered."""
    gateway = await serve_small(class_of(1))
    file = Path(gateway.url.removeprefix("sqlite:///"))
    file.rename(file.with_suffix(".away"))
    file.mkdir()
    line = await line_of(gateway, caplog, {"query": CASELOAD, "extensions": ACCESS})
    (fault,) = lines(caplog, "a request failed")
    assert (line["outcome"], fault["request"]) == ("UNAVAILABLE", line["request"])


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_request_that_is_cut_off_is_logged(serve_small: Serve, caplog: pytest.LogCaptureFixture) -> None:
    """A request that ends before it has an answer leaves its line, and is in flight no more."""
    gateway = await serve_small(cast(), metrics_port=0)
    waiting = asyncio.Event()

    async def body() -> Any:
        waiting.set()
        await asyncio.Event().wait()
        yield b""

    headers = {"content-type": "application/json", "authorization": f"Bearer {gateway.token('teacher')}"}
    asking = asyncio.create_task(gateway.http.post("/graphql", content=body(), headers=headers))
    await waiting.wait()
    assert "gateway_requests_in_flight 1.0" in gateway.metrics()
    asking.cancel()
    await asyncio.wait([asking])
    (line,) = lines(caplog)
    assert (line["outcome"], line["status"]) == (CANCELLED, None)
    assert "gateway_requests_in_flight 0.0" in gateway.metrics()


async def test_of_a_client_only_words_that_are_valid_are_told(
    serve_small: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    """The name of an operation is told where it names one of a valid document, and no more than 64 characters of it."""
    gateway = await serve_small(cast())
    for query in ("{ nonsense }", "query Other { viewer { name } }"):
        line = await line_of(gateway, caplog, {"query": query, "operationName": "Anna"})
        assert (line["operation"], line["kind"], line["document"]) == (None, None, None)
    long = "A" * 100
    assert (await line_of(gateway, caplog, {"query": f"query {long} {WHO}"}))["operation"] == long[:64]


async def test_r31_no_hash_tells_what_was_written_into_a_document(
    serve_small: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    """A number in a document could be guessed back from the hash of the rest: then the log has none, only the journal."""
    gateway = await serve_small(cast())
    inlined = f'{{ child(directoryNumber: "{number_of("anna")}") {{ givenNames }} }}'
    for query, variables, told in ((BY_NUMBER, {"number": number_of("anna")}, True), (inlined, {}, False)):
        body = {"query": query, "variables": variables, "extensions": ACCESS}
        line = await line_of(gateway, caplog, body)
        assert (line["outcome"], line["document"] is not None) == ("OK", told)
    events, _ = await gateway.journal()
    assert all(event.document_hash for event in events)


VALID = {
    "of version 0": (f"00-{TRACE}-{SPAN}-01", True),
    "not sampled": (f"00-{TRACE}-{SPAN}-00", False),
    "of a later version": (f"cc-{TRACE}-{SPAN}-01", True),
    "of a later version, with more": (f"cc-{TRACE}-{SPAN}-01-what-the-future-will-be-like", True),
}
INVALID = {
    "nothing": "",
    "text": "Anna",
    "zero trace": f"00-{'0' * 32}-{SPAN}-01",
    "zero span": f"00-{TRACE}-{'0' * 16}-01",
    "version ff": f"ff-{TRACE}-{SPAN}-01",
    "capitals": f"00-{TRACE.upper()}-{SPAN}-01",
    "too short": f"00-{TRACE[1:]}-{SPAN}-01",
    "more in version 0": f"00-{TRACE}-{SPAN}-01-x",
    "later without a dash": f"cc-{TRACE}-{SPAN}-01x",
    "a line more": f"00-{TRACE}-{SPAN}-01\n",
}


@pytest.mark.parametrize("which", VALID)
def test_a_well_formed_traceparent_is_taken(which: str) -> None:
    """As W3C trace context says, with `tracestate` as it came."""
    text, sampled = VALID[which]
    states = [(b"tracestate", b"rojo=00f067aa0ba902b7"), (b"tracestate", b"congo=t61rcWkgMzE")]
    assert parent_of([(b"accept", b"*/*"), (b"traceparent", text.encode()), *states]) == Parent(
        TRACE, SPAN, sampled, "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"
    )


@pytest.mark.parametrize("which", INVALID)
def test_any_other_traceparent_says_nothing(which: str) -> None:
    """What is not well formed is no parent, and two are none."""
    assert parent_of([(b"traceparent", INVALID[which].encode())]) is None
    assert parent_of([(b"traceparent", f"00-{TRACE}-{SPAN}-01".encode())] * 2) is None
    assert parent_of([]) is None


async def test_a_trace_is_logged(serve_small: Serve, caplog: pytest.LogCaptureFixture) -> None:
    """The line tells the trace that the client says the request is part of, beside an id of ours."""
    gateway = await serve_small(cast())
    line = await line_of(gateway, caplog, {"query": WHO}, traceparent=f"00-{TRACE}-{SPAN}-01")
    assert (line["trace"], line["request"] != TRACE) == (TRACE, True)
    assert (await line_of(gateway, caplog, {"query": WHO}, traceparent="Anna"))["trace"] is None


def of_library(message: str, *args: Any, **more: Any) -> dict[str, Any]:
    record = logging.LogRecord("asyncio", logging.ERROR, __file__, 1, message, args, None)
    vars(record).update(more)
    told: dict[str, Any] = json.loads(JsonLines().format(record))
    return told


def test_r31_a_librarys_line_tells_its_template_alone() -> None:
    """What a library fills in, prints of a fault or adds may be what was read or sent: kind and places are told."""
    line = of_library("cannot read %r", "Anna", color_message="Anna")
    assert (line["message"], line["logger"], line["level"]) == ("cannot read %r", "asyncio", "ERROR")
    assert "Anna" not in str(line)
    assert of_library("a task failed\nfuture: <Task exception=ValueError('Anna')>")["message"] == "a task failed"
    try:
        raise ValueError("Anna")
    except ValueError:
        line = of_library("a task failed", exc_info=sys.exc_info())
    assert (line["fault"], "Anna" in str(line)) == ("ValueError", False)
    assert [place.rpartition(":")[0] for place in line["frames"]] == [__file__]
    printed = of_library('Traceback (most recent call last):\n  File "a.py", line 7, in f\n    x\nOSError: Anna')
    assert (printed["fault"], printed["frames"], "Anna" in str(printed)) == ("OSError", ["a.py:7"], False)


class Hearing:
    """An observer of everything."""

    def __init__(self) -> None:
        self.heard: list[Visit] = []

    def began(self, visit: Visit) -> None:
        self.heard.append(visit)

    ended = began


class Broken(Hearing):
    """One that cannot observe, as one whose disk is full."""

    def began(self, visit: Visit) -> None:
        raise OSError(f"no space for {visit.id}")

    ended = began


def test_telemetry_that_fails_costs_no_answer(caplog: pytest.LogCaptureFixture) -> None:
    """A fault of who observes is a warning; who comes after hears all the same."""
    hearing = Hearing()
    observers = Observers(Broken(), hearing)
    visit = observers.begin([])
    observers.end(visit)
    assert hearing.heard == [visit, visit]
    assert [line["fault"] for line in lines(caplog, "telemetry failed")] == ["OSError", "OSError"]


async def test_standard_error_is_json_lines_alone(sqlite: Template, tmp_path: Path) -> None:
    """A gateway that serves writes nothing else there: its own lines from `GATEWAY_LOG_LEVEL` on, uvicorn's warnings."""
    async with database(sqlite, tmp_path) as url, serving(url, tmp_path, GATEWAY_LOG_LEVEL="warning") as service:
        assert (await service.ask(WHO)).status_code == 200
        host, _, port = service.url.removeprefix("http://").removesuffix("/graphql").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"no request\r\n\r\n")
        await reader.read()
        writer.close()
        await writer.wait_closed()
        (line,) = [json.loads(line) for line in service.log.read_text().splitlines()]
    assert (line["message"], line["logger"]) == ("Invalid HTTP request received.", "uvicorn.error")


def test_every_field_of_the_log_is_told() -> None:
    """docs/telemetry.md has a row for each field of a request's line, and for none that there is not."""
    rows = table(section(page("docs/telemetry.md"), "## The log"), "field")
    named = {name for first, _ in rows for name in re.findall(r"`(\w+)`", first)}
    assert named == {"at", "process", "level", "message", *Visit().told()}

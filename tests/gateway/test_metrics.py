"""Metrics: what is counted, on a port of its own, by one process or by many; and that no label tells of anybody."""

import asyncio
import os
import re
import signal
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from gateway.command import Stop, settings_of
from gateway.endings import Why
from gateway.errors import Code
from gateway.metrics import KINDS, OUTCOMES, Metrics
from gateway.scrape import scraped
from gateway.serve import open_socket
from gateway.streams import TRANSPORTS
from tests.cast import cast, full_child
from tests.client import Gateway
from tests.conftest import Serve
from tests.databases import Template
from tests.queries import CASELOAD, CHILD
from tests.serving import Service, database, serving
from tests.test_docs import page, section, table
from tests.world import World, number_of

WHO = "{ viewer { name } }"
CLOSED = {
    "outcome": set(map(str, OUTCOMES)),
    "kind": set(KINDS),
    "pool": {"reading", "writing"},
    "state": {"in_use", "resting"},
    "result": {"hit", "miss"},
    "transport": set(TRANSPORTS),
    "why": set(map(str, Why)),
}
"""What each label may hold; `le` holds a bound of ours, and those of `gateway_build_info` what runs."""


def town() -> World:
    world = cast()
    full_child(world, "anna")
    world.involve("anna", "tess", "school")
    return world


def samples(scraped_text: str) -> dict[str, float]:
    """Return the samples of a scrape by name and labels, as they are written."""
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(scraped_text):
        for sample in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def requests(found: dict[str, float]) -> dict[str, float]:
    """Return how many requests there were by outcome and kind, where there were any."""
    named = {
        re.sub(r'.*kind="(\w+)",outcome="(\w+)".*', r"\2 \1", name): n
        for name, n in found.items()
        if "_requests_total{" in name and "outcome" in name
    }
    return {name: n for name, n in named.items() if n}


async def test_requests_are_counted_by_outcome_and_kind(serve_small: Serve) -> None:
    """Each request once, with its time, whichever step refused it; the budget's refusals are told by their code."""
    gateway = await serve_small(town(), metrics_port=0, records_per_hour=1)
    for name in ("anna", "nobody"):
        await gateway.raw("teacher", CHILD, purpose="COORDINATE_CARE", number=number_of(name))
    await gateway.post("teacher", {"query": WHO})
    await gateway.post(
        "teacher", {"query": 'mutation { acceptAgreement(input: {version: "x"}) { problems { code } } }'}
    )
    await gateway.post("teacher", b"{")
    await gateway.post(None, {"query": WHO})
    found = samples(gateway.metrics())
    assert requests(found) == {
        "OK query": 2, "BUDGET_EXCEEDED query": 1, "OK mutation": 1, "BAD_REQUEST none": 1, "UNAUTHENTICATED none": 1,
    }  # fmt: skip
    assert found['gateway_request_duration_seconds_count{kind="query"}'] == 3
    assert found["gateway_requests_in_flight"] == 0


async def test_the_journal_is_measured(serve: Serve) -> None:
    """Rounds with their events and their time; one that cannot be written is a failure, and its answer is refused."""
    gateway = await serve(town(), metrics_port=0)
    await asyncio.gather(*(gateway.raw("teacher", CASELOAD, purpose="COORDINATE_CARE") for _ in range(5)))
    before = samples(gateway.metrics())
    assert before["gateway_journal_round_events_sum"] == 5
    assert (
        1 <= before["gateway_journal_round_events_count"] == before["gateway_journal_round_duration_seconds_count"] <= 5
    )
    assert before["gateway_journal_failures_total"] == 0
    async with gateway.database() as connection:
        await connection.execute(text("ALTER TABLE access_event RENAME TO elsewhere"))
    response = await gateway.raw("teacher", CASELOAD, purpose="COORDINATE_CARE")
    async with gateway.database() as connection:
        await connection.execute(text("ALTER TABLE elsewhere RENAME TO access_event"))
    assert response.json()["errors"][0]["extensions"]["code"] == Code.UNAVAILABLE
    after = samples(gateway.metrics())
    assert after["gateway_journal_failures_total"] >= 1
    assert requests(after)["UNAVAILABLE query"] == 1


async def test_what_is_kept_is_counted(serve_small: Serve) -> None:
    """Documents and plans that were kept, or made anew; a document with a value in it is read anew each time."""
    gateway = await serve_small(town(), metrics_port=0)
    for query in (CASELOAD, CASELOAD, '{ child(id: "a") { id } }', '{ child(id: "a") { id } }'):
        await gateway.raw("teacher", query, purpose="COORDINATE_CARE")
    found = samples(gateway.metrics())
    for cache in ("document", "plan"):
        told = [found[f'gateway_{cache}_cache_requests_total{{result="{result}"}}'] for result in ("hit", "miss")]
        assert told == [1, 3]


async def test_connections_are_told_by_what_they_do(serve: Serve) -> None:
    """A connection that rests is not in use; one that an operation reads by is."""
    gateway = await serve(town(), metrics_port=0)
    await gateway.raw("teacher", CASELOAD, purpose="COORDINATE_CARE")
    found = samples(gateway.metrics())
    told = [found[f'gateway_pool_connections{{pool="reading",state="{state}"}}'] for state in ("in_use", "resting")]
    assert told == [0, 1]


async def test_alerts_and_checkpoints_that_fail_are_told(serve_small: Serve) -> None:
    """A watch that fails is told while it does; a checkpoint that cannot be signed is counted."""
    gateway = await serve_small(town(), metrics_port=0, checkpoint_seconds=1)
    watch = gateway.app.state.journal.watch
    watch.pause = lambda: 0.01
    await gateway.raw("teacher", CHILD, purpose="COORDINATE_CARE", number=number_of("nobody"))
    await gateway.watched()
    assert samples(gateway.metrics())["gateway_alerts_failing"] == 0
    async with gateway.database() as connection:
        for table_ in ("alert", "journal_checkpoint"):
            await connection.execute(text(f"ALTER TABLE {table_} RENAME TO {table_}_gone"))
    await gateway.raw("teacher", CHILD, purpose="COORDINATE_CARE", number=number_of("nobody"))
    async with asyncio.timeout(60):
        while not watch.failing or not gateway.app.state.journal.unsigned:  # noqa: ASYNC110  # neither tells of itself
            await asyncio.sleep(0.01)
    found = samples(gateway.metrics())
    assert (found["gateway_alerts_failing"], found["gateway_checkpoints_unsigned_total"] >= 1) == (1, True)
    await gateway.watched()  # the end of a process does not wait for a database that takes none
    assert samples(gateway.metrics())["gateway_alerts_lost_total"] >= 1


async def test_r0_no_label_holds_more_than_a_word_of_ours(serve_small: Serve) -> None:
    """Whatever is asked, by whom and under whatever name, each label holds a word of a list that is closed."""
    gateway = await serve_small(town(), metrics_port=0)
    await asked_of_everything(gateway)
    for family in text_string_to_metric_families(gateway.metrics()):
        for sample in family.samples:
            kept = {name: value for name, value in sample.labels.items() if name != "le"}
            if family.name != "gateway_build_info":
                assert all(value in CLOSED[name] for name, value in kept.items()), sample


async def asked_of_everything(gateway: Gateway) -> None:
    for query in ("query Anna { viewer { name } }", "query Anna {", "{ Anna }", 'subscription { a(b: "Anna") }'):
        await gateway.post(
            "teacher", {"query": query, "operationName": "Anna"}, traceparent="Anna", tracestate="a=Anna"
        )
    await gateway.post("Anna", {"query": WHO})
    await gateway.raw("teacher", CHILD, purpose="COORDINATE_CARE", number=number_of("anna"))


async def test_metrics_that_are_off_are_not_there(serve_small: Serve) -> None:
    """Without a port nothing is counted, sampled or kept, and none of it can be asked of the gateway's own port."""
    gateway = await serve_small(town())
    assert (gateway.app.state.metrics, gateway.app.state.sampler) == (None, None)
    assert (await (await serve_small(town(), metrics_port=0)).http.get("/metrics")).status_code == 404


def port_of(service: Service) -> str:
    """Return where a service that has just said where it answers says that its metrics are."""
    assert service.process.stdout is not None
    found = re.search(r"http://\S+/metrics", service.process.stdout.readline())
    assert found
    return found[0]


async def scrape(url: str) -> dict[str, float]:
    async with httpx.AsyncClient(timeout=60) as http:
        response = await http.get(url)
    assert (response.status_code, response.headers["content-type"].partition(";")[0]) == (200, "text/plain")
    return samples(response.text)


async def test_many_workers_are_scraped_as_one(template: Template, tmp_path: Path) -> None:
    """Whoever answered, a scrape counts all requests, those of a worker that was killed among them, and nothing twice.

    On SQLite, where one process serves, it is the same; no folder is left behind.
    """
    workers = ("--workers", "2") if template.kind == "postgresql" else ()
    place = tmp_path / "temporary"
    place.mkdir()
    asked: dict[str, str] = {"GATEWAY_METRICS_PORT": "0", "TMPDIR": str(place)}
    async with database(template, tmp_path) as url, serving(url, tmp_path, *workers, **asked) as service:
        metrics = port_of(service)
        answered = 0
        async with asyncio.timeout(60):
            while len(service.pids()) < (2 if workers else 1):
                answered += (await service.ask(WHO)).status_code == 200
        assert requests(await scrape(metrics)) == {"OK query": answered}
        if workers:
            killed = service.pids().pop()
            os.kill(killed, signal.SIGKILL)
            async with asyncio.timeout(60):  # until it is buried, and a scrape has noticed
                while killed in {int(path.stem.rpartition("_")[2]) for path in place.rglob("gauge_live*.db")}:
                    await asyncio.sleep(0.05)
                    found = await scrape(metrics)
            assert requests(found) == {"OK query": answered}
        found = await scrape(metrics)
        (build,) = [name for name in found if name.startswith("gateway_build_info")]
        assert (found[build], found["gateway_requests_in_flight"]) == (1, 0)
        service.process.terminate()
        assert await asyncio.to_thread(service.process.wait, 60) == 0
    assert list(place.iterdir()) == []


def test_a_port_that_is_taken_ends_the_start() -> None:
    """Metrics that cannot be served where they should be end the start with a sentence."""
    with open_socket("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        settings = settings_of(metrics_port=port)
        with pytest.raises(Stop, match="give another `GATEWAY_METRICS_PORT`"), scraped(settings, Metrics().registry):
            pass


# What is told of them.


async def test_every_metric_is_told(serve_small: Serve) -> None:
    """docs/telemetry.md has a row for each metric with its labels, and for none that there is not."""
    gateway = await serve_small(town(), metrics_port=0)
    await asked_of_everything(gateway)
    there: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(gateway.metrics()):
        if not family.name.endswith("_created"):
            name = f"{family.name}_total" if family.type == "counter" else family.name
            there.setdefault(name, set()).update(*(sample.labels.keys() - {"le"} for sample in family.samples))
    rows = table(section(page("docs/telemetry.md"), "## Metrics"), "metric")
    told: dict[str, Any] = {row[0].strip("`"): set(re.findall(r"`(\w+)`", row[1])) for row in rows}
    assert told == there


def test_the_alerts_that_are_shown_watch_what_there_is() -> None:
    """The example rules of docs/telemetry.md name no metric that there is not, and there are five."""
    text_ = section(page("docs/telemetry.md"), "### Alert rules")
    rows = table(section(page("docs/telemetry.md"), "## Metrics"), "metric")
    names = {row[0].strip("`") for row in rows}
    used = {re.sub(r"_(bucket|sum|count)$", "", name) for name in re.findall(r"gateway_\w+", text_)}
    assert used
    assert used <= names
    assert len(re.findall(r"- alert: ", text_)) == 5

"""`gateway feed`: a file of entries is sent until each is answered, and a second run does nothing twice."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from gateway.feed_client import DOCUMENT, FeedClient, NotSent, client_credentials, given_token
from gateway.feed_file import Line, Reject, batches, key_of, read_lines
from resolvers.ids import Kind, read_key
from resolvers.store import tables as t
from resolvers.store.engine import database_url, make_engine
from resolvers.store.seed import make_rows
from tests.commanding import Run, runner
from tests.databases import Template
from tests.feeding import entry, place, work
from tests.serving import database, serving, token

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(monkeypatch, capsys)


def written(folder: Path, *lines: Any) -> Path:
    file = folder / "feed.jsonl"
    file.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return file


async def on_record(url: str) -> list[str]:
    """Return the family names on record that only feeds bring, once nothing waits any more."""
    engine = make_engine(database_url(url))
    for _ in range(100):
        async with engine.connect() as connection:
            waiting = (await connection.execute(select(t.FeedEntry.position))).all()
            found = list((await connection.execute(select(t.Child.family_name))).scalars())
        if not waiting:
            break
        await asyncio.sleep(0.1)
    await engine.dispose()
    return sorted(name for name in found if name in {"Abel", "Baker"})


async def test_a_file_is_fed_to_a_gateway_and_may_be_fed_again(template: Template, tmp_path: Path, run: Run) -> None:
    """All that can be kept is; rejects are written without a word about a child; the second run changes nothing."""
    lines = (
        entry("1", "C-1", family="Abel"),
        {key: value for key, value in entry("x", "C-2", family="Baker").items() if key != "entry"},
        "no json",
        entry("4", "C-4") | {"shoe": 3},
        entry("5", "C-5", family="Refusedson", involvement=work("tess")),
        entry("6", "C-1", family="Abel", placement=place()),
    )
    file, rejects = written(tmp_path, *lines), tmp_path / "rejects.jsonl"
    (tmp_path / "token").write_text(token(sub="feed"))
    async with database(template, tmp_path) as url, serving(url, tmp_path) as service:
        for _ in range(2):
            options = ("--url", service.url, "--token-file", tmp_path / "token", "--rejects", rejects, "--at-once", 2)
            ended = await asyncio.to_thread(run, "feed", file, *options)
            assert (ended.status, f"3 entries of `{file}` are kept" in ended.out) == (3, True), ended
            assert "3 entries are refused" in ended.err
            told = [json.loads(line) for line in rejects.read_text().splitlines()]
            assert {(one["line"], one["code"], one["field"]) for one in told} == {
                (3, "INVALID", None),
                (4, "INVALID", None),
                (5, "NOT_FOUND", "involvement.practitionerId"),
            }
            assert "Refusedson" not in rejects.read_text()
            assert await on_record(url) == ["Abel", "Baker"]


def test_a_dry_run_sends_nothing_and_tells_what_would_be_refused(tmp_path: Path, run: Run) -> None:
    """Without a gateway the file is looked through, line by line, as far as the entries alone tell."""
    today = date.today().isoformat()  # noqa: DTZ011  # any day of this year
    good = entry("1", "C-1", involvement=work() | {"from": "2024-01-01"}, born="2020-01-01")
    bad = entry("2", "C-2", born=today, involvement=work(service="MENTAL_HEALTH") | {"from": today})
    file, rejects = written(tmp_path, good, "", bad), tmp_path / "rejects.jsonl"
    ended = run("feed", file, "--dry-run", "--rejects", rejects)
    assert (ended.status, ended.out) == (3, f"1 entries of `{file}` can be sent\n")
    assert json.loads(rejects.read_text())["code"] == "NEEDS_BASIS"
    assert run("feed", written(tmp_path, good), "--dry-run").status == 0


def test_what_an_entry_lacks_is_named(tmp_path: Path, run: Run) -> None:
    """A field that the contract demands is named where it is missing, at whatever depth."""
    whole = {key: value for key, value in entry("1", "C-1").items() if key in {"entry", "child"}}
    lines = (
        whole | {"reach": {"phone": None}},
        {"entry": "2", "reach": {"phone": None, "since": "2024-01-01"}},
        whole | {"entry": "3", "child": {**whole["child"], "externalIdentifier": {"scheme": "CASE"}}},
    )
    rejects = tmp_path / "rejects.jsonl"
    run("feed", written(tmp_path, *lines), "--dry-run", "--rejects", rejects)
    told = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert [(one["field"], one["message"]) for one in told] == [
        ("reach.since", "`reach.since` is missing"),
        ("child", "`child` is missing"),
        ("child.externalIdentifier.value", "`child.externalIdentifier.value` is missing"),
    ]


def test_a_feed_needs_one_token(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """None, two, or half of what fetches one end the command with a sentence before anything is sent."""
    monkeypatch.delenv("FEED_TOKEN", raising=False)
    file = written(tmp_path, entry("1", "C-1"))
    assert run("feed", file).status == 2
    assert run("feed", file, "--token", "a", "--token-url", "http://127.0.0.1:9/token").status == 2
    assert run("feed", file, "--token-url", "http://127.0.0.1:9/token").status == 2


class _Stub(BaseHTTPRequestHandler):
    """Answers what its server has ready, one after another, and keeps what it was sent."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.sent.append((self.path, self.headers, body))  # type: ignore[attr-defined]
        status, headers, answer = self.server.ready.pop(0)  # type: ignore[attr-defined]
        if status == 0:
            self.close_connection = True
            self.connection.close()
            return
        told = json.dumps(answer).encode()
        self.send_response(status)
        for name, value in {"content-length": str(len(told)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def stub(*ready: Any) -> Iterator[tuple[str, list[Any]]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Stub)
    server.ready, server.sent = list(ready), []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", server.sent  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


LINES = [Line(7, entry("1", "C-1"))]
KEPT = {"data": {"submitFeed": {"results": [{"entry": "1", "outcome": "ACCEPTED", "problem": None}], "problems": []}}}


def error(code: str) -> Any:
    return {"errors": [{"message": "no", "extensions": {"code": code}}]}


def test_a_batch_is_sent_again_under_its_key_until_it_is_answered() -> None:
    """Shed, limited, broken off, out of time: the client waits as it is asked to, or longer each time, and sends the same."""
    failing = [
        (503, {"retry-after": "7"}, error("UNAVAILABLE")),
        (429, {"retry-after": "3"}, error("LIMIT_EXCEEDED")),
        (0, {}, None),
        (504, {}, error("TIMEOUT")),
        (200, {}, error("INTERNAL")),
    ]
    waits: list[float] = []
    with stub(*failing, (200, {}, KEPT)) as (url, sent), httpx.Client(trust_env=False) as http:
        client = FeedClient(http, f"{url}/graphql", given_token("secret"), "A reason given", waits.append)
        assert client.send(LINES) == []
        assert len({body for _, _, body in sent}) == 1
        assert json.loads(sent[0][2])["variables"]["input"]["clientMutationId"] == key_of(LINES)
    assert (waits[:2], len(waits), client.kept) == ([7.0, 3.0], 5, 1)
    assert 2.0 <= waits[2] <= 4.0


def test_a_feed_ends_with_a_sentence_where_it_cannot_go_on() -> None:
    """A token that is refused, a gateway that refuses the whole or never answers: nothing is tried for ever."""
    refused = (200, {}, {"data": {"submitFeed": {"results": [], "problems": [{"message": "taken"}]}}})
    for ready, told in (
        ([(401, {}, error("UNAUTHENTICATED"))], "token is refused"),
        ([refused], "refuses the whole: taken"),
        ([(403, {}, error("FORBIDDEN"))], "FORBIDDEN"),
        ([(200, {}, ["?"])], "no gateway"),
        ([(503, {}, error("UNAVAILABLE"))] * 10, "does not answer"),
    ):
        with stub(*ready) as (url, _), httpx.Client(trust_env=False) as http:
            client = FeedClient(http, url, given_token("secret"), "A reason given", lambda _: None)
            with pytest.raises(NotSent, match=told):
                client.send(LINES)


def test_tokens_are_fetched_by_client_credentials_and_anew_when_refused() -> None:
    """The client's id and secret go to the token's address alone; a token that has run out is replaced once."""
    tokens = [(200, {}, {"access_token": name}) for name in ("first", "second")]
    answers = (tokens[0], (401, {}, error("UNAUTHENTICATED")), tokens[1], (200, {}, KEPT))
    with stub(*answers) as (url, sent), httpx.Client(trust_env=False) as http:
        source = client_credentials(http, f"{url}/token", "leeds", "hush")
        client = FeedClient(http, f"{url}/graphql", source, "A reason given", lambda _: None)
        assert client.send(LINES) == []
        told = [(path, headers["authorization"].split()[-1]) for path, headers, _ in sent]
    assert [path for path, _ in told] == ["/token", "/graphql", "/token", "/graphql"]
    assert [bearer for path, bearer in told if path == "/graphql"] == ["first", "second"]


def test_lines_are_named_after_their_content_and_batched_by_number_and_size() -> None:
    """The same line has the same name in each run; a batch holds no more than is asked for, or than a request may."""
    nameless = {key: value for key, value in entry("x", "C-1").items() if key != "entry"}
    first, second = (list(read_lines([json.dumps(nameless).encode()])) for _ in range(2))
    assert first == second
    assert isinstance(first[0], Line)
    assert isinstance(next(read_lines([b"[]"])), Reject)
    large = [Line(n, {"entry": "x" * 400_000}) for n in range(5)]
    assert [len(batch) for batch in batches(large, 500)] == [3, 2]
    assert [len(batch) for batch in batches(LINES * 5, 2)] == [2, 2, 1]


def test_the_example_fits_the_demo_and_its_document_is_the_clients() -> None:
    """What `examples/` holds can be fed to the demo: the worker and the identifiers are those of the persona's body."""
    assert (EXAMPLES / "feed.graphql").read_text() == DOCUMENT
    rows = make_rows(2_000, 1, date(2030, 2, 28)).tables
    body = next(row["organisation_id"] for row in rows[t.Account] if row["subject"] == "feed-leeds")
    workers = {row["id"] for row in rows[t.Practitioner] if row["organisation_id"] == body}
    issued = {row["value"] for row in rows[t.ExternalIdentifier] if row["issuer_id"] == body}
    lines = [json.loads(line) for line in (EXAMPLES / "feed.jsonl").read_text().splitlines()]
    named = [read_key(one["involvement"]["practitionerId"], Kind.PRACTITIONER) for one in lines if "involvement" in one]
    assert set(named) <= workers
    values = [one["child"]["externalIdentifier"]["value"] for one in lines]
    assert [value in issued for value in values] == [True, True, False, False]
    assert all(isinstance(found, Line) for found in read_lines(json.dumps(line).encode() for line in lines))

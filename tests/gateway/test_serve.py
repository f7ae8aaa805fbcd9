"""`gateway serve` as an operator meets it: real processes, an issuer's own key, signals, and a journal that knows all."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey, OctKey
from sqlalchemy import text

from authz.words import Role
from gateway.cli import main
from gateway.command import settings_of
from gateway.demo import ISSUER as DEMO
from gateway.demo import DemoKeys
from gateway.manifest import id_of
from resolvers.clock import system_clock
from resolvers.store.engine import database_url, make_engine
from tests.client import REASON
from tests.databases import Template
from tests.issuer import at_address
from tests.serving import (
    ACCESS,
    AUDIENCE,
    COMMAND,
    GRAPHQL,
    ISSUER,
    KEY,
    RSA,
    Service,
    database,
    environment,
    public,
    serving,
    token,
)
from tests.world import number_of

MINE = "{ caseload { edges { node { givenNames } } } }"
WHO = "{ viewer { name } }"


async def test_serve_takes_tokens_of_its_issuer_and_no_others(sqlite: Template, tmp_path: Path) -> None:
    """Tokens by a key in an issuer's file, or at an issuer's address, are taken; the demo's, and any other, are not."""
    demo = DemoKeys.at(tmp_path / "demo").token("teacher", Role.PRACTITIONER, system_clock())
    bad = [
        demo,
        token(iss=DEMO),
        token(aud="contactpoint-gateway"),
        token(exp=int(time.time()) - 60),
        token(RSA, "PS256"),
        token(ECKey.generate_key("P-256", {"kid": "one"})),
        token(OctKey.import_key(json.dumps(KEY.as_dict(private=False)), {"kid": "one"}), "HS256"),
    ]
    claimed = token(demo_purpose="COORDINATE_CARE", demo_reason=REASON)
    away = ECKey.generate_key("P-256", {"kid": "three"})
    async with database(sqlite, tmp_path) as url, at_address(away) as idp:
        given = json.loads(environment(tmp_path)["GATEWAY_ISSUERS"])
        given.append({"issuer": "https://away.example", "audience": AUDIENCE, "jwks": idp.url})
        async with serving(url, tmp_path, GATEWAY_ISSUERS=json.dumps(given)) as service:
            for good in (token(), token(RSA, "RS256"), token(away, iss="https://away.example")):
                answer = (await service.ask(MINE, bearer=good)).json()
                assert len(answer["data"]["caseload"]["edges"]) == 12
            assert [(await service.ask(MINE, bearer=each)).status_code for each in bad] == [401] * len(bad)
            refused = (await service.ask(MINE, bearer=claimed, extensions={})).json()
            assert refused["errors"][0]["extensions"]["code"] == "PURPOSE_REQUIRED"
            await rotates(service, tmp_path / "jwks.json")


async def rotates(service: Service, file: Path) -> None:
    """Put another key into the file: its tokens are taken by the process that runs, and those of before no longer."""
    new = ECKey.generate_key("P-256", {"kid": "four"})
    file.write_text(json.dumps(public(new)))
    assert [(await service.ask(MINE, bearer=each)).status_code for each in (token(new), token())] == [200, 401]


async def test_serve_asks_trusted_documents_alone_but_for_free_clients(sqlite: Template, tmp_path: Path) -> None:
    """A page asks by id and a free tool what it likes; whatever else, introspection too, and headers are refused."""
    query, listed = "query Round { caseload { edges { node { givenNames } } } }", "https://app.example"
    settings = {
        "GATEWAY_DOCUMENTS": documents(tmp_path, query),
        "GATEWAY_FREE_CLIENTS": '["tool"]',
        "GATEWAY_ORIGINS": json.dumps([listed]),
    }
    async with database(sqlite, tmp_path) as url, serving(url, tmp_path, **settings) as service:

        async def told(client: str, *, headers: Any = None, **body: Any) -> tuple[int, str]:
            bearer = {"authorization": f"Bearer {token(client_id=client)}", "accept": GRAPHQL, "origin": listed}
            response = await service.http.post(
                service.url, json={"extensions": ACCESS} | body, headers=bearer | (headers or {})
            )
            assert response.headers["access-control-allow-origin"] == listed
            answer = response.json()
            return response.status_code, "data" if "data" in answer else answer["errors"][0]["extensions"]["code"]

        named = {"documentId": id_of(query)}
        free, introspection = {"query": "{ viewer { name } }"}, {"query": "{ __schema { description } }"}
        assert {await told(client, **named) for client in ("page", "tool")} == {(200, "data")}
        assert {await told("tool", **body) for body in (free, introspection)} == {(200, "data")}
        assert {await told("page", **body) for body in (free, introspection)} == {(404, "DOCUMENT_NOT_FOUND")}
        reason = {"access-reason": "Planning%20a%20visit"}
        assert await told("page", headers=reason, **named) == (400, "BAD_REQUEST")


async def test_r29_a_gateway_that_is_killed_has_kept_whatever_it_answered(template: Template, tmp_path: Path) -> None:
    """Killed by SIGKILL while sixteen ask and wait for the journal, it has an event for every answer that left."""
    async with database(template, tmp_path) as url, serving(url, tmp_path) as service:
        busy = asyncio.Event()
        answered, _ = await asyncio.gather(service.under_load(150, busy.set), kill_while_it_writes(service, busy))
        assert 50 <= len(answered) < 150
        assert answered <= await service.events()


async def kill_while_it_writes(service: Service, busy: asyncio.Event) -> None:
    """Once it is busy keep the database from taking events: an answer that leaves now has none. Then kill it."""
    await busy.wait()
    engine = make_engine(database_url(service.database))
    async with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(text("LOCK TABLE access_event"))
        await asyncio.sleep(0.5)
        service.process.kill()
    await engine.dispose()


async def test_r29_a_gateway_that_is_stopped_loses_no_answer(sqlite: Template, tmp_path: Path) -> None:
    """SIGTERM while sixteen ask at once: it ends with status 0, and every answer that left has its event."""
    async with database(sqlite, tmp_path) as url, serving(url, tmp_path) as service:
        await stops(service)


async def stops(service: Service) -> None:
    answered = await service.under_load(150, service.process.terminate)
    status = await asyncio.to_thread(service.process.wait, 300)
    assert (status, "Traceback" in service.log.read_text()) == (0, False)
    assert 50 <= len(answered)
    assert answered <= await service.events()


async def test_r14_r29_two_workers_count_together_and_stop_without_losing_an_answer(
    template: Template, tmp_path: Path
) -> None:
    """On PostgreSQL both processes answer and share a budget, one killed is replaced, and SIGTERM ends all in order.

    On SQLite two workers are refused in a sentence, with status 2.
    """
    async with database(template, tmp_path) as url:
        if template.kind == "sqlite":
            done = await asyncio.to_thread(refused, tmp_path, "--database", url, "--workers", "2")
            assert (done.returncode, "more than one worker needs PostgreSQL" in done.stderr) == (2, True)
            return
        limits = {
            "GATEWAY_RECORDS_PER_HOUR": "12",
            "GATEWAY_RECORDS_PER_HOUR_BY_ROLE": '{"PROTECTION_OFFICER": null}',
            "GATEWAY_DOCUMENTS": documents(tmp_path, WHO),
        }
        async with serving(url, tmp_path, "--workers", "2", **limits) as service:
            await both_answer(service)
            ids = [f'{{ child(directoryNumber: "{number_of(f"nobody{n}")}") {{ id }} }}' for n in range(20)]
            statuses = [response.status_code for response in await asyncio.gather(*map(service.ask, ids))]
            assert sorted(statuses) == [200] * 12 + [429] * 8
            os.kill(service.pids().pop(), signal.SIGKILL)
            await both_answer(service, seen=3)
            await stops(service)


async def both_answer(service: Service, seen: int = 2) -> None:
    """Ask until so many processes have answered, each by the documents that all of them trust."""
    while len(service.pids()) < seen:
        with suppress(httpx.HTTPError):  # what a killed process had taken
            assert "data" in (await service.ask(id_of(WHO))).json()
        await asyncio.sleep(0.05)
        assert service.process.poll() is None, service.log.read_text()


def refused(folder: Path, *options: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *options],
        env=environment(folder, **settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def issuers(folder: Path, **changed: Any) -> str:
    file = folder / "other.json"
    if "keys" in changed:
        file.write_text(json.dumps(changed.pop("keys")))
    return json.dumps([{"issuer": ISSUER, "audience": AUDIENCE, "jwks": str(file)} | changed])


def documents(folder: Path, query: str) -> str:
    """Return a folder with `round.graphql`, as a front-end's build leaves it."""
    (folder / "documents").mkdir()
    (folder / "documents" / "round.graphql").write_text(query)
    return str(folder / "documents")


REFUSED: dict[str, Any] = {
    "is no setting of the gateway": lambda _: {"GATEWAY_ISUERS": "[]"},
    "no issuer of tokens is set": lambda _: {"GATEWAY_ISSUERS": ""},
    "the demo's issuer opens everything": lambda folder: {
        "GATEWAY_ISSUERS": issuers(folder, keys=public(KEY), issuer=DEMO)
    },
    "cannot be read": lambda folder: {"GATEWAY_ISSUERS": issuers(folder, jwks=str(folder / "missing"))},
    "is no set of keys": lambda folder: {"GATEWAY_ISSUERS": issuers(folder, keys=[])},
    "holds no key to take for ES256": lambda folder: {"GATEWAY_ISSUERS": issuers(folder, keys={"keys": []})},
    "holds no key to take for ES384": lambda folder: {
        "GATEWAY_ISSUERS": issuers(folder, keys=public(KEY), algorithms=["ES384"])
    },
    "is larger than 131072 bytes": lambda folder: {
        "GATEWAY_ISSUERS": issuers(folder, keys={**public(KEY), "more": "x" * 131_072})
    },
    "must begin with `https://`": lambda folder: {"GATEWAY_ISSUERS": issuers(folder, jwks="http://login.example/keys")},
    "is no address": lambda folder: {"GATEWAY_ISSUERS": issuers(folder, jwks="https://:443/keys")},
    "holds a login or a fragment": lambda folder: {
        "GATEWAY_ISSUERS": issuers(folder, jwks="https://gateway:0123456789@login.example/keys")
    },
    "(input should be less than or equal to 300)": lambda folder: {
        "GATEWAY_ISSUERS": issuers(folder, keys=public(KEY), skew=3_600)
    },
    "holds a secret key": lambda folder: {
        "GATEWAY_ISSUERS": issuers(folder, keys={"keys": [KEY.as_dict(private=True)]})
    },
    "holds a secret": lambda folder: {
        "GATEWAY_ISSUERS": issuers(folder, keys={"keys": [OctKey.generate_key(256).as_dict(private=True)]})
    },
    "`GATEWAY_ISSUERS` cannot be used": lambda folder: {
        "GATEWAY_ISSUERS": issuers(folder, keys=public(KEY), algorithms=["HS256"])
    },
    "stands twice": lambda folder: {"GATEWAY_ISSUERS": json.dumps(json.loads(issuers(folder, keys=public(KEY))) * 2)},
    "no secret of 32 bytes": lambda _: {"GATEWAY_SECRET": "short", "GATEWAY_SECRET_FILE": ""},
    "are both set": lambda _: {"GATEWAY_SECRET": "x" * 40},
    "`GATEWAY_SECRET_FILE` cannot be read": lambda folder: {"GATEWAY_SECRET_FILE": str(folder / "missing")},
    "nobody could ask anything": lambda _: {"GATEWAY_FREE_CLIENTS": ""},
    "names every client (`*`) and single ones": lambda _: {"GATEWAY_FREE_CLIENTS": '["*", "tool"]'},
    "`GATEWAY_FREE_CLIENTS` cannot be used": lambda _: {"GATEWAY_FREE_CLIENTS": '[""]'},
    "missing.json` cannot be read": lambda folder: {"GATEWAY_DOCUMENTS": str(folder / "missing.json")},
    "round.graphql` does not fit the schema": lambda folder: {
        "GATEWAY_DOCUMENTS": documents(folder, "query Round { chidl }")
    },
    "`*` would have the pages of everybody ask": lambda _: {"GATEWAY_ORIGINS": '["*"]'},
    "`null` is the origin of whatever hides": lambda _: {"GATEWAY_ORIGINS": '["https://a.example", "null"]'},
    "`https://a.example/` is no origin": lambda _: {"GATEWAY_ORIGINS": '["https://a.example/"]'},
    "there is no database": lambda folder: {"GATEWAY_DATABASE_URL": f"sqlite:///{folder / 'missing.db'}"},
}
"""What each sentence is said of."""


@pytest.mark.parametrize("sentence", REFUSED)
def test_serve_does_not_start_with_what_cannot_be_meant(
    tmp_path: Path, sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An unknown, missing, dangerous or contradictory setting ends `serve` with one sentence, and no secret in it."""
    for name, value in environment(tmp_path, **REFUSED[sentence](tmp_path)).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["gateway", "serve", "--port", "0"])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr()
    assert (ended.value.code, told.out, sentence in told.err) == (1, "", True)
    assert (len(told.err.splitlines()), "short" in told.err, "0123456789" in told.err) == (1, False, False)


def test_null_stands_for_no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the environment `null` is no budget, for all roles or for one."""
    monkeypatch.setenv("GATEWAY_RECORDS_PER_HOUR", "null")
    monkeypatch.setenv("GATEWAY_RECORDS_PER_HOUR_BY_ROLE", '{"AUDITOR": 5, "DATA_MANAGER": null}')
    budgets = settings_of().budgets
    assert (budgets[Role.PRACTITIONER], budgets[Role.AUDITOR], budgets[Role.DATA_MANAGER]) == (None, 5, None)

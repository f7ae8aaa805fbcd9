"""The examples work as they stand: a front-end, an agency's system, a walk by introspection, the first requests."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Template
from tests.node import run
from tests.serving import Service, token
from tests.tools import clients
from tests.tools.authority import SECRET, Authority, authority
from tests.tools.breaking import SCHEMA
from tests.tools.served import TOLD, school_served
from tests.tools.typed import AGENCY, generated
from tests.world import number_of

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
WEB = EXAMPLES / "web"
NO_NPM = not shutil.which("npm") and os.environ.get("CI") != "true"
NODE = pytest.mark.skipif(NO_NPM, reason="npm is not installed")


def packages(lock: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((lock / "package-lock.json").read_text())["packages"]
    return {name: (kept["version"], kept.get("integrity")) for name, kept in found.items() if name}


def test_the_front_end_is_locked_as_the_clients_are() -> None:
    """Every package of the front-end's lock has the version and hash of the clients' lock: one installation does both."""
    assert packages(WEB).items() <= packages(clients.SOURCE).items()
    assert len(packages(WEB)) > 100


@NODE
async def test_the_front_end_shows_what_is_withheld(sqlite: Template, tmp_path: Path, front_end: Path) -> None:
    """Built of the contract, it shows an open record and a shielded one, with the notice where a value is withheld."""
    built = front_end
    manifest = str(built / "src" / "gql" / "persisted-documents.json")
    settings = {"GATEWAY_DOCUMENTS": manifest, "GATEWAY_FREE_CLIENTS": ""}
    async with school_served(sqlite, tmp_path, **settings) as service:
        asker = {"GATEWAY_URL": service.url, "GATEWAY_TOKEN": token(), "GATEWAY_TRUSTED": "1"}
        shown = (await asyncio.to_thread(run, built, "node", "dist/main.mjs", **asker)).splitlines()
        notice = f"{TOLD['notice']} Ring National contact desk, {TOLD['broker']}."
        assert "telephone: none" in shown
        assert f"telephone: {notice}" in shown
        assert "social_care: School (own)" in shown
        assert "Services other than your own are not shown to you." in shown
        refused = asker | {"GATEWAY_TOKEN": token(sub="auditor")}
        with pytest.raises(AssertionError, match="FORBIDDEN: "):
            await asyncio.to_thread(run, built, "node", "dist/main.mjs", **refused)


CARELESS = {
    "a field that is never withheld": 'isWithheld(child, "givenNames");',
    "a field of another type": 'isWithheld(carer, "contacts");',
    "a record without its notices": 'isWithheld({ __typename: "Child" }, "phone");',
    "a record of no type": 'isWithheld({ withheld: [] }, "phone");',
}


@NODE
def test_the_front_end_is_told_of_mistakes_before_it_runs(tmp_path: Path, front_end: Path) -> None:
    """`isWithheld` compiles for guarded fields of a record that has its type and its notices, and for nothing else."""
    built = tmp_path / "web"
    shutil.copytree(front_end, built, symlinks=True)
    head = (
        'import { isWithheld } from "./withheld";\n'
        'declare const child: { __typename: "Child"; withheld: [] };\n'
        'declare const carer: { __typename: "Contact"; withheld: [] };\n'
    )
    (built / "src" / "careful.ts").write_text(head + 'isWithheld(child, "phone");\nisWithheld(carer, "address");\n')
    run(built, "tsc")
    for n, line in enumerate(CARELESS.values()):
        (built / "src" / f"careless{n}.ts").write_text(f"{head}{line}\n")
    with pytest.raises(AssertionError) as told:
        run(built, "tsc")
    assert [f"careless{n}.ts(4," in str(told.value) for n in range(len(CARELESS))] == [True] * len(CARELESS)


def test_the_typed_client_is_what_the_tool_writes(tmp_path: Path) -> None:
    """The client in examples/agency is, byte for byte, what ariadne-codegen writes of contract and operations."""
    made = generated(tmp_path / "agency")
    names = sorted(path.name for path in made.glob("*.py"))
    assert names == sorted(path.name for path in (AGENCY / "directory").glob("*.py"))
    wrong = [name for name in names if (made / name).read_bytes() != (AGENCY / "directory" / name).read_bytes()]
    assert wrong == [], "`make golden` writes it anew"


def test_the_agency_is_typed() -> None:
    """The agency and its client pass `mypy --strict`."""
    command = [sys.executable, "-m", "mypy", "agency.py", "--cache-dir", os.devnull]
    done = subprocess.run(command, cwd=AGENCY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def agency(service: Service, issuer: Authority, *arguments: str, client: str = "teacher", **more: str) -> Any:
    """Run the agency's program as `client`; return its status and what it printed, a JSON value a line."""
    settings = {"GATEWAY_URL": service.url, "TOKEN_URL": issuer.url, "CLIENT_ID": client, "CLIENT_SECRET": SECRET}
    command = [sys.executable, "agency.py", *arguments]
    done = subprocess.run(
        command, cwd=AGENCY, env=os.environ | settings | more, capture_output=True, text=True, check=False
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()] or done.stderr


async def test_the_agency_reads_with_tokens_of_its_own(school: Service) -> None:
    """By client credentials it pages through its caseload, shows notices, and reads errors and problems by code."""
    service = school
    async with authority() as issuer:
        issuer.refused = 1
        status, rows = await asyncio.to_thread(agency, service, issuer, "round")
        assert (status, len(rows), issuer.given) == (0, 13, 2)
        zoe = next(row for row in rows if row["number"] == number_of("zoe"))
        assert (zoe["notice"], zoe["ring"]) == (TOLD["notice"], TOLD["broker"])
        assert {"phone": None}.items() <= next(row for row in rows if row["number"] == number_of("kid0")).items()
        assert await asyncio.to_thread(agency, service, issuer, "ask") == (0, [["NOT_FOUND"]])
        status, told = await asyncio.to_thread(agency, service, issuer, "round", client="auditor")
        assert (status, told[0]["code"]) == (1, "FORBIDDEN")


async def test_the_agency_names_its_documents_in_production(sqlite: Template, tmp_path: Path) -> None:
    """Its documents, written as a manifest and trusted, are asked by their ids where nobody is free."""
    manifest = tmp_path / "documents.json"
    subprocess.run([sys.executable, "agency.py", "documents", "--file", str(manifest)], cwd=AGENCY, check=True)  # noqa: ASYNC221
    kept = json.loads(manifest.read_text())
    served = {name: text for name, text in kept.items() if "submitFeed" not in text and "caseloadChanged" not in text}
    manifest.write_text(json.dumps(served))
    settings = {"GATEWAY_DOCUMENTS": str(manifest), "GATEWAY_FREE_CLIENTS": ""}
    async with school_served(sqlite, tmp_path, **settings) as service, authority() as issuer:
        status, rows = await asyncio.to_thread(agency, service, issuer, "round", GATEWAY_TRUSTED="1")
        assert (status, len(rows)) == (0, 13)


async def test_the_first_requests_work_when_pasted(school: Service, tmp_path: Path) -> None:
    """The scripts of a newcomer's first minutes give a token, the contract, who one is, and a record with its notices."""
    service = school
    async with authority() as issuer:
        script = "".join(
            (EXAMPLES / "first" / f"{name}.sh").read_text() + "echo\n" for name in ("token", "contract", "who", "open")
        )
        settings = {
            "GATEWAY": service.url.removesuffix("/graphql"), "TOKEN_URL": issuer.url, "CLIENT_ID": "teacher",
            "CLIENT_SECRET": SECRET, "NUMBER": number_of("zoe"),
        }  # fmt: skip
        command = ["bash", "-euc", script]
        done = await asyncio.to_thread(
            subprocess.run, command, cwd=tmp_path, env=os.environ | settings, capture_output=True, text=True, check=True
        )
        who, opened = [json.loads(line) for line in done.stdout.split("\n") if line]
    assert (tmp_path / "schema.graphql").read_bytes() == (SCHEMA / "schema.graphql").read_bytes()
    assert who["data"]["viewer"]["role"] == "PRACTITIONER"
    assert opened["data"]["child"]["phone"] is None
    assert [entry["group"] for entry in opened["data"]["child"]["withheld"]] == TOLD["withheld"]


async def test_the_walk_tells_what_a_token_may_ask(school: Service) -> None:
    """By introspection alone it finds the roots of a role and the guard of every guarded field."""
    command = [sys.executable, str(EXAMPLES / "introspection" / "walk.py"), school.url, token(sub="auditor")]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert lines[0] == "AUDITOR, for CASE_REVIEW, SUBJECT_ACCESS"
    roots = {line.strip().split(":")[0] for line in lines[1:] if "guarded by" not in line}
    assert roots == {
        "viewer",
        "alerts",
        "accessApplications",
        "accessEvents",
        "practitioners",
        "organisations",
        "acceptAgreement",
    }
    assert "  Child.phone is guarded by WHEREABOUTS" in lines
    assert (SCHEMA / "schema.graphql").read_text().count(" @sees(group: ") - 1 == done.stdout.count("is guarded by")

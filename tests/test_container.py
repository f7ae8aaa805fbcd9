"""The container file, read as a builder would read it: no builder is at hand where the tests run."""

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest
import typer

from gateway.cli import cli
from gateway.settings import unknown_settings
from tests.test_house import pins, pyproject

ROOT = Path(__file__).resolve().parent.parent


class Step(NamedTuple):
    """One instruction of a stage."""

    stage: int
    name: str
    said: str


def steps() -> list[Step]:
    """Return the instructions of the file, continued lines put together, comments left out."""
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    lines = re.sub(r"\\\n\s*", " ", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)).splitlines()
    found, stage = [], 0
    for line in filter(None, map(str.strip, lines)):
        name, _, said = line.partition(" ")
        stage += name == "FROM"
        found.append(Step(stage, name, said))
    return found


STEPS = steps()
LAST = [step for step in STEPS if step.stage == STEPS[-1].stage]


def said(name: str) -> str:
    """Return what the last stage says by `name`, which stands there once."""
    (step,) = (step for step in LAST if step.name == name)
    return step.said


def copied() -> list[str]:
    """Return what is copied out of the project."""
    asked = [step.said.split() for step in STEPS if step.name == "COPY" and not step.said.startswith("--from=")]
    return list(dict.fromkeys(path for words in asked for path in words[:-1]))


def ignored() -> Iterator[tuple[str, list[str]]]:
    for name in (".containerignore", ".dockerignore"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        yield name, [line for line in lines if line and not line.startswith("#")]


def test_what_it_copies_is_there_and_is_not_ignored() -> None:
    """Each path that is copied exists, all four rooms are among them, and nothing else reaches the builder."""
    assert [path for path in copied() if not (ROOT / path).exists()] == []
    assert {"authz", "gateway", "resolvers", "schema", "requirements.lock"} <= set(copied())
    for name, lines in ignored():
        assert (name, lines[0], sorted(line[1:] for line in lines if line.startswith("!"))) == (
            name,
            "*",
            sorted(copied()),
        )
    packages = pyproject("tool")["setuptools"]["packages"]
    assert {package.partition(".")[0] for package in packages} <= set(copied())


def test_the_explorer_is_built_by_hash_and_its_tools_are_left() -> None:
    """A stage of its own builds the pages from the lock, without scripts of packages; the pages alone go on from there."""
    (built,) = (step.said for step in STEPS if step.name == "RUN" and "npm" in step.said)
    assert built.startswith("npm ci --ignore-scripts")
    taken = [step.said for step in STEPS if step.name == "COPY" and "--from=explorer" in step.said]
    assert taken == ["--from=explorer /build/gateway/site gateway/site"]
    assert not [step for step in LAST if "npm" in step.said or "node" in step.said]


def test_it_runs_as_a_user_of_no_rights() -> None:
    """The last stage names a user by number, who is not root, after all that needs root."""
    user, group = said("USER").split(":")
    assert int(user) >= 1000
    assert int(group) >= 1000
    names = [step.name for step in LAST]
    assert "RUN" not in names[names.index("USER") :]
    assert f"--uid {user}" in " ".join(step.said for step in LAST if step.name == "RUN")


def test_it_starts_a_command_that_there_is() -> None:
    """Without arguments it runs `gateway serve`; with others, any command; what it sets are settings."""
    entry, command = json.loads(said("ENTRYPOINT")), json.loads(said("CMD"))
    assert (entry, command) == (["gateway"], ["serve"])
    assert entry[0] in pyproject("project")["scripts"]
    assert command[0] in typer.main.get_command(cli).commands  # type: ignore[attr-defined]
    told = dict(pair.split("=", 1) for pair in said("ENV").split())
    assert unknown_settings(told) == []
    assert (told["GATEWAY_HOST"], told["GATEWAY_PORT"]) == ("0.0.0.0", said("EXPOSE"))  # noqa: S104  # within a container
    assert told["PATH"].split(":")[0] == "/gateway/bin"


def test_everything_is_installed_by_hash_and_no_tool_is_left() -> None:
    """Each installation is by hash or of the project alone, without the index; the last stage installs nothing."""
    installs = [part for step in STEPS if step.name == "RUN" for part in step.said.split("&&") if " install " in part]
    assert len(installs) == 3
    assert [
        part
        for part in installs
        if "--require-hashes" not in part and not {"--no-index", "--no-deps"} <= set(part.split())
    ] == []
    assert not [step for step in LAST if re.search(r"\b(install|apt-get|curl)\b", step.said)]
    assert "pip uninstall --yes pip setuptools wheel" in " ".join(step.said for step in LAST)
    (picked,) = re.findall(r"sed -n '(.*?)' (\S+)", " ".join(step.said for step in STEPS))
    lock = subprocess.run(["sed", "-n", picked[0], ROOT / picked[1]], capture_output=True, text=True, check=True).stdout
    assert re.findall(r"^(\w+)==", lock, re.MULTILINE) == ["setuptools"]
    assert lock.count("--hash=sha256:") == pins(picked[1])["setuptools"].count("--hash=sha256:")


def test_both_stages_stand_on_the_same_python() -> None:
    """The environment of the stage that builds it works in the last one, on the oldest Python that is supported."""
    bases = [step.said.split()[0] for step in STEPS if step.name == "FROM"]
    assert bases == ["node:22-slim", "python:3.11-slim", "python:3.11-slim"]
    assert pyproject("project")["requires-python"] == ">=3.11"


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1), (None, 1)])
def test_the_health_check_asks_healthz(status: int | None, code: int) -> None:
    """It runs with Python alone: 0 where `/healthz` answers 200, 1 where it says otherwise or nothing answers."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status or 500 if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    check = json.loads(said("HEALTHCHECK").partition(" CMD ")[2])
    server = HTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    if status is None:
        server.shutdown()
        server.server_close()
    asked = [sys.executable, *check[1:]]
    done = subprocess.run(asked, env={"GATEWAY_PORT": str(port)}, capture_output=True, check=False, timeout=20)
    assert (check[0], done.returncode) == ("python", code)
    if status is not None:
        server.shutdown()
        server.server_close()

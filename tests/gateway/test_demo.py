"""The demo as a newcomer meets it: one process, printed tokens, a pasted command, a real client library."""

import json
import re
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from gql import Client, gql
from gql.transport.httpx import HTTPXTransport

from gateway.tour import BLIND
from resolvers.store.seed import PERSONAS
from tests.commanding import GATEWAY
from tests.queries import RECORD

PURPOSE = {
    "protection": "CHILD_PROTECTION",
    "police": "COURT_ORDER",
    "police-new": "POLICE_APPLICATION",
    "data-manager": "DATA_QUALITY",
}
BOTH = (
    RECORD
    + """
query Both($open: String!, $shielded: String!) {
  open: child(directoryNumber: $open) { ...Record }
  shielded: child(directoryNumber: $shielded) { ...Record }
}
"""
)
GROUPS = [
    "FORMER_NAMES", "CONTACT_NAMES", "WHEREABOUTS", "PLACES", "SERVICES", "AGENCIES", "LEAD", "SENSITIVE_SERVICES",
    "IDENTIFIERS", "SHIELD_CASE", "TRAIL",
]  # fmt: skip
OPEN_PRACTITIONER = {"SENSITIVE_SERVICES", "IDENTIFIERS", "SHIELD_CASE", "TRAIL"}
SHIELDED = {"FORMER_NAMES", "CONTACT_NAMES"}
MATRIX: dict[str, tuple[set[str] | None, set[str] | None]] = {
    "teacher": (OPEN_PRACTITIONER, set(GROUPS) - SHIELDED),
    "health-visitor": (OPEN_PRACTITIONER, set(GROUPS) - SHIELDED),
    "protection": (OPEN_PRACTITIONER, set(GROUPS) - SHIELDED),
    "police": (set(GROUPS) - {"CONTACT_NAMES", "WHEREABOUTS", "AGENCIES"}, set(GROUPS) - {"CONTACT_NAMES"}),
    "police-new": (None, None),
    "team-leeds": (set(), set()),
    "team-manchester": (OPEN_PRACTITIONER, set(GROUPS) - SHIELDED),
    "data-manager": ({"SENSITIVE_SERVICES", "SHIELD_CASE", "TRAIL"}, set(GROUPS) - SHIELDED),
}
"""For the demo's open and shielded example, both of Leeds: what each persona is told to be withheld."""


@dataclass
class Demo:
    url: str
    tokens: dict[str, str]
    numbers: dict[str, str]
    curl: str

    def client(self, persona: str) -> Client:
        """Return a client of the `gql` library, configured as its documentation shows, with a stated purpose."""
        headers = {
            "Authorization": f"Bearer {self.tokens[persona]}",
            "Access-Purpose": PURPOSE.get(persona, "COORDINATE_CARE"),
            "Access-Reason": "Trying the matrix out",
        }
        return Client(transport=HTTPXTransport(url=self.url, headers=headers), fetch_schema_from_transport=False)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Start `gateway demo` on a free port in a process of its own, and read what it prints."""
    command = [*GATEWAY, "demo", "--port", "0"]
    folder = tmp_path_factory.mktemp("demo")
    process = subprocess.Popen(
        [*command, "--data", str(folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield read_banner(process)
    finally:
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=20)
        assert (process.returncode, "Traceback" in errors) == (0, False)


def read_banner(process: subprocess.Popen[str]) -> Demo:
    assert process.stdout is not None
    lines: list[str] = []
    while not lines or not lines[-1].startswith("Ctrl-C "):
        line = process.stdout.readline()
        assert line, process.communicate()
        lines.append(line.rstrip("\n"))
    text = "\n".join(lines)
    tokens = dict(re.findall(r"^  ([\w-]+) \([A-Z_]+\): .+\n  (\S+)$", text, re.MULTILINE))
    numbers = {kind: number for number, kind in re.findall(r"^  (\d{12})  .+, (open|shielded)$", text, re.MULTILINE)}
    (first, last) = (re.search(r"http://\S+$", line) for line in (lines[-1], next(x for x in lines if "http" in x)))
    assert first is not None
    assert last is not None
    assert first[0] == last[0]
    (curl,) = (line for line in lines if line.startswith("curl "))
    return Demo(first[0], tokens, numbers, curl)


def test_every_persona_is_printed_with_a_token(demo: Demo) -> None:
    """The demo prints a token for each persona and one open and one shielded record."""
    assert list(demo.tokens) == list(PERSONAS)
    assert set(demo.numbers) == {"open", "shielded"}


def test_the_printed_command_works_when_pasted(demo: Demo) -> None:
    """The curl line, run by a shell, gives both records without an error."""
    done = subprocess.run(["bash", "-c", demo.curl], capture_output=True, text=True, timeout=20, check=True)
    answer = json.loads(done.stdout)
    assert "errors" not in answer
    assert (answer["data"]["open"]["shielded"], answer["data"]["shielded"]["shielded"]) == (False, True)


@pytest.mark.parametrize("persona", MATRIX)
def test_each_persona_gets_the_answer_of_the_matrix(demo: Demo, persona: str) -> None:
    """One document, asked with a real client by each persona, withholds what the matrix says, and only that."""
    document = gql(BOTH)
    document.variable_values = demo.numbers
    with demo.client(persona) as session:
        answer: dict[str, Any] = session.execute(document)
    for kind, expected in zip(("open", "shielded"), MATRIX[persona], strict=True):
        record = answer[kind]
        if expected is None:
            assert record is None
            continue
        assert [group for group in GROUPS if group in expected] == [row["group"] for row in record["withheld"]]
        located = [record["whereabouts"], *(contact["address"] for contact in record["contacts"])]
        assert [place is None for place in located] == ["WHEREABOUTS" in expected] * len(located)
        assert (record["education"] is None) == ("PLACES" in expected)
        assert (record["agencies"] is None) == ("AGENCIES" in expected)
        assert (record["leadProfessional"] is None) == ("LEAD" in expected)


def test_those_who_see_neither_record_are_named(demo: Demo) -> None:
    """The banner names each persona for whom neither of the two records is there, and nobody else."""
    blind = {name for name, seen in MATRIX.items() if seen == (None, None)}
    for persona in PERSONAS.keys() - MATRIX.keys():
        with demo.client(persona) as session, pytest.raises(Exception, match="FORBIDDEN"):
            document = gql(BOTH)
            document.variable_values = demo.numbers
            session.execute(document)
        blind.add(persona)
    assert sorted(blind) == sorted(BLIND)


def test_a_lapsed_account_is_refused_and_told_why(demo: Demo) -> None:
    """`lapsed` opens nothing, and reads from `viewer` what is to be mended."""
    with demo.client("lapsed") as session:
        assert session.execute(gql("{ viewer { lapses } }")) == {"viewer": {"lapses": ["VETTING"]}}
        with pytest.raises(Exception, match="lapsed"):
            session.execute(gql("{ caseload { edges { cursor } } }"))


def test_the_health_endpoints_answer(demo: Demo) -> None:
    """`/healthz` is alive, `/readyz` has no fault, and the contract is served as SDL."""
    base = demo.url.removesuffix("/graphql")
    for path, expected in (("/healthz", b"alive"), ("/readyz", b'{"ready":true,"faults":[]}')):
        with urllib.request.urlopen(base + path, timeout=10) as response:
            assert response.read() == expected
    with urllib.request.urlopen(base + "/schema.graphql", timeout=10) as response:
        assert b"type Child implements Node" in response.read()


def test_a_taken_port_is_said_in_a_sentence(tmp_path: Path) -> None:
    """On a port that is taken the demo ends at once and says what to do."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [*GATEWAY, "demo", "--port", port]
        done = subprocess.run(
            [*command, "--data", str(tmp_path)], capture_output=True, text=True, timeout=20, check=False
        )
    assert (done.returncode, "give another `--port`" in done.stderr) == (1, True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_demo_stops_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    """Stopped by Ctrl-C or by SIGTERM, the demo ends with status 0 and no further word."""
    command = [*GATEWAY, "demo", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--data", str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    demo = read_banner(process)
    with urllib.request.urlopen(demo.url.removesuffix("graphql") + "healthz", timeout=10):
        process.send_signal(number)
        said, errors = process.communicate(timeout=20)
    assert (process.returncode, said, errors) == (0, "", "")

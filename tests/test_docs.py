"""The docs say what the code says: a word, a rule, a code or a command that is missing there fails here."""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer

from authz.guard import MayPermission
from authz.policy import ACTS, POLICY, PURPOSES
from authz.table import COLUMNS, matrix
from authz.words import Act, FieldGroup, Group, Lapse, NarrowGroup, Purpose, Role, Shield, Standing, Status
from gateway.cli import cli
from gateway.documents import Documents
from gateway.endings import Ending, Why
from gateway.errors import STATUS, Code
from gateway.limits import LONGEST_WORD, Limits
from gateway.settings import Settings
from resolvers.store import tables as t
from resolvers.store.seed import PERSONAS, make_rows
from resolvers.store.words import SENSITIVE_KINDS, ShieldState
from schema.build import build_schema
from schema.fields import DEFINITION

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
# Built from parts, so that this file does not name what it forbids.
MACHINES = re.compile("|".join(["/" + name + "/" for name in ("work", "root", "home", "Users", "tmp", "opt")]))


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def section(text: str, heading: str) -> str:
    """Return what stands under `heading`, up to the next one of its level or above."""
    level = len(heading) - len(heading.lstrip("#"))
    _, found, rest = text.partition(f"\n{heading}\n")
    assert found, f"no heading `{heading}`"
    return re.split(rf"^#{{1,{level}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def table(text: str, first: str) -> list[list[str]]:
    """Return the rows, cell by cell, of the table whose first column is headed `first`."""
    lines = text.splitlines()
    start = next((n for n, line in enumerate(lines) if line.startswith(f"| {first} |")), None)
    assert start is not None, f"no table with the first column `{first}`"
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def missing(words: Iterable[str], text: str) -> list[str]:
    """Return those of `words` that `text` does not name, as code or in a table."""
    return [word for word in words if not re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)]


def known_tests() -> set[str]:
    """Return the names of all tests."""
    files = (ROOT / "tests").rglob("test_*.py")
    return {name for file in files for name in re.findall(r"def (test_\w+)", file.read_text(encoding="utf-8"))}


# The words of the law.


@pytest.mark.parametrize("words", [Role, Act, Purpose, FieldGroup, NarrowGroup, Status, Shield, ShieldState, Lapse])
def test_the_law_page_names_every_word(words: Any) -> None:
    """Roles, acts, purposes, groups, statuses, shields and lapses all stand in docs/policy.md."""
    assert not missing(words, page("docs/policy.md"))


def test_the_law_page_names_every_standing_and_sensitive_kind() -> None:
    """So do standings, the kinds of sensitive services and the roles that see by one's standing."""
    standings = [str(standing.name) for standing in Standing]
    assert not missing([*standings, *SENSITIVE_KINDS], page("docs/policy.md"))


@pytest.mark.parametrize(
    ("name", "words"),
    [("docs/frontend.md", FieldGroup), ("docs/integrate.md", Purpose), ("README.md", Role)],
)
def test_other_pages_name_their_words(name: str, words: Iterable[Group]) -> None:
    """Front-ends find every group, integrations every purpose, newcomers every role."""
    assert not missing(words, page(name))


@pytest.mark.parametrize(
    ("shield", "heading"),
    [(Shield.OPEN, "### An open record, LIVE"), (Shield.SHIELDED, "### A shielded record, LIVE")],
)
def test_the_matrices_are_those_of_the_law(shield: Shield, heading: str) -> None:
    """The printed matrices are, cell by cell, those that `gateway policy show` prints."""
    text = section(page("docs/policy.md"), heading)
    assert ["role (standing)", *COLUMNS] == [
        cell.strip() for cell in text.strip().splitlines()[0].strip("|").split("|")
    ]
    assert [list(row) for row in matrix(shield)] == table(text, "role (standing)")


def test_acts_and_purposes_are_those_of_the_law() -> None:
    """The table of acts and purposes has each role with exactly its own."""
    written = {role: (set(acts.split()), purposes.split()) for role, acts, purposes in acts_and_purposes()}
    assert {role: (set(ACTS[role]), list(PURPOSES[role])) for role in Role} == written


def acts_and_purposes() -> list[list[str]]:
    return table(section(page("docs/policy.md"), "## Acts and purposes"), "role")


def test_every_root_stands_with_its_act() -> None:
    """The tables of roots have each root field and mutation of the schema with the acts that it takes."""
    core = build_schema().core
    for root, first in (
        (core.query_type, "root field"),
        (core.mutation_type, "mutation"),
        (core.subscription_type, "subscription"),
    ):
        assert root is not None
        _stand_with_their_acts(root.fields, first)


def _stand_with_their_acts(fields: Any, first: str) -> None:
    acts = {name: _acts(field.extensions[DEFINITION]) for name, field in fields.items()}
    rows = table(page("docs/policy.md"), first)
    written = {root.strip("`"): act for root, act in rows}
    assert {name: act for name, act in acts.items() if act} == {n: a for n, a in written.items() if acts.get(n)}
    assert acts.keys() == written.keys()


def _acts(field: Any) -> str:
    guards = [guard for guard in field.permission_classes if issubclass(guard, MayPermission)]
    return " ".join(act for guard in guards for act in guard.acts)


def test_every_sentence_of_the_law_has_its_reason() -> None:
    """The table of sentences has each rule of the policy, in its order, with what it says and why."""
    rows = table(page("docs/policy.md"), "sentence")
    assert [rule.id for rule in POLICY] == [row[0].strip("`") for row in rows]
    assert all(len(says) > 10 and len(why) > 10 for _, says, why in rows)


# The rules (and their tests: `tests/test_pages.py`).


def test_every_rule_is_there() -> None:
    """R0 to R42 stand in docs/policy.md, each once and in order."""
    found = re.findall(r"^### (R\d+): ", section(page("docs/policy.md"), "## The rules"), flags=re.MULTILINE)
    assert [f"R{number}" for number in range(43)] == found


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_tests_that_are_named_exist(path: Path) -> None:
    """A page names no test that is not there, with or without its file's ending."""
    found = re.findall(r"`(?:tests/)?(test_\w+)(\.py)?`", path.read_text(encoding="utf-8"))
    files = {file.stem for file in (ROOT / "tests").rglob("test_*.py")}
    assert not [name for name, ending in found if name not in (files if ending else known_tests())]


# The edge: settings, errors, commands, personas, tables.


def test_every_setting_has_its_row() -> None:
    """docs/settings.md has each setting with its default, and none that does not exist."""
    rows = {row[0].strip("`"): row for row in table(page("docs/settings.md"), "setting")}
    assert {f"GATEWAY_{name.upper()}" for name in Settings.model_fields} == rows.keys()
    for name, field in Settings.model_fields.items():
        _, default, meaning = rows[f"GATEWAY_{name.upper()}"]
        assert default.startswith("none" if field.default is None else f"`{field.default}`")
        assert meaning


def test_every_error_code_has_its_row() -> None:
    """docs/errors.md has each code with its status, when it comes and what to do."""
    rows = table(page("docs/errors.md"), "code")
    assert {str(code): str(STATUS[code]) for code in Code} == {code.strip("`"): status for code, status, *_ in rows}
    assert all(when and what for _, _, when, what in rows)


def test_every_close_code_has_its_row() -> None:
    """docs/streams.md has each close code with its name, when it comes and what to do, and no other."""
    rows = table(page("docs/streams.md"), "code")
    assert {name.strip("`"): int(code) for code, name, *_ in rows} == {each.name: each.code for each in Ending}
    assert all(when and what for _, _, when, what in rows)
    assert not missing(Why, page("docs/telemetry.md"))


def test_every_limit_has_its_row() -> None:
    """docs/integrate.md has each limit of a document with its maximum, and no other."""
    rows = {row[0].strip("`"): row[1].replace(",", "") for row in table(page("docs/integrate.md"), "limit")}
    limits = {name.replace("_", " "): str(most) for name, most in asdict(Limits()).items()}
    of_the_code = {"fields": limits["tokens"], "introspection roots": "1", "word length": str(LONGEST_WORD)}
    assert rows == {**limits, **of_the_code, "body": "64 kB"}


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterable[tuple[str, list[str]]]:
    """Yield each command with its options."""
    if hasattr(command, "commands"):
        for name, inner in command.commands.items():
            yield from commands(inner, (*path, name))
        return
    options = [option for parameter in command.params for option in parameter.opts if option.startswith("--")]
    yield " ".join(("gateway", *path)), [option for option in options if option != "--help"]


def test_every_command_has_its_row() -> None:
    """docs/operations.md has each command of `gateway` with its options, and none that does not exist."""
    rows = table(page("docs/operations.md"), "command")
    written = {re.sub(r" [A-Z]+$", "", row[0].strip("`")): sorted(row[2].strip("`").split()) for row in rows}
    built = {name: sorted(options) for name, options in commands(typer.main.get_command(cli))}
    assert built == written


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_commands_that_are_named_exist(path: Path) -> None:
    """A page shows no command of `gateway` and no target of `make` that is not there."""
    text = path.read_text(encoding="utf-8")
    known = {name for name, _ in commands(typer.main.get_command(cli))}
    asked = set(re.findall(r"(?<![\w/-])gateway ((?:policy |audit |documents |keys )?[a-z]+)", "\n".join(_code(text))))
    targets = set(re.findall(r"^([a-z]+):", page("Makefile"), re.MULTILINE))
    assert not [command for command in asked if f"gateway {command}" not in known]
    assert not set(re.findall(r"(?<![\w-])make ([a-z]+)", "\n".join(_code(text)))) - targets


def _code(text: str) -> list[str]:
    """Return what stands as code: in backticks within a line, and in shell blocks."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return blocks + re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


def test_every_persona_has_its_row() -> None:
    """README's table has each persona with its role, in the order in which the demo prints them."""
    rows = table(page("README.md"), "name")
    assert [(name, persona.role) for name, persona in PERSONAS.items()] == [(n.strip("`"), r) for n, r, _ in rows]


def test_every_table_is_told() -> None:
    """docs/data.md has each table of the database, docs/operations.md each column of the journal."""
    told = {name for row in table(page("docs/data.md"), "table") for name in re.findall(r"`(\w+)`", row[0])}
    assert set(t.Base.metadata.tables) == told
    columns = {*t.AccessEvent.__table__.columns.keys(), *t.AccessSubject.__table__.columns.keys()} - {"id"}
    assert not missing(columns, page("docs/operations.md"))


# The examples.


def test_the_children_of_the_examples_are_in_the_demo() -> None:
    """Numbers and telephones in README and docs/data.md are those of the demo's data, whatever the day."""
    rows = make_rows(2_000, 1, date(2030, 2, 28)).tables
    numbers = {row["directory_number"]: f"{row['given_names']} {row['family_name']}" for row in rows[t.Child]}
    told = {number: name for name, number, _ in table(page("docs/data.md"), "child")}
    assert {number: numbers.get(number) for number in told} == told
    asked, shown = section(page("README.md"), "## The same question, asked by two").split("```json", 1)
    (number,) = set(re.findall(r"\b\d{12}\b", asked))
    child = next(row["id"] for row in rows[t.Child] if row["directory_number"] == number)
    carers = {row["person_id"] for row in rows[t.Contact] if row["child_id"] == child}
    phones = {row["phone"] for row in rows[t.PersonReach] if row["person_id"] in carers}
    told_phones = set(re.findall(r"\b07700 \d{6}\b", shown))
    assert told_phones
    assert told_phones <= phones


def documents(text: str) -> list[str]:
    """Return the GraphQL documents in a page: blocks, `query` of JSON, and what Python's `gql` is given."""
    queries = re.findall(r'"query": ("(?:[^"\\]|\\.)*")', text)
    return [
        *re.findall(r"```graphql\n(.*?)```", text, re.DOTALL),
        *(json.loads(query) for query in queries),
        *re.findall(r'gql\("([^"]+)"\)', text),
    ]


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_documents_fit_the_schema(path: Path) -> None:
    """Each GraphQL document in a page is valid, and within the limits."""
    reading = Documents(build_schema().core, Limits())
    for document in documents(path.read_text(encoding="utf-8")):
        reading.read(document)


def test_python_examples_compile() -> None:
    """Python in README is Python."""
    blocks = re.findall(r"```python\n(.*?)```", page("README.md"), re.DOTALL)
    assert blocks
    for block in blocks:
        compile(block, "README.md", "exec")


# The pages themselves.


def anchors(path: Path) -> set[str]:
    """Return the anchors of a page's headings, as they are made on the web."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_links_lead_somewhere(path: Path) -> None:
    """Each link within the project leads to a file, and its anchor to a heading."""
    dead = []
    for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if link.startswith("https://"):
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)
    assert not dead


def test_files_that_are_named_exist() -> None:
    """A path of the project in backticks is a file or a folder that is there."""
    rooms = r"(?:authz|resolvers|schema|gateway|tests|docs)/[\w/.-]*"
    found = {(named(path), name) for path in PAGES for name in re.findall(f"`({rooms})`", path.read_text("utf-8"))}
    assert not sorted((path, name) for path, name in found if not (ROOT / name).exists())


def test_every_decision_is_in_the_index() -> None:
    """docs/decisions/README.md links each decision, and README each page."""
    decisions = [path.name for path in (ROOT / "docs" / "decisions").glob("0*.md")]
    assert sorted(decisions) == re.findall(r"\((0\d{3}-[\w-]+\.md)\)", page("docs/decisions/README.md"))
    pages = [named(path) for path in PAGES if path.parent == ROOT / "docs"]
    assert not [name for name in [*pages, "docs/decisions/README.md", "CHANGELOG.md"] if name not in page("README.md")]


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_pages_stand_alone(path: Path) -> None:
    """No page names a path of one machine, and lines of prose are at most 120 characters long."""
    text = path.read_text(encoding="utf-8")
    assert not MACHINES.findall(text)
    prose = [line for line in text.splitlines() if not line.startswith("|")]
    assert path.name == "dependencies.md" or not [line for line in prose if len(line) > 120]


def test_the_changelog_has_a_heading_for_policy() -> None:
    """Changes of who may know what are told apart from others."""
    assert section(page("CHANGELOG.md"), "## [Unreleased]").count("\n### Policy\n") == 1

"""The habits of the house: what no file names, how long a file may be, what locks and docs must hold."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("gateway", "schema", "resolvers", "authz")
LONGEST = 260

# Built from parts, so that this file does not name what it forbids.
HOSTS = [
    "pypi" + ".org",
    "pypi" + ".python.org",
    "pythonhosted" + ".org",
    "npmjs" + ".org",
    "npmjs" + ".com",
    "debian" + ".org",
]
PATHS = ["/work" + "/", "/root" + "/", "/opt" + "/wheels", "/opt" + "/pypi"]
# A path counts only where it starts at the machine's root: `docs/root/` is the project's own affair.
FORBIDDEN = re.compile(
    "|".join([*map(re.escape, HOSTS), *(rf"(?<![\w.}}-]){re.escape(path)}" for path in PATHS)]), re.IGNORECASE
)


def pyproject(table: str) -> dict[str, Any]:
    tables: dict[str, dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return tables[table]


def normal(requirement: str) -> str:
    """Reduce a requirement to its name, normalised by PEP 503."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found, f"`{requirement}` names no distribution"
    return re.sub(r"[-_.]+", "-", found.group()).lower()


def names(requirements: list[str]) -> set[str]:
    return {normal(requirement) for requirement in requirements}


def runtime() -> set[str]:
    return names(pyproject("project")["dependencies"])


def dev() -> set[str]:
    return names(pyproject("project")["optional-dependencies"]["dev"])


def pins(lock: str) -> dict[str, str]:
    """Read a lock's entries: name to what stands behind it, version, marker and hashes."""
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    found = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[\w,-]+\])?==(.*)$", text, re.MULTILINE)
    return {normal(name): rest for name, rest in found}


def versions(lock: str) -> dict[str, str]:
    return {name: rest.split()[0] for name, rest in pins(lock).items()}


def kept_files() -> list[Path]:
    """List what git holds or would take up; skip where there is no git or no repository to ask."""
    git = shutil.which("git")
    if git is None:
        pytest.skip("git is not installed")
    asked = subprocess.run(  # a fixed command on the project's own directory
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if asked.returncode:
        pytest.skip(f"git does not answer for this directory: {asked.stderr.strip()}")
    return [path for name in asked.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def test_no_file_names_a_registry_or_a_machine() -> None:
    """The project can be built anywhere: no file names a registry's host or a path of one machine."""
    wrong = [
        f"{path.relative_to(ROOT)}:{number} names `{found.group()}`"
        for path in kept_files()
        for number, line in enumerate(path.read_bytes().decode("utf-8", "replace").splitlines(), start=1)
        if (found := FORBIDDEN.search(line))
    ]
    assert not wrong


@pytest.mark.parametrize("room", ROOMS)
def test_no_file_grows_into_two(room: str) -> None:
    """No Python file of the four rooms is longer than 260 lines, migrations excepted."""
    files = [path for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts]
    lengths = {path.relative_to(ROOT): len(path.read_bytes().splitlines()) for path in files}
    assert not [f"{path} has {length} lines" for path, length in lengths.items() if length > LONGEST]


def test_locks_hold_every_dependency() -> None:
    """The locks hold every dependency of pyproject; the dev lock also what building the project takes."""
    build = names(pyproject("build-system")["requires"])
    assert set() == runtime() - pins("requirements.lock").keys()
    assert set() == (runtime() | dev() | build) - pins("requirements-dev.lock").keys()


def test_locks_agree() -> None:
    """What is tested is what is served: every runtime pin has the same version in the dev lock."""
    assert versions("requirements.lock").items() <= versions("requirements-dev.lock").items()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_pin_has_a_hash(lock: str) -> None:
    """Each pinned version is bound to its files by SHA-256."""
    assert not [name for name, rest in pins(lock).items() if "--hash=sha256:" not in rest]


def test_every_direct_dependency_is_explained() -> None:
    """`docs/dependencies.md` has a row for every direct dependency and none for anything else."""
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)
    assert sorted(runtime() | dev()) == sorted(map(normal, rows))


def test_no_mark_of_a_conflict_is_left() -> None:
    """No kept file holds a line that a merge left behind."""
    marks = re.compile(r"^(<{7}|>{7}) ", re.MULTILINE)
    kept = [path for path in ROOT.rglob("*") if path.suffix in {".py", ".md", ".yaml", ".toml", ".graphql", ".txt"}]
    assert [path for path in kept if ".venv" not in path.parts and marks.search(path.read_text())] == []

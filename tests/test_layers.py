"""The one-way street: gateway → schema → resolvers → authz, read from the source itself."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("gateway", "schema", "resolvers", "authz")


def sources(room: str) -> list[Path]:
    """List a room's Python files; an empty room would prove nothing, so it is an error."""
    found = sorted((ROOT / room).rglob("*.py"))
    assert found, f"`{room}/` holds no Python file"
    return found


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and top-level name of every absolute import, those inside functions included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name.partition(".")[0]) for alias in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield node.lineno, module.partition(".")[0]
            case ast.Call(
                func=ast.Name(id="import_module" | "__import__") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(module)), *_],
            ):
                yield node.lineno, module.partition(".")[0]


@pytest.mark.parametrize("room", ROOMS)
def test_imports_go_one_way(room: str) -> None:
    """A room imports only what is to its right on the street, and never the tests."""
    forbidden = {*ROOMS[: ROOMS.index(room)], "tests", "conftest"}
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in sources(room)
        for line, name in imports(path)
        if name in forbidden
    ]
    assert not wrong


def test_the_law_stands_on_the_standard_library() -> None:
    """`authz/` imports the standard library only, except for its guard, which alone imports Strawberry."""
    outside = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in sources("authz")
        for _, name in imports(path)
        if name not in sys.stdlib_module_names and name != "authz"
    }
    assert {("authz/guard.py", "strawberry")} == outside


def test_schema_is_ours(tmp_path: Path) -> None:
    """The import name `schema` is this project's room, not the library that shares its name."""
    # Asked elsewhere in a fresh interpreter, as `gateway` starts: pytest puts this directory first, so that
    # in here ours would always win.
    asked = subprocess.run(
        [sys.executable, "-c", "import schema; print(schema.__file__)"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert f"{ROOT / 'schema' / '__init__.py'}\n" == asked.stdout, asked.stderr


def test_every_package_is_installed() -> None:
    """Every directory of Python in the rooms is a package, and pyproject lists exactly these."""
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    files = [path.relative_to(ROOT) for room in ROOMS for path in sources(room)]
    packages = {".".join(path.parent.parts) for path in files if path.name == "__init__.py"}
    assert packages == {".".join(path.parent.parts) for path in files}
    assert packages == set(tool["setuptools"]["packages"])

"""What can be weakened, found mechanically: each field that is declared, each label, blind predicate and sentence."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.leaks.tree import ROOT

FIELDS = ("guarded", "part", "open_field", "root", "directory_root")
PREDICATES = ("sees_where", "would_locate_where", "details_in_sight", "known", "on_own_caseload", "among")


@dataclass(frozen=True)
class Declared:
    """A field of the contract where it is declared: `helper` is the function that labels it."""

    module: str
    kind: str
    name: str
    helper: str
    line: int

    def __str__(self) -> str:
        return f"{self.kind}.{self.name} ({self.helper})"


@dataclass(frozen=True)
class Called:
    """A call in the stacks: the piece of source from `start` to `end`, both in characters."""

    file: str
    line: int
    name: str
    text: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {' '.join(self.text.split())}"


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _name(call: ast.AST) -> str:
    if not isinstance(call, ast.Call):
        return ""
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def declared() -> list[Declared]:
    """Return every field that is declared in the rooms of the counter, by reading its files."""
    found = []
    for path in sorted((ROOT / "schema").glob("*.py")):
        for kind in (node for node in ast.walk(_parsed(path)) if isinstance(node, ast.ClassDef)):
            for line in kind.body:
                if isinstance(line, ast.AnnAssign) and _name(line.value) in FIELDS:
                    name = line.target.id
                    found.append(Declared(f"schema.{path.stem}", kind.name, name, _name(line.value), line.lineno))
    return found


@cache
def labelled() -> list[str]:
    """Return the names of all types that have such fields, with their modules."""
    return sorted({f"{each.module}:{each.kind}" for each in declared()})


def called() -> list[Called]:
    """Return every blind predicate that is called in the stacks, but for those that define one another."""
    return [call for path in sorted((ROOT / "resolvers").glob("*.py")) for call in _called_in(path)]


def _called_in(path: Path) -> Iterator[Called]:
    text = path.read_text(encoding="utf-8")
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and _name(node) in PREDICATES:
            # columns are told in bytes; no line of code with a predicate holds anything but ASCII
            start = starts[node.lineno - 1] + node.col_offset
            end = starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
            file = path.relative_to(ROOT).as_posix()
            yield Called(file, node.lineno, _name(node), text[start:end], start, end)

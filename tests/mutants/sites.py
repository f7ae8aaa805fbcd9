"""What can be weakened, found mechanically: each field that is declared, each label, blind predicate and sentence."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.leaks.tree import ROOT

FIELDS = ("guarded", "part", "open_field", "root", "directory_root")
PREDICATES = (
    "sees_where",
    "would_locate_where",
    "details_in_sight",
    "known",
    "on_own_caseload",
    "among",
    "condition",
    "judged",
)
DENIED = (*PREDICATES, "sensitive", "sensitive_provider")
"""What stands behind a `~`, to leave out what a viewer may not see."""
DEFINED_IN = "scope.py"
"""Where predicates are made of one another: they are weakened where they are called."""


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
    """A predicate in the stacks, called or denied by `~`: the piece of source from `start` to `end`, both in characters."""

    file: str
    within: str
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


def _predicate(node: ast.AST) -> str:
    """Return the name of the predicate that `node` is, with `~` where it is denied; nothing for all else."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert):
        name = _name(node.operand) or getattr(node.operand, "attr", "")
        return f"~{name}" if name in DENIED else ""
    return _name(node) if _name(node) in PREDICATES else ""


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
    """Return every blind predicate in the stacks, but for those that define one another."""
    files = (path for path in sorted((ROOT / "resolvers").glob("*.py")) if path.name != DEFINED_IN)
    return [call for path in files for call in _called_in(path)]


def _function(tree: ast.Module, line: int) -> str:
    """Return the name of the function at the top of a file that has the line, or nothing."""
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef))
    return next((each.name for each in functions if each.lineno <= line <= (each.end_lineno or 0)), "")


def _called_in(path: Path) -> Iterator[Called]:
    text = path.read_text(encoding="utf-8")
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call | ast.UnaryOp) and (name := _predicate(node)):
            # columns are told in bytes; no line of code with a predicate holds anything but ASCII
            start = starts[node.lineno - 1] + node.col_offset
            end = starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
            file = path.relative_to(ROOT).as_posix()
            yield Called(file, _function(tree, node.lineno), node.lineno, name, text[start:end], start, end)

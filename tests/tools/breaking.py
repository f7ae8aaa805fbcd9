"""What in the contract could break a client since the last release: `python -m tests.tools.breaking`, `make breaking`.

To what graphql-core finds come the guards and the costs, which it does not look at. A change that is meant stands in
`ALLOWED` with its reason; at a release the contract becomes `RELEASED`, and `ALLOWED` is emptied.
"""

import argparse
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    find_breaking_changes,
    find_dangerous_changes,
    print_ast,
)

from schema.build import sdl

SCHEMA = Path(__file__).parent.parent.parent / "schema"
RELEASED, ALLOWED = SCHEMA / "released.graphql", SCHEMA / "allowed.yaml"


@dataclass(frozen=True, slots=True)
class Change:
    """One change: whether it breaks clients or only endangers them, of which kind it is, and what it is."""

    breaks: bool
    kind: str
    said: str

    def __str__(self) -> str:
        return f"{'breaking' if self.breaks else 'dangerous'}, {self.kind}: {self.said}"


def changes(before: str, after: str) -> list[Change]:
    """Return what of `after` could break a client that was written for `before`, both in SDL."""
    old, new = build_schema(before), build_schema(after)
    found = [Change(True, each.type.name, each.description) for each in find_breaking_changes(old, new)]
    found += [Change(False, each.type.name, each.description) for each in find_dangerous_changes(old, new)]
    return [*found, *_of_directives(old, new)]


def _of_directives(old: GraphQLSchema, new: GraphQLSchema) -> Iterator[Change]:
    """Yield the guards that have changed, which clients have made maps of, and costs that have risen."""
    now = _fields(new)
    for name, field in _fields(old).items():
        if name not in now:
            continue
        was, told = _directives(field), _directives(now[name])
        if was.get("sees") != told.get("sees"):
            now_by, was_by = ((each.get("sees") or "nothing").removeprefix("group: ") for each in (told, was))
            yield Change(True, "GUARD_CHANGED", f"{name} is guarded by {now_by}, and was by {was_by}.")
        for cost in ("cost", "listSize"):
            if told.get(cost) not in {None, was.get(cost)}:
                yield Change(False, "COST_CHANGED", f"{name} has @{cost}({told[cost]}), and had {was.get(cost)}.")


def _fields(schema: GraphQLSchema) -> Mapping[str, Any]:
    holders = [kind for kind in schema.type_map.values() if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)]
    return {f"{kind.name}.{name}": field for kind in holders for name, field in kind.fields.items()}


def _directives(field: Any) -> Mapping[str, str]:
    """Return the directives of a field with their arguments as they are written."""
    nodes = getattr(field.ast_node, "directives", None) or ()
    return {node.name.value: ", ".join(map(print_ast, node.arguments)) for node in nodes}


def allowed() -> Mapping[str, str]:
    """Return the changes that are meant, as they are told, each with its reason."""
    return yaml.safe_load(ALLOWED.read_text(encoding="utf-8")) or {}


def faults(found: Sequence[Change], meant: Mapping[str, str]) -> list[str]:
    """Return a sentence for each change that nobody has allowed, and for each that is allowed and was not made."""
    told = {str(change) for change in found}
    stray = [f"{change} Mend it, or give the reason in `schema/allowed.yaml`" for change in told - meant.keys()]
    idle = [f"`schema/allowed.yaml` allows what has not changed: {change}" for change in meant.keys() - told]
    return sorted([*stray, *idle, *(f"no reason is given for: {each}" for each, why in meant.items() if not why)])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.breaking", description=__doc__)
    parser.add_argument("--against", help="a commit of git whose contract is compared, in place of the released one")
    against = parser.parse_args().against
    before = RELEASED.read_text(encoding="utf-8")
    if against:
        command = ["git", "show", f"{against}:schema/schema.graphql"]
        before = subprocess.run(command, cwd=SCHEMA, capture_output=True, text=True, check=True).stdout
    found, meant = changes(before, sdl()), allowed()
    for change in found:
        print(f"{change} {'Meant: ' + meant[str(change)] if str(change) in meant else 'NOT ALLOWED'}")
    wrong = faults(found, meant)
    print("\n".join(wrong) if wrong else f"{len(found)} changes that clients could feel, all of them meant")
    return int(bool(wrong))


if __name__ == "__main__":
    raise SystemExit(main())

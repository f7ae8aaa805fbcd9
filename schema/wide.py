"""Wide pages: above 100 rows, the lists below each row are short. Decided by the arguments, before anything is read."""

from collections.abc import Iterator
from typing import Any

from graphql import FieldNode, FragmentSpreadNode, Node, Undefined, value_from_ast_untyped

from resolvers.errors import BadInput
from schema.fields import Info

MOST_BELOW = 10
"""The most involvements of each row where a page has more rows than `connection.MOST_ROWS`."""


def check_below(info: Info, field: str, default: int) -> None:
    """Refuse `field` with a `first` of more than 10, wherever it stands below this one. Raises BadInput.

    `default` is what it has without one. Directives that leave a selection out are not believed.
    """
    raw: Any = info._raw_info
    for node in _fields(raw.field_nodes, raw.fragments):
        if node.name.value == field and _first(node, info.variable_values, default) > MOST_BELOW:
            message = (
                f"`{field}(first:)` may be {MOST_BELOW} at most where the page has more than 100 rows: ask for less"
            )
            raise BadInput(message)


def _fields(nodes: list[FieldNode], fragments: Any) -> Iterator[FieldNode]:
    """Yield every field that is selected, each node visited once."""
    waiting, spread = list[Node](nodes), set[str]()
    while waiting:
        node: Any = waiting.pop()
        if isinstance(node, FragmentSpreadNode):
            if node.name.value in spread:
                continue
            spread.add(node.name.value)
            node = fragments[node.name.value]
        elif isinstance(node, FieldNode):
            yield node
        if node.selection_set:
            waiting += node.selection_set.selections


def _first(node: FieldNode, variables: dict[str, Any], default: int) -> int:
    given = next((each.value for each in node.arguments or () if each.name.value == "first"), None)
    value = None if given is None else value_from_ast_untyped(given, variables)
    return default if value in {None, Undefined} else int(value)

"""The next page: operations that go on after a cursor of an earlier answer."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from graphql import GraphQLSchema, get_named_type, is_composite_type

from tests.worlds.operations import Argument, Field, Inline, Operation, Selection, Spread, with_selection


def next_pages(schema: GraphQLSchema, operation: Operation, data: Any) -> Iterator[Operation]:
    """Yield `operation` once for each cursor in `data`, with it as `after` of the list that it came from."""
    for field, kind, cursor in _cursors(schema, operation, data):
        others = tuple(pair for pair in field.arguments if pair[0] != "after")
        after = ("after", Argument(kind, cursor, variable=True))
        yield with_selection(operation, field, replace(field, arguments=(*others, after)))


def _cursors(schema: GraphQLSchema, operation: Operation, data: Any) -> Iterator[tuple[Field, Any, str]]:
    fragments = {fragment.name: fragment for fragment in operation.fragments}
    root = schema.mutation_type if operation.mutation else schema.query_type
    waiting: list[tuple[Any, tuple[Selection, ...], Any]] = [(root, operation.selections, data)]
    while waiting:
        kind, selections, values = waiting.pop()
        for value in values if isinstance(values, list) else [values]:
            if not isinstance(value, dict):
                continue
            for selection in selections:
                if isinstance(selection, Field):
                    definition = getattr(kind, "fields", {}).get(selection.name)
                    found = value.get(selection.key)
                    if definition is None or found is None:
                        continue
                    if "after" in definition.args:
                        yield from ((selection, definition.args["after"].type, cursor) for cursor in _in(found))
                    below = get_named_type(definition.type)
                    if is_composite_type(below):
                        waiting.append((below, selection.selections, found))
                elif isinstance(selection, Inline):
                    on = schema.get_type(selection.on) if selection.on else kind
                    waiting.append((on, selection.selections, value))
                elif isinstance(selection, Spread):
                    fragment = fragments[selection.name]
                    waiting.append((schema.get_type(fragment.on), fragment.selections, value))


def _in(connection: Any) -> Iterator[str]:
    """Yield the cursors that one page of a connection shows: the texts that stand in its edges and its page info."""
    for value in connection.values() if isinstance(connection, dict) else ():
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                yield from (text for text in part.values() if isinstance(text, str) and " " not in text)

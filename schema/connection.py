"""Connections: Relay's shape, forward only, over pages that the stacks have cut."""

from typing import Generic, TypeVar

from resolvers.errors import BadInput
from schema.cost import FREE, sliced_by
from schema.fields import object_type, open_field

T = TypeVar("T")
LIST = "it is about the list; the rows are judged one by one"
"""Why a field of a connection is open."""

TOO_MANY = "True when the criteria match more {} than may be listed; then there are no edges and no count"

MOST_ROWS = 100
"""The most rows of a page, unless its field says otherwise."""

PAGE = sliced_by("first")
"""The cost of a connection: a record for each row that is asked for."""


@object_type(description="Where a page of a connection stands")
class PageInfo:
    has_next_page: bool = open_field(why=LIST, description="Whether more rows follow")
    has_previous_page: bool = open_field(why=LIST, description="Whether rows came before")
    start_cursor: str | None = open_field(why=LIST, description="The cursor of the first row")
    end_cursor: str | None = open_field(why=LIST, description="The cursor of the last row; give it as `after`")


@object_type(description="One row of a connection")
class Edge(Generic[T]):
    node: T = open_field(why=LIST, description="The row itself", cost=FREE)
    cursor: str = open_field(why=LIST, description="Where the row stands; good for this viewer and list only")


@object_type(description="A page of rows, all of which this viewer may know of")
class Connection(Generic[T]):
    edges: list[Edge[T]] = open_field(why=LIST, description="The rows of this page", cost=FREE)
    page_info: PageInfo = open_field(why=LIST, description="Where this page stands")


def page_size(first: int | None, default: int, most: int) -> int:
    """Return how many rows are asked for. Raises BadInput, from the argument alone, outside 1 to `most`."""
    size = default if first is None else first
    if not 1 <= size <= most:
        raise BadInput(f"`first` must be between 1 and {most}")
    return size

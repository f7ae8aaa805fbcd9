"""Addresses, wherever one is stored: four columns, all or nothing."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement

from resolvers.reading import Row
from resolvers.records import AddressRecord
from resolvers.store.tables.base import Located

_NAMES = ("postcode", "address_lines", "town", "uprn")


def address_columns(table: type[Located], prefix: str = "") -> list[ColumnElement[Any]]:
    """Return the labelled columns of the address in `table`, for `address_reader` to read."""
    return [getattr(table, name).label(prefix + name) for name in _NAMES]


def address_reader(prefix: str = "") -> Callable[[Row], AddressRecord | None]:
    """Return a function that gives the address in a row, or None where no postcode is known."""
    values = attrgetter(*(prefix + name for name in _NAMES))

    def read(row: Row) -> AddressRecord | None:
        postcode, lines, town, uprn = values(row)
        if postcode is None:
            return None
        return AddressRecord((lines or "").splitlines(), town, postcode, uprn)

    return read


read_address = address_reader()
"""Gives the address in a row that has one address, under its own names."""

"""Addresses, wherever one is stored: four columns, all or nothing."""

from typing import Any

from sqlalchemy import ColumnElement, Row

from resolvers.records import AddressRecord
from resolvers.store.tables.base import Located


def address_columns(table: type[Located], prefix: str = "") -> list[ColumnElement[Any]]:
    """Return the labelled columns of the address in `table`, for `read_address` to read."""
    names = ("address_lines", "town", "postcode", "uprn")
    return [getattr(table, name).label(prefix + name) for name in names]


def read_address(row: Row[Any], prefix: str = "") -> AddressRecord | None:
    """Return the address in `row`, or None where no postcode is known."""
    values = row._mapping
    if values[f"{prefix}postcode"] is None:
        return None
    return AddressRecord(
        lines=(values[f"{prefix}address_lines"] or "").splitlines(),
        town=values[f"{prefix}town"],
        postcode=values[f"{prefix}postcode"],
        uprn=values[f"{prefix}uprn"],
    )

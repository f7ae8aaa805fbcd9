"""Readings of details: which of them a replica may serve, and the proof that they are nothing else.

A replica lags. So it decides nothing: neither whether a row may be seen, nor whether one exists, nor which come first.
INVARIANT (details-by-key): it is asked for rows of one table by its primary key, by keys that a verdict on the primary
has filled a list with, and for columns of the groups that this verdict opened. Nothing else is in such a statement, and
what it does not give is asked of the primary (`Operation.details`).
"""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Column, Select, Table, select
from sqlalchemy.sql.elements import Label

from authz.words import FieldGroup
from resolvers.reading import Reading
from resolvers.store.keys import Among


def detail_faults(readings: Iterable[Reading[Any]]) -> Iterator[str]:
    """Yield a sentence for each reading that is marked for a replica and could take a verdict there."""
    for reading in readings:
        if reading.replica is not None:
            found = [
                *_of_records(reading),
                *(fault for _, each in reading.statements() for fault in _of(reading, each)),
            ]
            yield from (f"`{reading.name}` is marked for a replica, but {fault}" for fault in dict.fromkeys(found))


def _of_records(reading: Reading[Any]) -> Iterator[str]:
    if reading.over:
        yield "has a form for each of some arguments: what is asked of a replica must not depend on who asks"
    for record in reading.gives:
        if "sight" in dir(record) or "facts" in dir(record):
            yield f"gives a `{record.__name__}`, which carries a verdict: that is taken on the primary"


def _of(reading: Reading[Any], statement: Select[Any]) -> Iterator[str]:
    froms = statement.get_final_froms()
    table = froms[0] if len(froms) == 1 else None
    if not isinstance(table, Table):
        yield "does not read one table alone: what another has may be gone, or hidden, by now"
        return
    if [column.name for column in table.primary_key] != [reading.replica]:
        yield f"`{reading.replica}` is not the primary key of `{table.name}`: a list may differ on the primary"
        return
    (key,) = table.primary_key
    yield from _of_condition(reading, statement, key)
    columns = [each.element if isinstance(each, Label) else each for each in statement.selected_columns]
    if not any(_is(each, key) for each in columns):
        yield f"does not select `{key}`: what is missing could not be told"
    for each in columns:
        if not isinstance(each, Column):
            yield f"selects `{each}`, which is no column of the row itself"
        elif not _is(each, key) and not isinstance(each.info.get("group"), FieldGroup):
            yield f"selects `{each}`, which no verdict opens: it is of the law, or of the public directory"


def _of_condition(reading: Reading[Any], statement: Select[Any], key: Any) -> Iterator[str]:
    """Yield what is wrong where anything but one list of keys says which rows are read."""
    where = statement.whereclause
    if not isinstance(where, Among) or not _is(next(iter(where.clauses)), key) or not reading.keys.get("keys"):
        yield "is not read by one list of keys that a verdict has filled: the law filters on the primary"
    elif not select(*statement.selected_columns).where(where).compare(statement):
        yield "sorts, cuts, groups or locks: which rows there are is told by the primary"


def _is(column: Any, key: Any) -> bool:
    return isinstance(column, Column) and column.base_columns == key.base_columns

"""Ids that the database makes, for rows that it finds by itself: how many there are never enters the process."""

from hashlib import sha256
from typing import Any

from sqlalchemy import Uuid
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

MADE_ID = "made_id"
"""The name of the function on SQLite, where each connection is given it."""


class MadeId(FunctionElement[Any]):
    """The id that follows from a seed and from the key of one row: as random as the seed, the same for the same row."""

    type: Uuid[Any] = Uuid()
    inherit_cache = True
    name = MADE_ID


@compiles(MadeId, "postgresql")
def _postgresql(element: MadeId, compiler: Any, **options: Any) -> str:
    seed, key = (compiler.process(part, **options) for part in element.clauses)
    return f"CAST(left(encode(sha256(convert_to({seed} || CAST({key} AS text), 'UTF8')), 'hex'), 32) AS uuid)"


@compiles(MadeId)
def _standard(element: MadeId, compiler: Any, **options: Any) -> str:
    seed, key = (compiler.process(part, **options) for part in element.clauses)
    return f"{MADE_ID}({seed}, {key})"


def make_id(seed: str, key: str) -> str:
    """Return what the function gives on SQLite: 32 hexadecimal digits, as keys are stored there."""
    return sha256(f"{seed}{key}".encode()).hexdigest()[:32]


def made_id(seed: Any, key: Any) -> MadeId:
    """Return the id made from the text `seed` and the row whose key is `key`."""
    return MadeId(seed, key)

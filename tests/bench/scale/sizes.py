"""What a directory takes on the disk: tables, their indexes, and the journal, in bytes."""

from collections.abc import Callable, Sequence
from typing import Any

Ask = Callable[[str], Sequence[Any]]
"""Asks the database a statement and returns the rows."""

JOURNAL = ("access_event", "access_subject")

_SIZES = """
SELECT COALESCE(parent.relname, of.relname) AS name, sum(pg_table_size(of.oid))::bigint AS heap,
  sum(pg_indexes_size(of.oid))::bigint AS indexes, sum(GREATEST(of.reltuples, 0))::bigint AS rows
FROM pg_class of LEFT JOIN pg_inherits ON inhrelid = of.oid LEFT JOIN pg_class parent ON parent.oid = inhparent
WHERE of.relkind = 'r' AND of.relnamespace = 'public'::regnamespace GROUP BY 1 ORDER BY 2 DESC
"""
_INDEXES = """
SELECT i.relname AS name, pg_relation_size(i.oid) AS size FROM pg_class i JOIN pg_index ON indexrelid = i.oid
WHERE i.relkind = 'i' AND i.relnamespace = 'public'::regnamespace ORDER BY 2 DESC LIMIT 12
"""
_GROWN = """
SELECT COALESCE(sum(pg_total_relation_size(inhrelid)), 0)::bigint AS size FROM pg_inherits
JOIN pg_class parent ON parent.oid = inhparent WHERE parent.relname IN ('access_event', 'access_subject')
  AND parent.relkind = 'p'
"""


def sizes(ask: Ask) -> dict[str, Any]:
    """Return heap, indexes and rows of each table but the journal's, and the largest indexes by name."""
    tables = {
        row["name"]: {"heap": row["heap"], "indexes": row["indexes"], "rows": row["rows"]}
        for row in ask(_SIZES)
        if row["name"] not in JOURNAL
    }
    return {
        "heap": sum(each["heap"] for each in tables.values()),
        "indexes": sum(each["indexes"] for each in tables.values()),
        "tables": tables,
        "largest_indexes": {row["name"]: row["size"] for row in ask(_INDEXES)},
    }


def journal(ask: Ask) -> int:
    """Return the bytes of the journal, its indexes with it."""
    size: int = ask(_GROWN)[0]["size"]
    return size

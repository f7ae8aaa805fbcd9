"""Texts of words, and whether two of them share one: by arrays on PostgreSQL, by a function of ours on SQLite."""

from typing import Any

from sqlalchemy import Boolean, ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

SHARE_WORD = "share_word"
"""The name of the function on SQLite, where each connection is given it."""


class ShareWord(FunctionElement[bool]):
    """The condition that two texts have a word in common."""

    type = Boolean()
    inherit_cache = True
    name = SHARE_WORD


@compiles(ShareWord, "postgresql")
def _postgresql(element: ShareWord, compiler: Any, **options: Any) -> str:
    one, other = (compiler.process(part, **options) for part in element.clauses)
    return f"string_to_array({one}, ' ') && string_to_array({other}, ' ')"


@compiles(ShareWord)
def _standard(element: ShareWord, compiler: Any, **options: Any) -> str:
    one, other = (compiler.process(part, **options) for part in element.clauses)
    return f"{SHARE_WORD}({one}, {other})"


def have_in_common(one: str | None, other: str | None) -> bool:
    """Return what the function gives on SQLite."""
    return not set((one or "").split()).isdisjoint((other or "").split())


def share_word(one: Any, other: Any) -> ColumnElement[bool]:
    """Return the condition that two texts, words between blanks, have one in common."""
    return ShareWord(one, other)

"""Values as texts: what PostgreSQL's COPY reads, and what SQLite gets once it is read back."""

import re

NULL = r"\N"

_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t"})
_ESCAPED = re.compile(r"\\(.)")
_MEANT = {"n": "\n", "r": "\r", "t": "\t"}


def text(value: str | None) -> str:
    """Return a value as COPY's text format has it."""
    return NULL if value is None else value.translate(_ESCAPES)


def native(value: str) -> str | None:
    """Return the value that a text of COPY's format stands for."""
    if "\\" not in value:
        return value
    if value == NULL:
        return None
    return _ESCAPED.sub(lambda found: _MEANT.get(found[1], found[1]), value)

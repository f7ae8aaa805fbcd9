"""Whose fault it is that something was not written: that of its rows, or the database's."""

from sqlalchemy.exc import DBAPIError, StatementError

_ROWS = ("22", "23", "P0")
"""Classes of SQLSTATE that follow from what was to be written: data, integrity, and what a trigger raises."""


def is_of_the_rows(cause: Exception) -> bool:
    """Tell whether others that were to be written together might be, without what caused this."""
    raised = cause.orig if isinstance(cause, DBAPIError) else cause
    state = str(getattr(raised, "sqlstate", None) or "")
    unbound = isinstance(cause, StatementError) and not isinstance(cause, DBAPIError)
    return state.startswith(_ROWS) or unbound or isinstance(raised, ValueError) or _refused_by_sqlite(raised)


def _refused_by_sqlite(raised: BaseException | None) -> bool:
    return type(raised).__name__ in {"IntegrityError", "DataError"}

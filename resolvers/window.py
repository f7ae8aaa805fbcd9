"""Windows: between which instants the journal is read, so that no statement walks through all of its days."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Uuid, and_, bindparam, tuple_
from sqlalchemy.sql.elements import BindParameter

from resolvers.cursor import Place
from resolvers.errors import BadInput
from resolvers.page import AFTER
from resolvers.store.tables.base import Instant
from resolvers.telling import SINCE, Telling

WIDEST = timedelta(days=92)
"""The most days of one window; a wider question is asked in parts."""

_HOUR = timedelta(hours=1)
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def _instant(name: str) -> BindParameter[Any]:
    return bindparam(name, type_=Instant())


_UNTIL, _MARK = _instant("told_until"), _instant("mark_at")


@dataclass(frozen=True, slots=True)
class Window:
    """From `since` on and before `until`, as rows are told to have been; after the place `mark`, if there is one."""

    since: datetime
    until: datetime
    mark: Place | None = None

    @property
    def bound(self) -> dict[str, Any]:
        """What `within` binds: a row that is told to have been in an hour was in that hour."""
        mark = None if self.mark is None else self.mark.at
        before = min(self.until, mark or self.until) + _HOUR
        after = None if self.mark is None else self.mark.key
        return {"told_since": self.since, "told_until": self.until, "before": before, "mark_at": mark, "after": after}


def within(telling: Telling, *, after: bool) -> ColumnElement[bool]:
    """Return the condition that a row lies in the window that is bound, and after its mark.

    INVARIANT (told-time): what decides is the time that is told; the bounds of the days that are read are wider.
    """
    told = and_(telling.at >= SINCE, telling.at < _UNTIL)
    if not after:
        return told
    return and_(told, tuple_(telling.at, telling.key) < tuple_(_MARK, bindparam(AFTER.key, type_=Uuid())))


def read_window(now: datetime, since: datetime | None, until: datetime | None) -> Window:
    """Return the window that is asked for: what is not given follows from the other end, and from now.

    Raises BadInput, from the arguments alone, for one that ends before it begins or is too wide.
    """
    for name, instant in (("from", since), ("to", until)):
        if instant is not None and not _FIRST <= instant <= _LAST:
            raise BadInput(f"`{name}` must lie between the years 2000 and 2200")
    if until is None:
        until = now + _HOUR if since is None else max(min(since + WIDEST, now + _HOUR), since)
    if since is None:
        since = until - WIDEST
    if since > until:
        raise BadInput("`to` lies before `from`: give the earlier instant as `from`")
    if until - since > WIDEST:
        raise BadInput(f"`from` and `to` may be {WIDEST.days} days apart at most: ask for less, and then for the rest")
    return Window(since.astimezone(UTC), until.astimezone(UTC))

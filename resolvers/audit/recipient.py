"""Who gets an extract, and what of it: an auditor all of it with its proof, a team what a trail tells of its record."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from authz.sight import Sight
from authz.words import FieldGroup
from resolvers.access import Question, access_events
from resolvers.audit.extract import Line
from resolvers.explain import NotThere, look_up
from resolvers.ids import Kind, write_id
from resolvers.references import read_reference, reference
from resolvers.window import WIDEST

if TYPE_CHECKING:
    from resolvers.context import Operation

ROWS = 100
"""How many rows of a trail are read at once."""

LOOKED_BACK = timedelta(days=731)
"""How far back a trail is told where nobody says from when."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record that is asked for, as `text` names it; `sight` is None for one that is known by its reference alone."""

    text: str
    key: UUID | None = None
    sought: str | None = None
    sight: Sight | None = None


async def find_record(operation: "Operation", subject: str, text: str) -> Record:
    """Return the record that a directory number, an id or a reference names, as far as there is one.

    Whoever asks must not be told whether there is one but by what is in its trail.
    """
    referred = read_reference(operation, text)
    if referred is not None and referred.record is None:
        return Record(text, sought=referred.sought)
    named = text if referred is None or referred.record is None else write_id(Kind.CHILD, referred.record)
    try:
        known = await look_up(operation.session, operation.moment, subject, named)
    except NotThere:
        return Record(text, key=None if referred is None else referred.record)
    return Record(text, known.key, sight=known.sight)


def tells_its_trail(record: Record) -> bool:
    """Tell whether the trail of `record` is in sight, for a viewer who reads records' trails and nothing beyond."""
    return record.sight is not None and record.sight.sees(FieldGroup.TRAIL.bit)


async def told(
    operation: "Operation", record: Record, since: datetime | None, until: datetime | None
) -> AsyncIterator[Line]:
    """Yield the trail of a record as it is told to the viewer, the latest first (R30)."""
    if record.key is None:
        return
    first = since or operation.moment.now - LOOKED_BACK
    end = until or operation.moment.now + timedelta(hours=1)
    while first < end:
        start = max(first, end - WIDEST)
        asked = Question(None, reference(operation, record.key), None, start, end)
        after: str | None = None
        while True:
            page = await access_events(operation, asked, ROWS, after)
            for row in page.items:
                yield _row(row)
            if not page.has_next:
                break
            after = page.page_info.end_cursor
        end = start


def _row(row: Any) -> Line:
    names = ("id", "at", "record", "kind", "viewer", "viewer_name", "role", "organisation", "organisation_kind")
    more = ("purpose", "reason", "disclosed", "withheld", "override")
    found = {_camel(name): getattr(row, name) for name in (*names, *more)}
    return {"type": "told", **{name: value for name, value in found.items() if value is not None}}


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))

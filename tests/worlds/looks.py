"""What of the journal is told to whom, worked out from rows in memory (`view.py`, R30)."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from authz.words import FieldGroup
from resolvers.store import tables as t
from resolvers.store.words import STANDING_STATES
from tests.worlds.rows import Row, Rows


class Looks:
    """The journal of one directory; `known` tells whether a body's people are known to the viewer."""

    def __init__(self, rows: Rows, known: Callable[[Row], bool]) -> None:
        self.rows, self.known = rows, known

    def whole(self, event: Row) -> Any:
        """Return an event as auditors read it: who, when, by reference whose records, and why where all are open."""
        subjects = self._subjects(event)
        told = bool(subjects) and not any(self._closed(row) for row in self._together(event))
        touched = [
            (self._touched(row), row["child_id"], row["sought"], self._closed(row), self._shut(row)) for row in subjects
        ]
        reason = event["reason"] if told else None
        return event["id"], event["at"], self._common(event), self._person(event), reason, sorted(touched, key=repr)

    def of_record(self, child: UUID, *, shielded: bool) -> Iterator[Any]:
        """Yield the looks at one record as its team reads them; `shielded` is whether it is now."""
        for row in self.rows.having(t.AccessSubject, "child_id", child):
            event = self._event(row)
            if event is not None:
                body = self.rows.get(t.Organisation, event["organisation_id"])
                if shielded or row["shielded"] or body is None or not self.known(body):
                    hour = event["at"].replace(minute=0, second=0, microsecond=0)
                    yield self._touched(row), hour, self._common(event)
                else:
                    alone = all(other["child_id"] == child for other in self._together(event))
                    told = event["at"], self._person(event), event["reason"] if alone else None
                    yield self._touched(row), told, self._common(event)

    def _event(self, subject: Row) -> Row | None:
        return self.rows.get(t.AccessEvent, subject["event_id"], subject["at"])

    def _subjects(self, event: Row) -> list[Row]:
        rows = self.rows.having(t.AccessSubject, "event_id", event["id"])
        return [row for row in rows if row["at"] == event["at"]]

    def _together(self, event: Row) -> list[Row]:
        """Return the subjects of a whole operation: its deeds have events of their own, of one account and moment."""
        events = self.rows.having(t.AccessEvent, "account_id", event["account_id"])
        return [row for one in events if one["at"] == event["at"] for row in self._subjects(one)]

    def _common(self, event: Row) -> Any:
        body = self.rows.get(t.Organisation, event["organisation_id"])
        return event["role"], event["purpose"], body["kind"] if body else None

    def _person(self, event: Row) -> Any:
        account = self.rows.get(t.Account, event["account_id"])
        body = self.rows.get(t.Organisation, event["organisation_id"])
        return event["account_id"], account["name"] if account else None, body["name"] if body else None

    @staticmethod
    def _touched(row: Row) -> Any:
        public = [[group for group in FieldGroup if group in row[name]] for name in ("disclosed", "withheld")]
        return row["id"], row["kind"], public, row["override"]

    def _closed(self, row: Row) -> bool:
        return bool(row["shielded"] or self._shut(row))

    def _shut(self, row: Row) -> bool:
        child = None if row["child_id"] is None else self.rows.get(t.Child, row["child_id"])
        if child is None or child["concealed_at"] is not None:
            return True
        return any(one["state"] in STANDING_STATES for one in self.rows.having(t.Shield, "child_id", child["id"]))


def looked_by(rows: Rows, column: str, key: UUID) -> Iterator[Row]:
    """Yield the subjects of the events of an account, or of a body."""
    for event in rows.having(t.AccessEvent, column, key):
        yield from rows.having(t.AccessSubject, "event_id", event["id"])

"""What people enter: names, telephones, e-mail and postal addresses, cleaned, or refused from the input alone."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from resolvers.comparing import email_key, phone_key, postcode_key
from resolvers.names import fold
from resolvers.problem import invalid
from resolvers.store.tables.base import DERIVED

MOST_NAME = 200
"""The most characters of a person's given names, or of a family name."""

MOST_LINE = 200
MOST_LINES = 8
_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,190}")


@dataclass(frozen=True, slots=True)
class AddressEntered:
    """A postal address as it was entered."""

    lines: Sequence[str]
    town: str | None
    postcode: str
    uprn: str | None

    def columns(self, name: str) -> Mapping[str, str | None]:
        """Return the columns that hold it. Raises NotDone INVALID about the input field `name`."""
        lines = [_line(name, line) for line in self.lines]
        key = postcode_key(self.postcode)
        if not lines or len(lines) > MOST_LINES:
            raise invalid(name, f"`{name}` must have 1 to {MOST_LINES} lines")
        if key is None or not 2 <= len(key) <= 10:
            raise invalid(name, f"`{name}` must have a postcode")
        return {
            "address_lines": "\n".join(lines),
            "town": None if self.town is None else _line(name, self.town),
            "postcode": _line(name, self.postcode),
            "uprn": None if self.uprn is None else _line(name, self.uprn),
        }


NOWHERE: Mapping[str, str | None] = {"address_lines": None, "town": None, "postcode": None, "uprn": None}
"""The columns of no address."""


def entered_name(name: str, text: str) -> str:
    """Return a person's name, without blanks around it. Raises NotDone INVALID where it has no letter to find it by."""
    kept = " ".join(text.split())
    if not fold(kept) or len(kept) > MOST_NAME or not kept.isprintable():
        raise invalid(name, f"`{name}` must be a name of 1 to {MOST_NAME} characters")
    return kept


def entered_phone(name: str, text: str | None) -> str | None:
    """Return a telephone number as it was entered, None for none. Raises NotDone INVALID."""
    if text is None:
        return None
    kept, digits = _line(name, text), phone_key(text)
    if digits is None or not 3 <= len(digits) <= 15:
        raise invalid(name, f"`{name}` must be a telephone number of 3 to 15 digits, or null for none")
    return kept


def entered_email(name: str, text: str | None) -> str | None:
    """Return an e-mail address as it was entered, None for none. Raises NotDone INVALID."""
    if text is None:
        return None
    kept = text.strip()
    if not _EMAIL.fullmatch(kept) or email_key(kept) is None:
        raise invalid(name, f"`{name}` must be an e-mail address, or null for none")
    return kept


def entered_reach(given: Mapping[str, Any]) -> dict[str, str | None]:
    """Return the columns of what is `given` of `phone`, `email` and `address`; what is not named is left out."""
    columns: dict[str, str | None] = {}
    if "phone" in given:
        columns["phone"] = entered_phone("phone", given["phone"])
    if "email" in given:
        columns["email"] = entered_email("email", given["email"])
    if "address" in given:
        address = given["address"]
        columns |= NOWHERE if address is None else address.columns("address")
    return columns


def entered_day(name: str, day: date, *, first: date | None = None, last: date | None = None) -> date:
    """Return `day` where it lies between two days, both included. Raises NotDone INVALID."""
    if first is not None and day < first:
        raise invalid(name, f"`{name}` lies before what it can be about: {first.isoformat()} at the earliest")
    if last is not None and day > last:
        raise invalid(name, f"`{name}` lies too late: {last.isoformat()} at the latest")
    return day


def with_derived(table: Any, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return `columns` with what the table derives of them, for an UPDATE: an insert does it by itself."""
    return {**columns, **dict(_derived(table, columns))}


def _derived(table: Any, columns: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for column in table.__table__.columns:
        make, names = column.info.get(DERIVED, (None, ()))
        if make is not None and columns.keys() & set(names):
            # Of a key that is made of two columns, both are given: an address is written whole.
            yield column.key, make(*(columns[name] for name in names))


def _line(name: str, text: str) -> str:
    kept = " ".join(text.split())
    if not kept or len(kept) > MOST_LINE or not kept.isprintable():
        raise invalid(name, f"each line of `{name}` must be a text of 1 to {MOST_LINE} characters")
    return kept

"""The one source of chance: everything a seed draws comes from here, in the same order every time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import TypeVar
from uuid import UUID

from resolvers.names import fold
from resolvers.numbers import make_number

T = TypeVar("T")

MOBILE = "07700 900"
"""Ofcom's range of mobile numbers for drama, which are never given out; so are all numbers here."""

HIDDEN_FROM = 900
"""The last hundred mobile numbers belong to shielded children and their carers, and to nobody else."""


@dataclass(slots=True)
class Draw:
    """Draws ids, days and numbers, all counted back from `today`; it never looks at a clock."""

    rng: Random
    today: date
    numbers: set[str] = field(default_factory=set)
    _mailboxes: int = 0

    def key(self) -> UUID:
        return UUID(int=self.rng.getrandbits(128), version=4)

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def pick(self, things: Sequence[T]) -> T:
        return things[int(self.rng.random() * len(things))]

    def number(self) -> str:
        """Return a directory number that no child of this world has yet."""
        number = make_number(self.rng.randrange(10**11))
        while number in self.numbers:
            number = make_number(self.rng.randrange(10**11))
        self.numbers.add(number)
        return number

    def digits(self, count: int) -> str:
        return str(self.rng.randrange(10 ** (count - 1), 10**count))

    def ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def moment(self, days: int, hour: int = 9) -> datetime:
        """Return an hour of the day that lies `days` back (ahead, where negative), in UTC."""
        return datetime.combine(self.ago(days), time(hour), UTC)

    def between(self, first: date, last: date) -> date:
        """Return a day from `first` to `last`; `last` where they are the wrong way round."""
        days = (last - first).days
        return first + timedelta(days=self.rng.randrange(days + 1)) if days > 0 else last

    def phone(self, prefix: str) -> str:
        return f"{prefix}{self.rng.randrange(1000):03d}"

    def mobile(self, *, hidden: bool) -> str:
        first, last = (HIDDEN_FROM, 1000) if hidden else (0, HIDDEN_FROM)
        return f"{MOBILE}{self.rng.randrange(first, last):03d}"

    def mailbox(self, given: str, family: str) -> str:
        """Return a private e-mail address that nobody else in this world has."""
        self._mailboxes += 1
        return f"{slug(given)}.{slug(family)}.{self._mailboxes}@post.example"


def slug(name: str) -> str:
    """Return `name` as it stands in a domain or a mailbox."""
    return fold(name).replace(" ", "-")

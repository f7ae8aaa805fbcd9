"""What one operation asked, was shown and was not: kept in memory, journalled before the answer leaves."""

from dataclasses import dataclass, field
from enum import auto
from uuid import UUID

from authz.rules import Facts
from authz.sight import Sight
from authz.verdicts import Verdicts
from authz.words import FieldGroup, Shield, Standing, Word, mask

_PUBLIC = mask(*FieldGroup)


class AccessKind(Word):
    """How a record was touched."""

    OPENED = auto()
    SUMMARY = auto()
    SOUGHT = auto()


@dataclass(slots=True)
class Touched:
    """One record in one operation: what was asked of it, split into what was shown and what was not.

    `shielded` is whether the record was anything but open then; where nobody knows, it was (R30).
    """

    standing: Standing
    disclosed: int = 0
    withheld: int = 0
    shielded: bool = True

    def asked(self, bits: int, sight: Sight) -> None:
        self.disclosed |= bits & sight.bits
        self.withheld |= bits & ~sight.bits & _PUBLIC


@dataclass(frozen=True, slots=True)
class Searched:
    """One search: its root, the names of its criteria, never their values, and how many rows it listed.

    `hits` is None when the criteria matched more than may be listed.
    """

    root: str
    criteria: tuple[str, ...]
    hits: int | None


@dataclass(slots=True)
class Trail:
    """Everything that one operation did to records, by reference and by group name (R29).

    `verdicts` keeps what was decided of them, where a trace was asked for.
    """

    touched: dict[tuple[UUID, AccessKind], Touched] = field(default_factory=dict)
    sought: dict[str, None] = field(default_factory=dict)
    searched: list[Searched] = field(default_factory=list)
    verdicts: Verdicts | None = None

    def opened(self, record: UUID, facts: Facts, sight: Sight) -> None:
        """Note that a record was opened."""
        self._touch(record, AccessKind.OPENED, facts, sight)

    def listed(self, record: UUID, facts: Facts, sight: Sight) -> None:
        """Note that a row named the child of a record."""
        self._touch(record, AccessKind.SUMMARY, facts, sight)

    def traced(self, record: UUID, standing: Standing, *, shielded: bool) -> None:
        """Note that a row of the journal named a record by its reference: its trail was read."""
        self._noted(record, AccessKind.SUMMARY, standing, shielded=shielded).disclosed |= FieldGroup.TRAIL.bit

    def missed(self, asked_for: str) -> None:
        """Note an id or number that was asked for and gave nothing; the journal keeps a keyed hash of it."""
        self.sought[asked_for] = None

    def asked(self, record: UUID, bits: int, sight: Sight) -> None:
        """Note that guarded fields of an opened record were asked for; the public group's own bit decides."""
        if self.verdicts is not None:
            self.verdicts.asked(record, bits, sight)
        if touched := self.touched.get((record, AccessKind.OPENED)):
            touched.asked(bits, sight)

    def take(self, other: "Trail") -> None:
        """Add what another trail holds, that of a part of the same operation."""
        for place, done in other.touched.items():
            touched = self.touched.setdefault(place, Touched(done.standing, shielded=done.shielded))
            touched.standing |= done.standing
            touched.disclosed |= done.disclosed
            touched.withheld |= done.withheld
            touched.shielded |= done.shielded
        self.sought |= other.sought
        self.searched += other.searched

    def _touch(self, record: UUID, kind: AccessKind, facts: Facts, sight: Sight) -> None:
        if self.verdicts is not None:
            self.verdicts.decided(record, facts, sight)
        touched = self._noted(record, kind, facts.standing, shielded=facts.shield is not Shield.OPEN)
        touched.asked(FieldGroup.IDENTITY.bit, sight)

    def _noted(self, record: UUID, kind: AccessKind, standing: Standing, *, shielded: bool) -> Touched:
        touched = self.touched.setdefault((record, kind), Touched(standing, shielded=shielded))
        touched.standing |= standing  # an override that begins on the way is told (R29)
        touched.shielded |= shielded
        return touched

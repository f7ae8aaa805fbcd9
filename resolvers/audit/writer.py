"""One writer's chain, walked: each event in its place, fitting the one before, up to what was signed last."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from uuid import UUID

from resolvers.audit.checkpoints import Signed
from resolvers.store.chain import ORIGIN, tied
from resolvers.store.walk import Stored

SUSPECTS = 24
"""How many events that do not fit are kept, to tell which of them were moved."""


class Walked:
    """What has been seen of the chain of `writer`. Its faults are sentences that name event and position (R31)."""

    def __init__(self, writer: UUID) -> None:
        self.writer = writer
        self.position, self.digest = 0, ORIGIN
        self.signed, self.ended = 0, False
        self._known = True
        self._suspects: list[tuple[Stored, str]] = []

    def page(self, events: Sequence[Stored], checkpoints: Sequence[Signed]) -> Iterator[str]:
        """Yield what is wrong with the next events, against the checkpoints for their positions."""
        due: defaultdict[int, list[Signed]] = defaultdict(list)
        for signed in checkpoints:
            due[signed.position].append(signed)
        for position, group in groupby(events, lambda stored: stored.position):
            yield from self._place(position, list(group))
            for signed in due[position]:
                yield from self._signed(signed)

    def _place(self, position: int, there: Sequence[Stored]) -> Iterator[str]:
        if position <= self.position:  # the page before ended between two that claim one place
            yield from (self._inserted(stored) for stored in there)
            return
        if position > self.position + 1:
            yield self._missing(self.position + 1, position - 1)
            self._known = False
        fits = [stored for stored in there if self._known and stored.follows(self.digest)]
        real = (fits or there)[0]
        yield from (self._inserted(stored) for stored in there if stored is not real)
        if self.ended:
            yield f"{_named(real)} stands behind the end of its writer: inserted"
        if self._known and not fits:
            yield from self._suspect(real)
        self.position, self.digest, self._known = position, real.digest, True

    def _suspect(self, stored: Stored) -> Iterator[str]:
        if len(self._suspects) < SUSPECTS:
            self._suspects.append((stored, self.digest))
        else:
            yield _changed(stored)

    def _signed(self, signed: Signed) -> Iterator[str]:
        self.signed = signed.position
        self.ended = self.ended or str(signed.kind) == "END"
        if signed.digest != self.digest:
            yield (
                f"checkpoint {signed.number} was signed for another event than that of position {signed.position} of "
                f"writer {self.writer}: what stands there, or before it, was changed and chained anew"
            )

    def end(self, checkpoints: Sequence[Signed]) -> Iterator[str]:
        """Yield what is wrong with the whole, given the checkpoints for positions behind the last event."""
        if checkpoints:
            last = max(signed.position for signed in checkpoints)
            yield (
                f"{self._missing(self.position + 1, last)} (the end of the chain, which checkpoint "
                f"{checkpoints[-1].number} was signed for)"
            )
        moved = dict(self._moved())
        cleared = {id(stored) for stored, _ in self._suspects if self._fits_elsewhere(stored, stored.position)}
        for stored, _ in self._suspects:
            if id(stored) in moved:
                yield f"{_named(stored)} was chained at position {moved[id(stored)]}: reordered"
            elif not (moved and id(stored) in cleared):
                yield _changed(stored)

    def _moved(self) -> Iterator[tuple[int, int]]:
        for stored, _ in self._suspects:
            for other, _ in self._suspects:
                if other is not stored and self._fits_elsewhere(stored, other.position):
                    yield id(stored), other.position
                    break

    def _fits_elsewhere(self, stored: Stored, position: int) -> bool:
        """Tell whether an event is what was chained at `position`, behind any that is near a suspect."""
        known = {stored.digest for stored, _ in self._suspects}
        before = known | {previous for _, previous in self._suspects}
        return any(tied(self.writer, position, each, stored.digests) in known for each in before)

    def _missing(self, first: int, last: int) -> str:
        gone = (
            f"the event at position {first} is" if first == last else f"the events at positions {first} to {last} are"
        )
        return f"{gone} missing from writer {self.writer}: removed"

    def _inserted(self, stored: Stored) -> str:
        return f"{_named(stored)} stands in the place of another: inserted"


def _named(stored: Stored) -> str:
    return f"event {stored.id} (writer {stored.writer}, position {stored.position})"


def _changed(stored: Stored) -> str:
    return f"{_named(stored)} is not what was chained there: it was changed, or the one before it, with a new digest"

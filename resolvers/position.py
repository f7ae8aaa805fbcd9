"""Positions of a stream: up to where one viewer has been told, sealed so that nobody else can read or move it.

A position is encrypted and authentic (AES-SIV, RFC 5297), bound to its viewer, and always of one length: it tells
neither how many changes there were nor that there were any in between.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from resolvers.errors import BadInput
from resolvers.sealing import INSTANT, Sealer, instant_from_bytes, instant_to_bytes
from resolvers.secret_keys import SecretKeys


@dataclass(frozen=True, slots=True)
class Positions:
    """The positions of one viewer. One that was given out longer than `kept` ago is of no more use."""

    secret: SecretKeys
    viewer: UUID
    kept: timedelta

    def write(self, number: int, now: datetime) -> str:
        """Return the position that says: told of all changes up to this `number`. It has 43 characters."""
        return self._sealer.seal(instant_to_bytes(now) + number.to_bytes(8), self.secret.current)

    def read(self, text: str, now: datetime) -> int:
        """Return the number of the change up to which the viewer has been told.

        Raises BadInput for a position that is altered or another viewer's, and for one that is too old: whether it is
        goes by when it was given out, and by nothing that has happened since (R0).
        """
        raw = self._sealer.unseal(text, self.secret)
        if raw is None or len(raw) != INSTANT + 8:
            raise BadInput("this position is none of this viewer's: take `after` from the last event that came")
        if instant_from_bytes(raw[:INSTANT]) < now - self.kept:
            raise BadInput("this position is too old to go on from: begin without `after`, then read `caseload` anew")
        return int.from_bytes(raw[INSTANT:])

    @property
    def _sealer(self) -> Sealer:
        return Sealer(b"positions", (self.viewer.bytes,))

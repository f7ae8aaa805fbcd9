"""The file of the secret while it is rotated: which one is in force, which is to come, and which were before.

A secret stands on each line, that in force first. A comment above one says what it is and since when, for this command
and for whoever reads the file; the gateway goes by the order alone.
"""

import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from gateway.keys import COMMENT, secrets_in
from resolvers.idempotency import KEPT

OLD_FOR = KEPT + timedelta(hours=1)
"""For how long a secret is understood after another came in force: that of a client's key, and time to restart all."""

_SAID = re.compile(rb"# (coming|in force|older), since (\S+)")


class State(StrEnum):
    """Where a secret stands in its life."""

    COMING = "coming"
    IN_FORCE = "in force"
    OLDER = "older"


class OutOfTurn(ValueError):  # noqa: N818  # it says what comes first
    """A step of the rotation is not due; the message says what is."""


@dataclass(frozen=True, slots=True)
class Line:
    """One secret of the file, and since when it is what it is; None where nobody has noted that."""

    secret: bytes
    state: State
    since: datetime | None = None

    def text(self) -> bytes:
        said = b"" if self.since is None else f"# {self.state}, since {self.since.isoformat()}\n".encode()
        return said + self.secret + b"\n"


def read_lines(text: bytes) -> list[Line]:
    """Return the secrets of a file. Raises ValueError with a sentence where it is none."""
    secrets_in(text)
    found: list[Line] = []
    state, since = State.OLDER, None
    for line in map(bytes.strip, text.splitlines()):
        if said := _SAID.fullmatch(line):
            state, since = State(said[1].decode()), datetime.fromisoformat(said[2].decode())
        elif line and not line.startswith(COMMENT):
            found.append(Line(line, state if found else State.IN_FORCE, since))
            state, since = State.OLDER, None
    return found


def add(lines: list[Line], now: datetime) -> list[Line]:
    """Return the file with a new secret that is understood. Raises OutOfTurn where one waits already."""
    if any(line.state is State.COMING for line in lines):
        raise OutOfTurn("a new secret waits already: put it in force with `gateway keys rotate secret --promote`")
    return [*lines, Line(secrets.token_hex(32).encode(), State.COMING, now)]


def promote(lines: list[Line], now: datetime) -> list[Line]:
    """Return the file with the new secret in force and the one before it older. Raises OutOfTurn where none waits."""
    coming = [line for line in lines if line.state is State.COMING]
    if not coming:
        raise OutOfTurn("no new secret waits: make one with `gateway keys rotate secret`, and restart all first")
    first, *rest = lines
    older = [line for line in rest if line.state is State.OLDER]
    return [
        replace(coming[0], state=State.IN_FORCE, since=now),
        replace(first, state=State.OLDER, since=now),
        *older,
        *coming[1:],
    ]


def retire(lines: list[Line], now: datetime, *, at_once: bool) -> list[Line]:
    """Return the file without the older secrets that nothing needs any more; `at_once` without any.

    Raises OutOfTurn where none is due.
    """
    older = [line for line in lines if line.state is State.OLDER]
    due = [line for line in older if at_once or (line.since is not None and line.since + OLD_FOR <= now)]
    if not older:
        raise OutOfTurn("no older secret is in the file: nothing is to be taken out")
    if not due:
        times = [line.since + OLD_FOR for line in older if line.since is not None]
        when = f"{min(times):%Y-%m-%d %H:%M} UTC" if times else "nobody knows when, since no line says how old it is"
        raise OutOfTurn(
            f"a deed that was done under the older secret may be asked for again until {when}: wait, or say "
            "`--at-once` where that secret has leaked"
        )
    return [line for line in lines if line not in due]


def text_of(lines: list[Line]) -> bytes:
    """Return what the file is to hold."""
    return b"".join(line.text() for line in lines)

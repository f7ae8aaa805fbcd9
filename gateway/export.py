"""An extract from the journal: asked for by an account, under its rights, and itself an event of the journal."""

import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from authz.oversight import Oversight, oversight_of
from authz.trail import Searched
from authz.words import Act, Role, Standing
from gateway.access import Stated, admit
from gateway.errors import Code, Refusal
from gateway.files import name_file, new_file
from gateway.keys import Keys
from gateway.seal import Keyring, Seal
from resolvers.account import find_viewer
from resolvers.audit.extract import Extract, Line, Selection, Unsound
from resolvers.audit.recipient import Record, find_record, tells_its_trail, told
from resolvers.budget import Budget
from resolvers.clock import Moment
from resolvers.context import Operation
from resolvers.errors import BadInput
from resolvers.session import Session
from resolvers.store.chain import canonical
from resolvers.store.checkpoints import Checkpoints
from resolvers.store.journal import Event, Journal, sought_under
from resolvers.store.rounds import Unwritten
from resolvers.store.signing import sign_for_left
from resolvers.store.snapshot import Reader
from schema.needs import Needs

NEEDS = Needs(acts=[(Act.READ_TRAIL,)], purpose=True, in_force=True)


class Unwritable(Exception):  # noqa: N818  # it says what has become of a file
    """The file of an extract cannot be made; the message says why."""


class NotGiven(Exception):  # noqa: N818  # a refusal is an answer
    """No extract is given; the message says why, and what to do. It is in the journal where an account asked.

    `code` is the outcome there.
    """

    def __init__(self, message: str, code: Code) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for, by whom and why: a record by number, id or reference, an account by its subject, a time."""

    viewer: str
    purpose: str
    reason: str
    record: str | None = None
    account: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def criteria(self) -> tuple[str, ...]:
        """The names of what it is asked for by."""
        names = {"record": self.record, "account": self.account, "from": self.since, "to": self.until}
        return tuple(name for name, value in names.items() if value is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporter:
    """Writes extracts of one database."""

    reading: AsyncEngine
    writing: AsyncEngine
    keys: Keys
    seal: Seal
    keyring: Keyring
    clock: Callable[[], datetime]

    async def export(self, asked: Asked, file: Path) -> int:
        """Write the extract to `file`, which must not be there, and return how many events it tells of.

        The file gets its name when the event is in the journal that tells of it (R29). Raises NotGiven, and Unwritable
        for the file.
        """
        checkpoints = Checkpoints(self.seal.sign, self.clock)
        journal = Journal(self.writing, self.keys.journal.current, checkpoints)
        async with self.writing.begin() as connection:
            await sign_for_left(connection, checkpoints)
        try:
            async with self._operation(asked) as operation:
                try:
                    return await self._give(_admitted(operation, asked), asked, file, journal)
                except NotGiven as refused:
                    await journal.append(self._event(operation, asked, refused.code))
                    raise
        except Unwritten:
            raise NotGiven(
                "the journal cannot be written, so nothing is given: look at the database", Code.UNAVAILABLE
            ) from None
        finally:
            await journal.drain()

    @asynccontextmanager
    async def _operation(self, asked: Asked) -> AsyncIterator[Operation]:
        session, moment = Session(Reader(self.reading)), Moment(self.clock())
        try:
            viewer = await find_viewer(session, asked.viewer, moment)
            if viewer is None:
                raise NotGiven(
                    f"`{asked.viewer}` is the subject of no account: give one as tokens name it", Code.UNAUTHENTICATED
                )
            budget = Budget(self.writing, self.keys.budget, dict.fromkeys(Role))
            yield Operation(viewer, moment, session, self.keys.cursors, budget, self.keys.versions)
        finally:
            await session.close()

    async def _give(self, operation: Operation, asked: Asked, file: Path, journal: Journal) -> int:
        record = None if asked.record is None else await find_record(operation, asked.viewer, asked.record)
        whole = oversight_of(operation.viewer.role) is Oversight.WHOLE
        if not whole:
            if record is None or asked.account is not None:
                alone = "this account reads the trails of its own records alone: name one with `--record`"
                raise NotGiven(alone, Code.FORBIDDEN)
            if not tells_its_trail(record):
                operation.trail.missed(record.text)
                nothing = "there is no record of this account's whose trail it may read: look for a slip in it"
                raise NotGiven(nothing, Code.BAD_USER_INPUT)
        lines = self._proven(operation, asked, record) if whole else self._told(operation, asked, record)
        part = file.with_name(f"{file.name}.part")
        try:
            stream = new_file(part)
        except OSError as error:
            raise Unwritable(error.strerror or str(error)) from None
        try:
            with stream:
                number = await self._write(stream, operation, asked, lines, whole=whole)
            operation.trail.searched.append(Searched("audit export", asked.criteria, number))
            await journal.append(self._event(operation, asked, "OK"))
            _name(part, file)
        except Unsound as unsound:
            raise NotGiven(f"{unsound}: see what `gateway audit verify` says", Code.INTERNAL) from None
        except BadInput as wrong:
            raise NotGiven(str(wrong), Code.BAD_USER_INPUT) from None
        finally:
            part.unlink(missing_ok=True)
        return number

    async def _proven(self, operation: Operation, asked: Asked, record: Record | None) -> AsyncIterator[Line]:
        account = None if asked.account is None else await self._account(operation, asked.account)
        sought = () if record is None else self._sought(record)
        selection = Selection(
            record=None if record is None else record.key,
            sought=sought,
            account=account,
            since=asked.since,
            until=asked.until,
        )
        async with self.reading.connect() as connection:
            async for line in Extract(connection, self.keyring.read, selection).lines():
                for subject in line.get("subjects", ()) if line["type"] == "entry" else ():
                    if (child := subject.get("child_id")) is not None:
                        operation.trail.traced(child, Standing.NONE, shielded=subject["shielded"])
                yield line

    async def _told(self, operation: Operation, asked: Asked, record: Record | None) -> AsyncIterator[Line]:
        if record is not None:
            async for line in told(operation, record, asked.since, asked.until):
                yield line

    def _sought(self, record: Record) -> Sequence[str]:
        """Return the hashes that the journal may keep of what was asked for, one for each secret."""
        return (record.sought,) if record.sought else [sought_under(key, record.text) for key in self.keys.journal]

    async def _account(self, operation: Operation, subject: str) -> UUID:
        found = await find_viewer(operation.session, subject, operation.moment)
        if found is None:
            operation.trail.missed(subject)
            unknown = f"`{subject}` is the subject of no account: give one as tokens name it"
            raise NotGiven(unknown, Code.BAD_USER_INPUT)
        return found.account

    async def _write(
        self, stream: IO[bytes], operation: Operation, asked: Asked, lines: AsyncIterator[Line], *, whole: bool
    ) -> int:
        """Write all lines, the head first and the seal last, and return how many of them tell of an event."""
        hashed, written, number = sha256(), 0, 0

        def put(line: Mapping[str, Any]) -> None:
            nonlocal written
            text = canonical(line) + b"\n"
            hashed.update(text)
            stream.write(text)
            written += 1

        put(self._head(operation, asked, whole=whole))
        async for line in lines:
            put(line)
            number += line["type"] in {"entry", "told"}
        end = {"digest": hashed.hexdigest(), "lines": written, "made": operation.moment.now}
        stream.write(canonical({"type": "end", "token": self.seal.sign(canonical(end))}) + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
        return number

    def _head(self, operation: Operation, asked: Asked, *, whole: bool) -> Line:
        viewer = operation.viewer
        given = {"record": asked.record, "account": asked.account, "from": asked.since, "to": asked.until}
        return {
            "type": "extract",
            "form": 1,
            "made": operation.moment.now,
            "asked": {name: value for name, value in given.items() if value is not None},
            "for": {"account": viewer.account, "subject": asked.viewer, "name": viewer.name, "role": viewer.role},
            "purpose": viewer.purpose,
            "reason": viewer.reason,
            "proof": "chain" if whole else "signature",
        }

    def _event(self, operation: Operation, asked: Asked, outcome: str) -> Event:
        return Event(
            at=operation.moment.now,
            viewer=operation.viewer,
            route="audit",
            operation_name="export",
            document_hash=sha256(" ".join(asked.criteria).encode()).hexdigest(),
            outcome=outcome,
            trail=operation.trail,
        )


def _admitted(operation: Operation, asked: Asked) -> Operation:
    """Return `operation` with its purpose and reason. Raises NotGiven for what its account may not ask (R15, R28)."""
    try:
        viewer = admit(operation.viewer, NEEDS, Stated(asked.purpose, asked.reason))
    except Refusal as refusal:
        raise NotGiven(str(refusal.errors[0]["message"]), refusal.code) from None
    return replace(operation, viewer=viewer)


def _name(part: Path, file: Path) -> None:
    try:
        name_file(part, file)
    except OSError as error:
        raise Unwritable(error.strerror or str(error)) from None

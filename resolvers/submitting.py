"""Feeds are submitted: each entry is kept or refused by itself, and matched once the answer has left (R19).

What is answered follows from the entry, the public directory and what the client has sent before. Nothing of a record
is read or written, so that no answer, statement or wait can tell what an entry matches.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, delete, func, select
from sqlalchemy.sql.elements import BindParameter

from resolvers.deed import Act, Deed
from resolvers.feed_entry import Entered, Given, read_entry
from resolvers.idempotency import KEPT, Keys, Repeatable
from resolvers.numbers import drawn_number
from resolvers.own_body import OwnBody, own_body
from resolvers.problem import NotDone, Problem, ProblemCode, invalid, not_found
from resolvers.reading import reading
from resolvers.scope import ACCOUNT, ORGANISATION, known
from resolvers.store import tables as t
from resolvers.store.keys import among
from resolvers.store.tables.base import Instant
from resolvers.store.words import FeedOutcome, OrganisationKind

if TYPE_CHECKING:
    from resolvers.context import Operation

MOST = 1_000
"""The most entries that are sent at once."""

REMEMBERED = timedelta(days=90)
"""How long an entry's name stands for what was sent under it."""

AT_ONCE = 25
"""How many entries are read before others get a turn."""

_IN_NO_AUTHORITY = "the organisation of this account is in no authority: have the directory team enter one"
"""Then nobody would keep the records of its feeds."""

_BEFORE = bindparam("kept_since", type_=Instant())
_FORGET_NAMES = delete(t.FeedName).where(t.FeedName.account_id == ACCOUNT, t.FeedName.at <= _BEFORE)
_FORGET_ANSWERS = delete(t.FeedSubmission).where(t.FeedSubmission.account_id == ACCOUNT, t.FeedSubmission.at <= _BEFORE)
_LIMIT: BindParameter[Any] = bindparam("most_waiting")


@reading()
def _workers() -> Select[*tuple[Any, ...]]:
    """Select workers of the viewer's own body: a client feeds what its own people do."""
    row = t.Practitioner
    return select(row.id).where(among(row.id, "keys"), row.organisation_id == ORGANISATION)


@reading()
def _schools() -> Select[*tuple[Any, ...]]:
    row = t.Organisation
    return select(row.id).where(among(row.id, "keys"), row.kind == OrganisationKind.SCHOOL, known(row))


@reading()
def _sent() -> Select[*tuple[Any, ...]]:
    """Select what this account has sent under any of some names."""
    row = t.FeedName
    return select(row.key, row.digest).where(row.account_id == ACCOUNT, among(row.key, "sent_under"))


@reading()
def _waiting() -> Select[*tuple[Any, ...]]:
    row = t.FeedEntry
    some = select(row.position).where(~row.set_aside).limit(_LIMIT)
    return select(func.count().label("waiting")).select_from(some.subquery())


@reading()
def _answered() -> Select[*tuple[Any, ...]]:
    row = t.FeedSubmission
    mine = row.id == bindparam("submission", type_=Uuid()), row.account_id == ACCOUNT
    return select(row.results).where(*mine)


@dataclass(frozen=True, slots=True)
class FeedResult:
    """What a client is told of one entry."""

    entry: str
    outcome: FeedOutcome
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class _Name:
    """An entry's name as it came, and the hashes by which it is known again."""

    given: str
    known_by: Repeatable

    @property
    def keys(self) -> tuple[str, ...]:
        return (self.known_by.key, *self.known_by.others)


@dataclass
class _Sheet:
    """What comes of the entries of one submission: their results, and the rows that are to be written."""

    queued: bool
    results: list[Mapping[str, Any]] = field(default_factory=list)
    entries: list[Mapping[str, Any]] = field(default_factory=list)
    names: list[Mapping[str, Any]] = field(default_factory=list)

    def kept(self, name: str) -> None:
        outcome = FeedOutcome.QUEUED if self.queued else FeedOutcome.ACCEPTED
        self.results.append({"entry": name, "outcome": outcome})

    def refused(self, name: str, problem: Problem) -> None:
        told = {"code": problem.code, "field": problem.field, "message": problem.message}
        self.results.append({"entry": name, "outcome": FeedOutcome.REFUSED, "problem": told})


def submit(given: Sequence[Given], keys: Keys, most_waiting: int) -> Act:
    """Return the deed of keeping what a client feeds; its key is that of the answer (`answered`).

    `given` are the entries as JSON holds them; they are `QUEUED` where `most_waiting` others wait. It raises NotDone
    INVALID for none and for too many at once: all else is told entry by entry.
    """

    async def act(deed: Deed) -> UUID:
        if not 1 <= len(given) <= MOST:
            raise invalid("entries", f"`entries` must be 1 to {MOST} at once")
        body = await own_body(deed.operation)
        if body.authority is None:
            raise invalid(None, _IN_NO_AUTHORITY)
        read = await _read(given, body, deed)
        await _expect_known(deed, read)
        names = [_Name(each["entry"], keys.of_entry(each["entry"].strip(), each)) for each in given]
        sheet = _Sheet(await _is_full(deed, most_waiting))
        await _sort(deed, sheet, read, names)
        return await _write(deed, sheet)

    return act


async def _read(given: Sequence[Given], body: OwnBody, deed: Deed) -> list[Entered | Problem]:
    found: list[Entered | Problem] = []
    for number, each in enumerate(given):
        if number % AT_ONCE == AT_ONCE - 1:
            await asyncio.sleep(0)  # a thousand entries take a while, and others wait
        try:
            found.append(read_entry(each, body, deed.moment))
        except NotDone as refused:
            found.append(refused.problems[0])
    return found


async def _expect_known(deed: Deed, read: list[Entered | Problem]) -> None:
    """Refuse the entries that name a worker or a school whom the client may not name: both are looked up once."""
    entered = [each for each in read if isinstance(each, Entered)]
    workers = await _found(deed, _workers(), (each.worker for each in entered))
    schools = await _found(deed, _schools(), (each.school for each in entered))
    for number, each in enumerate(read):
        if isinstance(each, Entered) and each.worker not in workers:
            read[number] = not_found("involvement.practitionerId").problems[0]
        elif isinstance(each, Entered) and each.school not in schools:
            read[number] = not_found("placement.organisationId").problems[0]


async def _found(deed: Deed, statement: Any, keys: Iterable[UUID | None]) -> set[UUID | None]:
    asked = sorted({key for key in keys if key is not None})
    return {None, *(row.id for row in await deed.operation.rows(statement, keys=asked))}


async def _is_full(deed: Deed, most_waiting: int) -> bool:
    """Tell whether so many entries wait, of whatever clients: that is load, and nothing else."""
    (row,) = await deed.operation.rows(_waiting(), most_waiting=most_waiting)
    return bool(row.waiting >= most_waiting)


async def _sort(deed: Deed, sheet: _Sheet, read: Sequence[Entered | Problem], names: Sequence[_Name]) -> None:
    """Note what is answered and what is written of each entry: one that was sent before is done once."""
    await deed.write(_FORGET_NAMES, kept_since=deed.moment.now - REMEMBERED)
    rows = await deed.operation.rows(_sent(), sent_under=[key for name in names for key in name.keys])
    known_as = {row.key: row.digest for row in rows}
    for number, (each, name) in enumerate(zip(read, names, strict=True)):
        if isinstance(each, Problem):
            sheet.refused(name.given, each)
            continue
        before = next((key for key in name.keys if key in known_as), None)
        if before is not None and known_as[before] != name.known_by.digest_under(before):
            sheet.refused(name.given, _DUPLICATE)
            continue
        sheet.kept(name.given)
        if before is None:
            sheet.entries.append(_row(deed, number, each))
            sheet.names.append(_row_of_name(deed, name.known_by))
            known_as[name.known_by.key] = name.known_by.digest


_DUPLICATE = Problem(
    ProblemCode.DUPLICATE_KEY,
    "entry",
    f"another content was sent under this name within {REMEMBERED.days} days: give each entry a name of its own",
)


def _row(deed: Deed, number: int, entered: Entered) -> Mapping[str, Any]:
    account, now = deed.viewer.account, deed.moment.now
    first, second = (drawn_number(deed.new_id(f"number {number} {n}")) for n in range(2))
    return {
        **entered.columns,
        "account_id": account,
        "issuer_id": deed.viewer.organisation,
        "same_child": sha256(account.bytes + entered.columns["search_key"].encode()).hexdigest(),
        "came_at": now,
        "due_at": now,
        "attempts": 0,
        "set_aside": False,
        "directory_number": first,
        "other_number": second,
    }


def _row_of_name(deed: Deed, name: Repeatable) -> Mapping[str, Any]:
    return {"account_id": deed.viewer.account, "key": name.key, "digest": name.digest, "at": deed.moment.now}


async def _write(deed: Deed, sheet: _Sheet) -> UUID:
    await deed.write(_FORGET_ANSWERS, kept_since=deed.moment.now - KEPT)
    await deed.add(t.FeedEntry, *sheet.entries)
    await deed.add(t.FeedName, *sheet.names)
    key = deed.new_id("submission")
    row = {"id": key, "account_id": deed.viewer.account, "at": deed.moment.now, "results": sheet.results}
    await deed.add(t.FeedSubmission, row)
    return key


async def answered(operation: "Operation", submission: UUID | None) -> list[FeedResult]:
    """Return what a client was told of the entries of one submission of its own, in their order."""
    if submission is None:
        return []
    rows = await operation.rows(_answered(), submission=submission)
    return [_result(each) for row in rows for each in row.results]


def _result(told: Mapping[str, Any]) -> FeedResult:
    problem = told.get("problem")
    made = problem and Problem(ProblemCode(problem["code"]), problem["field"], problem["message"])
    return FeedResult(told["entry"], FeedOutcome(told["outcome"]), made)

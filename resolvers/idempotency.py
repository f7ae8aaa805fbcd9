"""Keys under which a client may ask again: the same deed is done once, and answers as before (R32).

A key belongs to its account for 24 hours. Keys and inputs are kept as keyed hashes alone. Only what was done is
kept: a deed that ended in problems changed nothing, and may be tried again under its key.
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from resolvers.clock import Moment
from resolvers.scope import ACCOUNT
from resolvers.secret_keys import SecretKeys
from resolvers.store import tables as t
from resolvers.store.keys import among
from resolvers.store.tables.base import Instant

KEPT = timedelta(hours=24)
"""How long a key stands for what was done under it."""

MOST_KEY = 200
"""The most characters of a key."""

_SINCE = bindparam("kept_since", type_=Instant())
_PAST = delete(t.Idempotency).where(t.Idempotency.account_id == ACCOUNT, t.Idempotency.at <= _SINCE)
_FOUND = (
    select(t.Idempotency.key, t.Idempotency.digest, t.Idempotency.answer_id)
    .where(t.Idempotency.account_id == ACCOUNT, among(t.Idempotency.key, "asked_under"))
    .order_by(t.Idempotency.at.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Repeatable:
    """A deed that may be asked for again: hashes of its key and of its input, and the input field of the key.

    `others` are the same hashes under the other secrets that are understood: those of the input by those of the key.
    """

    key: str
    digest: str
    field: str | None
    others: Mapping[str, str]

    def digest_under(self, key: str) -> str:
        """Return the hash of the input that belongs to one of the hashes of the key."""
        return self.digest if key == self.key else self.others[key]


class Keys:
    """Makes the hashes, with keys of the gateway's own."""

    def __init__(self, secrets: SecretKeys) -> None:
        self._secrets = secrets

    def of_client(self, given: str, deed: str, values: Mapping[str, Any]) -> Repeatable:
        """Return what `clientMutationId` stands for."""
        return self._repeatable(("client", given), deed, values, "clientMutationId")

    def of_header(self, given: str, place: str, deed: str, values: Mapping[str, Any]) -> Repeatable:
        """Return what the header stands for, for the root field at `place`: one request may hold several deeds."""
        return self._repeatable(("header", given, place), deed, values, None)

    def of_entry(self, name: str, values: Mapping[str, Any]) -> Repeatable:
        """Return what the name of one entry of a feed stands for."""
        return self._repeatable(("feed entry", name), "feed entry", values, "entry")

    def _repeatable(self, key: tuple[str, ...], deed: str, values: Mapping[str, Any], place: str | None) -> Repeatable:
        told = ("input", deed, json.dumps(values, sort_keys=True, ensure_ascii=True))
        current, *others = ((_hash(secret, *key), _hash(secret, *told)) for secret in self._secrets)
        return Repeatable(*current, place, dict(others))


def _hash(secret: bytes, *parts: str) -> str:
    text = "\0".join(parts)
    return hmac.digest(secret, text.encode("utf-8", "surrogatepass"), "sha256").hex()


def plain(given: Any, left_out: object) -> Any:
    """Return an input as JSON holds it, without what is `left_out`; the client's key is no part of it.

    Raises TypeError for a value of a kind that it does not know: two inputs must not be taken for one.
    """
    if is_dataclass(given):
        parts = {part.name: getattr(given, part.name) for part in fields(given) if part.name != "client_mutation_id"}
        return {name: plain(value, left_out) for name, value in parts.items() if value is not left_out}
    if isinstance(given, list):
        return [plain(item, left_out) for item in given]
    if isinstance(given, Enum):
        return given.name
    if isinstance(given, date):
        return given.isoformat()
    if given is None or isinstance(given, str | int | float):
        return given
    raise TypeError(f"an input holds a `{type(given).__name__}`, of which no digest is made: teach `plain` to read it")


async def done_before(connection: AsyncConnection, account: UUID, asked: Repeatable, moment: Moment) -> Any:
    """Return the row of what `account` has done under this key within the day, None where there is none."""
    bound = {"viewer_account": account, "kept_since": moment.now - KEPT}
    await connection.execute(_PAST, bound)
    hashes = [asked.key, *asked.others]
    return (await connection.execute(_FOUND, {**bound, "asked_under": hashes})).one_or_none()


async def note_done(
    connection: AsyncConnection, account: UUID, asked: Repeatable, moment: Moment, answer: UUID | None
) -> None:
    """Keep that a deed was done under its key, and the key of the row that it answered with."""
    row = {"account_id": account, "key": asked.key, "digest": asked.digest, "answer_id": answer, "at": moment.now}
    await connection.execute(insert(t.Idempotency), row)

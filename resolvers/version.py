"""Versions: what tells a viewer that something in the viewer's own sight has changed, and nothing else (R32)."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from authz.words import FieldGroup
from resolvers.contact import PersonReachLoader
from resolvers.ids import Kind
from resolvers.loading import RelationLoader, key_lists
from resolvers.reading import reading
from resolvers.records import ChildRecord, ContactRecord
from resolvers.secret_keys import SecretKeys
from resolvers.store import tables as t
from resolvers.store.keys import among

if TYPE_CHECKING:
    from resolvers.context import Operation

COUNTED = tuple(group for group in FieldGroup if group is not FieldGroup.PLACE)
"""The groups whose changes are counted on a child's record; `PLACE` is of organisations."""

BYTES = 15
"""How much of the hash is shown: 120 bits, 20 characters."""

_ROW = t.ChangeCounter


def make_version(operation: "Operation", kind: Kind, key: UUID, *seen: object) -> str:
    """Return the version of one record for the viewer of `operation`: 20 URL-safe characters.

    `seen` is what the viewer can see having changed. The hash is keyed and bound to the account: it tells no
    number of changes, and two viewers who compare theirs learn nothing.
    """
    text = "|".join(map(str, (kind.name, operation.viewer.account, key, *seen)))
    return urlsafe_b64encode(hmac.digest(operation.version_secret.current, text.encode(), "sha256")[:BYTES]).decode()


async def is_version(operation: "Operation", child: ChildRecord, version: str) -> bool:
    """Tell whether the viewer would read `version` of `child` now, or has read it before the secret was rotated."""
    return await _is(operation, version, lambda of: of.loaders.child_version.load(child))


async def is_contact_version(operation: "Operation", contact: ContactRecord, version: str) -> bool:
    """Tell the same of a contact."""
    return await _is(operation, version, lambda of: of.loaders.contact_version.load(contact))


async def _is(operation: "Operation", version: str, read: Callable[["Operation"], Awaitable[str]]) -> bool:
    if await read(operation) == version:
        return True
    for secret in operation.version_secret.others:
        older = replace(operation, version_secret=SecretKeys(secret))  # with loaders of its own
        if await read(older) == version:
            return True
    return False


def _keys(group: FieldGroup) -> str:
    return f"keys_{group.lower()}"


@reading(keys={_keys(group): (group,) for group in COUNTED})
def counters() -> Select[*tuple[Any, ...]]:
    """Select the counters of records, a key list for each group: one out of sight is not selected, let alone hashed."""
    counted = (and_(_ROW.group == group, among(_ROW.child_id, _keys(group))) for group in COUNTED)
    return select(_ROW.child_id, _ROW.group, _ROW.changes).where(or_(*counted))


async def count_changes(connection: AsyncConnection, child: UUID, groups: Iterable[FieldGroup]) -> None:
    """Count one change of each of `groups` of a child's record; whoever sees one of them gets another version."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    rows = [{"child_id": child, "group": group, "changes": 1} for group in groups]
    counted = insert(_ROW).on_conflict_do_update(
        index_elements=[_ROW.child_id, _ROW.group], set_={"changes": _ROW.changes + 1}
    )
    if rows:
        await connection.execute(counted, rows)


async def count_changes_where(
    connection: AsyncConnection, group: FieldGroup, child: Any, found: ColumnElement[bool], bound: Mapping[str, Any]
) -> None:
    """Count one change of `group` for each record whose key `child` the database finds by the condition `found`."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    rows = select(child, literal(group, _ROW.group.type), literal(1)).where(found).distinct()
    counted = insert(_ROW).from_select([_ROW.child_id, _ROW.group, _ROW.changes], rows)
    again = counted.on_conflict_do_update(
        index_elements=[_ROW.child_id, _ROW.group], set_={"changes": _ROW.changes + 1}
    )
    await connection.execute(again, bound)


class ChildVersionLoader(RelationLoader[ChildRecord, str]):
    """Loads the versions of records: of the counters of the groups held in full, and of the shield's flag.

    A group of which only own rows are seen has no part in it: its counter counts the rows of others too.
    """

    reading = counters
    opaque = True

    async def batch_load_fn(self, parents: list[ChildRecord]) -> list[str]:
        rows = await self.operation.rows(counters(), **key_lists(counters.keys, parents))
        changes: dict[tuple[UUID, FieldGroup], int] = {(row.child_id, row.group): row.changes for row in rows}
        return [self._version(parent, changes) for parent in parents]

    def _version(self, child: ChildRecord, changes: Mapping[tuple[UUID, FieldGroup], int]) -> str:
        held = (group for group in COUNTED if child.sight.sees(group.bit))
        seen = (f"{group}={changes.get((child.key, group), 0)}" for group in held)
        return make_version(self.operation, Kind.CHILD, child.key, child.shielded, *seen)


class ContactVersionLoader(RelationLoader[ContactRecord, str]):
    """Loads the versions of contacts: how to reach the carer counts where the contact's own sight shows it (R8)."""

    reading = PersonReachLoader.reading
    opaque = True

    async def batch_load_fn(self, contacts: list[ContactRecord]) -> list[str]:
        located = [contact for contact in contacts if contact.sight.sees(FieldGroup.WHEREABOUTS.bit)]
        reaches = await self.operation.loaders.person_reach.load_many(located) if located else []
        changes: dict[UUID, Any] = {
            contact.key: reach.changes if reach is not None else "none"
            for contact, reach in zip(located, reaches, strict=True)
        }
        return [self._version(contact, changes.get(contact.key, "withheld")) for contact in contacts]

    def _version(self, contact: ContactRecord, reach: Any) -> str:
        return make_version(self.operation, Kind.CONTACT, contact.key, *contact.changes, reach)

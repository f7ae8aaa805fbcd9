"""Where a child is, as far as known: one of four answers."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

import strawberry

from authz.words import FieldGroup
from resolvers.records import WhereaboutsRecord
from resolvers.store.words import ReachKind
from schema.address import Address
from schema.fields import object_type, part


def _answer(*kinds: ReachKind, description: str) -> Callable[[type[Any]], type[Any]]:
    """Declare one answer: the type of whereabouts of these `kinds`."""

    def declare(cls: type[Any]) -> type[Any]:
        def is_type_of(obj: Any, _info: Any) -> bool:
            return isinstance(obj, WhereaboutsRecord) and obj.kind in kinds

        cls.is_type_of = staticmethod(is_type_of)
        return object_type(of=WhereaboutsRecord, exists_by=(FieldGroup.WHEREABOUTS,), description=description)(cls)

    return declare


@_answer(ReachKind.CURRENT, description="The child lives here")
class CurrentAddress:
    address: Address = part(description="The address")
    since: date = part(description="Since when")


@_answer(ReachKind.LAST_KNOWN, description="The child is known to have lived here")
class LastKnownAddress:
    address: Address = part(description="The address")
    until: date | None = part(description="Until when, if known")


@_answer(ReachKind.NONE_KNOWN, description="No address is known")
class NoAddressKnown:
    since: date = part(description="Since when none is known")


@_answer(ReachKind.LEFT_ENGLAND, description="The child has left England")
class LeftEngland:
    since: date = part(name="on", description="When the child left")
    may_return: bool | None = part(name="returning", description="Whether the child is expected back, if known")


Whereabouts = Annotated[
    CurrentAddress | LastKnownAddress | NoAddressKnown | LeftEngland,
    strawberry.union("Whereabouts", description="Where a child is, as far as known"),
]

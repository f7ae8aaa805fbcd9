"""Guards that can be asked for a whole level: one mask test for each row and guard, where a class offers that."""

from collections.abc import Sequence
from typing import Any, ClassVar, Protocol, cast

from strawberry.permission import BasePermission

ALL: None = None
"""Stands for every row of a level."""

Positions = list[int] | None
"""Which rows of a level a guard lets through, in order; `ALL` is None."""


class MaskGuard(Protocol):
    """A permission class that declares itself compilable, by having `bits` and `ask_all`.

    It promises that `has_permission` is true exactly where the row's mask shares a bit with `bits`, that it does
    nothing else that `ask_all` would not do, and that `on_unauthorized` returns None.
    """

    bits: ClassVar[int]

    @staticmethod
    def ask_all(sources: Sequence[Any], bits: int, context: Any) -> list[int]:
        """Return the mask that each row holds, 0 where it holds none.

        Called once a level, with the bits of all the guards of one family that it asks; `context` is that of
        the operation.
        """


_PROMISED = ("ask_all", "has_permission", "on_unauthorized")


def mask_guard(permission: BasePermission) -> type[MaskGuard] | None:
    """Return the class of `permission` if it is compilable.

    One whose subclass or instance has changed any part of the promise is not, and is asked row by row.
    """
    kind = type(permission)
    owner = next((base for base in kind.__mro__ if "ask_all" in vars(base)), None)
    if owner is None or vars(permission) or not isinstance(getattr(kind, "bits", None), int):
        return None
    if any(getattr(kind, name) is not getattr(owner, name) for name in _PROMISED):
        return None
    return cast("type[MaskGuard]", kind)


def admitted(guards: Sequence[type[MaskGuard]], rows: Sequence[Any], context: Any) -> dict[type[MaskGuard], Positions]:
    """Return, for each of `guards`, which of `rows` it lets through."""
    found: dict[type[MaskGuard], Positions] = {}
    for ask_all in dict.fromkeys(guard.ask_all for guard in guards):
        family = [guard for guard in guards if guard.ask_all is ask_all]
        asked = 0
        for guard in family:
            asked |= guard.bits
        masks = ask_all(rows, asked, context)
        distinct = set(masks)
        for guard in family:
            found[guard] = _positions(guard.bits, masks, distinct)
    return found


def _positions(bits: int, masks: Sequence[int], distinct: set[int]) -> Positions:
    if all(mask & bits for mask in distinct):
        return ALL
    return [position for position, mask in enumerate(masks) if mask & bits]

"""Guards that can be asked for a whole level: one mask test for each row and guard, where a class offers that."""

from collections.abc import Sequence
from typing import Any, ClassVar, Protocol, cast

from strawberry.permission import BasePermission

ALL: None = None
"""Stands for every row of a level."""

Positions = list[int] | None
"""Which rows of a level a guard lets through, in order; `ALL` is None."""


class MaskGuard(Protocol):
    """A permission class that declares itself compilable, by having `masks_of` and `note_asked`.

    It promises that `has_permission` is true exactly where the row's mask shares a bit with `bits`, and that
    `on_unauthorized` returns None. `note_asked` does for several rows, and for the bits of all the guards asked
    of them, what `has_permission` does beside answering.
    """

    bits: ClassVar[int]

    @staticmethod
    def masks_of(sources: Sequence[Any]) -> list[int]:
        """Return the mask that each row holds, 0 where it holds none."""

    @staticmethod
    def note_asked(sources: Sequence[Any], bits: int, context: Any) -> None:
        """Note that guards of `bits` were asked for each row."""


_PROMISED = ("masks_of", "note_asked", "has_permission", "on_unauthorized")


def mask_guard(permission: BasePermission) -> type[MaskGuard] | None:
    """Return the class of `permission` if it is compilable.

    One whose subclass or instance has changed any part of the promise is not, and is asked row by row.
    """
    kind = type(permission)
    owner = next((base for base in kind.__mro__ if "masks_of" in vars(base)), None)
    if owner is None or vars(permission) or not isinstance(getattr(kind, "bits", None), int):
        return None
    if any(getattr(kind, name, None) is not getattr(owner, name, kind) for name in _PROMISED):
        return None
    return cast("type[MaskGuard]", kind)


def admitted(guards: Sequence[type[MaskGuard]], rows: Sequence[Any], context: Any) -> dict[type[MaskGuard], Positions]:
    """Return, for each of `guards`, which of `rows` it lets through; and have noted that it was asked."""
    found: dict[type[MaskGuard], Positions] = {}
    for family in {guard.masks_of: guard for guard in guards}.values():
        members = [guard for guard in guards if guard.masks_of is family.masks_of]
        asked = 0
        for guard in members:
            asked |= guard.bits
        masks = family.masks_of(rows)
        family.note_asked(rows, asked, context)
        distinct = set(masks)
        for guard in members:
            found[guard] = _positions(guard.bits, masks, distinct)
    return found


def _positions(bits: int, masks: Sequence[int], distinct: set[int]) -> Positions:
    if all(mask & bits for mask in distinct):
        return ALL
    return [position for position, mask in enumerate(masks) if mask & bits]

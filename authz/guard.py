"""The guards that fields wear: `sees`, `may`, `in_force` and the labels `exists` and `public`.

The first three make ordinary Strawberry permission classes and work unaided under any executor.
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from strawberry.permission import BasePermission

from authz.sight import Sight
from authz.words import NARROWER, Act, FieldGroup, Group, mask


def _verdict(source: Any) -> Sight | None:
    """Return the verdict on a record, None where there is none, whatever stands in its place."""
    try:
        sight = source.sight
    except Exception:  # noqa: BLE001  # what keeps a verdict from being read is no verdict (R38)
        return None
    return sight if type(sight) is Sight else None


def _verdicts(sources: Sequence[Any]) -> Sequence[Sight | None]:
    """Return the verdict on each record."""
    try:
        sights = [source.sight for source in sources]
    except Exception:  # noqa: BLE001  # then each on its own, as ever
        return [_verdict(source) for source in sources]
    if set(map(type, sights)) == {Sight}:
        return sights
    return [_verdict(source) for source in sources]


def _names_no_record(kind: type) -> bool:
    """Tell whether no value of `kind` can have an attribute `record`, so that none need be asked for it."""
    return kind.__dictoffset__ == 0 and not hasattr(kind, "record") and not hasattr(kind, "__getattr__")


def _note_all(sources: Sequence[Any], sights: Sequence[Sight | None], bits: int, trail: Any) -> None:
    last: tuple[Any, Sight | None] = None, None
    for source, sight in zip(sources, sights, strict=True):
        record = getattr(source, "record", None)
        # what stands below one record comes in a row: what was noted just now need not be noted again
        if record is not None and sight is not None and (record is not last[0] or sight is not last[1]):
            trail.asked(record, bits, sight)
            last = record, sight


class SeesPermission(BasePermission):
    """Opens a field to viewers whose sight of the record holds one of the class's groups (R1).

    It notes on the operation's trail what was asked of the record, shown or withheld, for the journal (R29).

    INVARIANT (only-a-sight): `type(sight) is Sight`; anything else in its place denies (R38).
    """

    groups: ClassVar[tuple[Group, ...]] = ()
    bits: ClassVar[int] = 0

    def has_permission(self, source: Any, info: Any, **_: Any) -> bool:
        sight = _verdict(source)
        if sight is None:
            return False
        self._note(source, sight, info)
        return sight.sees(self.bits)

    def on_unauthorized(self) -> None:
        """Answer null: `withheld` says so, an error would say more."""

    @staticmethod
    def ask_all(sources: Sequence[Any], bits: int, context: Any) -> list[int]:
        """Return the bits held on each record, none where there is no verdict; and note that `bits` were asked.

        This is `has_permission` for many records and all the guards of their fields at once, under the same
        invariant.
        """
        sights = _verdicts(sources)
        trail = getattr(context, "trail", None)
        if trail is not None and not all(map(_names_no_record, set(map(type, sources)))):
            _note_all(sources, sights, bits, trail)
        return [0 if sight is None else sight.bits for sight in sights]

    def _note(self, source: Any, sight: Sight, info: Any) -> None:
        trail = getattr(getattr(info, "context", None), "trail", None)
        record = getattr(source, "record", None)
        if trail is not None and record is not None:
            trail.asked(record, self.bits, sight)


@cache
def sees(*groups: Group) -> type[SeesPermission]:
    """Return the permission class of a field that any of `groups` opens; the first is its public label.

    Raises ValueError unless the first is a public group and the others are its narrower ones.
    """
    if not groups or not isinstance(groups[0], FieldGroup):
        raise ValueError("a guard needs a public group first: name a FieldGroup")
    if any(group is not NARROWER.get(groups[0]) for group in groups[1:]):
        raise ValueError(f"a guard of `{groups[0]}` may name its narrower group beside it, and no other")
    name = "Sees" + "".join(group.title().replace("_", "") for group in groups)
    return type(name, (SeesPermission,), {"groups": groups, "bits": mask(*groups), "__doc__": None})


class RootPermission(BasePermission):
    """What the guards of root fields share: who asks, and how one is refused."""

    message = "this account may not ask for this: see `viewer { role lapses }`"
    error_extensions = {"code": "FORBIDDEN"}  # noqa: RUF012  # Strawberry declares it as an instance variable

    def has_permission(self, source: Any, info: Any, **_: Any) -> bool:  # noqa: ARG002  # Strawberry's signature
        viewer = getattr(getattr(info, "context", None), "viewer", None)
        return viewer is not None and self._opens_to(viewer)

    @abstractmethod
    def _opens_to(self, viewer: Any) -> bool:
        """Tell whether the root opens to `viewer`."""


class MayPermission(RootPermission):
    """Opens a root field to viewers who hold one of the class's acts."""

    acts: ClassVar[tuple[Act, ...]] = ()

    def _opens_to(self, viewer: Any) -> bool:
        return viewer.may(*self.acts) is True


@cache
def may(*acts: Act) -> type[MayPermission]:
    """Return the permission class of a root field that any of `acts` opens."""
    if not acts or not all(isinstance(act, Act) for act in acts):
        raise ValueError("a root field needs an act: name at least one `Act`")
    name = "May" + "Or".join(act.title().replace("_", "") for act in acts)
    return type(name, (MayPermission,), {"acts": acts, "__doc__": None})


class InForcePermission(RootPermission):
    """Opens a root field of the directory of bodies and workers to every account without a lapse."""

    def _opens_to(self, viewer: Any) -> bool:
        # Whatever is not plainly "no lapse" keeps the root closed, as with acts.
        return getattr(viewer, "lapses", None) == ()


def in_force() -> type[InForcePermission]:
    """Return the permission class of a root field that is open to accounts without a lapse, of any role."""
    return InForcePermission


@dataclass(frozen=True, slots=True)
class Exists:
    """The label of a field that is part of what its record is: the bit by which the type exists opens it."""


@dataclass(frozen=True, slots=True)
class Public:
    """The label of a field that holds no column about a child, with the reason why it may be open."""

    why: str


def exists() -> Exists:
    """Label a field as part of what its record is."""
    return Exists()


def public(why: str) -> Public:
    """Label a field as open to every viewer; `why` is a sentence that a reviewer can check."""
    if not why.strip():
        raise ValueError("a public field needs a reason: say why no column about a child is in it")
    return Public(why)

"""Permission classes of the Strawberry rivals, as its documentation shows them: they ask the record's verdict."""

import os
from typing import Any

from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission, PermissionExtension

from authz.words import Act, Group, mask

TUNED = os.environ.get("BENCH_RIVAL") == "tuned"
"""Whether this process is the tuned rival: its guards do not wait."""


class Sees(BasePermission):
    """Whether the record's verdict holds any of some groups; noted on the trail for the journal."""

    message = "withheld"

    def __init__(self, *groups: Group) -> None:
        self.bits, self.public = mask(*groups), groups[0].bit

    async def has_permission(self, source: Any, info: Any, **_: Any) -> bool:
        return self.ask(source, info)

    def ask(self, source: Any, info: Any) -> bool:
        info.context["trail"].asked(source.record, self.public, source.sight)
        held: bool = source.sight.sees(self.bits)
        return held


class May(BasePermission):
    """Whether the viewer's role holds the act of a root, and the purpose that is stated."""

    message = "this account may not ask for this"

    def __init__(self, act: Act) -> None:
        self.act = act

    async def has_permission(self, source: Any, info: Any, **_: Any) -> bool:
        return self.ask(source, info)

    def ask(self, _: Any, info: Any) -> bool:
        viewer = info.context["viewer"]
        return viewer is not None and viewer.may(self.act) and viewer.purpose in viewer.purposes


class SeesNow(Sees):
    """The same without waiting."""

    def has_permission(self, source: Any, info: Any, **_: Any) -> bool:  # type: ignore[override]
        return self.ask(source, info)


class MayNow(May):
    """The same without waiting."""

    def has_permission(self, source: Any, info: Any, **_: Any) -> bool:  # type: ignore[override]
        return self.ask(source, info)


def sees(*groups: Group) -> list[FieldExtension]:
    """Return what guards a field that is null where it is withheld."""
    guard = SeesNow if TUNED else Sees
    return [PermissionExtension([guard(*groups)], fail_silently=True, use_directives=False)]


def may(act: Act) -> list[FieldExtension]:
    """Return what guards a root."""
    return [PermissionExtension([(MayNow if TUNED else May)(act)], use_directives=False)]

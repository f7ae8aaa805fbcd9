"""The proof of the guards: each is shown canaries that it must stop, and one that it must let pass."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from authz.guard import MayPermission, RootPermission, SeesPermission
from authz.policy import ACTS
from authz.sight import Sight
from authz.viewer import Viewer
from authz.words import Lapse, Role, groups_in


def guard_faults(where: str, guard: Any) -> Iterator[str]:
    """Yield a sentence for a guard that lets a canary pass, or that stops whom it should let pass."""
    if issubclass(guard, SeesPermission):
        yield from _sees_faults(where, guard)
    elif issubclass(guard, RootPermission):
        yield from _root_faults(where, guard)


def told(bits: int) -> str:
    """Return the groups of `bits` by name."""
    return ", ".join(groups_in(bits))


def _sees_faults(where: str, guard: Any) -> Iterator[str]:
    held, denied = SimpleNamespace(sight=Sight(guard.bits, ())), SimpleNamespace(sight=Sight(~guard.bits, ()))
    others: list[Any] = [denied, None, True, SimpleNamespace(sight=True), SimpleNamespace(sight=guard.bits)]
    opened = [guard().has_permission(source, None) for source in (held, *others)]
    if opened != [True] + [False] * len(others):
        yield f"the guard of `{where}` does not do what it says: it must open to {told(guard.bits)} alone"
    # the plan asks for whole levels in this way, and row by row not at all
    at_once = [mask & guard.bits != 0 for mask in guard.ask_all((held, *others), guard.bits, None)]
    if at_once != [True] + [False] * len(others):
        yield f"the guard of `{where}` says something else when it is asked for many records at once"
    if guard().on_unauthorized() is not None:
        yield f"the guard of `{where}` answers something: what is withheld must be null"


def _root_faults(where: str, guard: Any) -> Iterator[str]:
    lapsed = _asked_by(_account(Role.DIRECTORY_TEAM, Lapse.SUSPENDED))
    if any(guard().has_permission(None, info) for info in (_asked_by(None), lapsed, None)):
        yield f"the root `{where}` opens to nobody in particular, or to an account with a lapse"
    if issubclass(guard, MayPermission):
        for role in Role:
            opens = guard().has_permission(None, _asked_by(_account(role)))
            if opens is not bool(ACTS[role].intersection(guard.acts)):
                acts = " or ".join(guard.acts)
                yield f"the root `{where}` does not do what it says to `{role}`: it must open to {acts}"


def _account(role: Role, *lapses: Lapse) -> Viewer:
    return Viewer(account=UUID(int=0), name="canary", role=role, organisation=UUID(int=0), lapses=lapses)


def _asked_by(viewer: Viewer | None) -> Any:
    return SimpleNamespace(context=SimpleNamespace(viewer=viewer))

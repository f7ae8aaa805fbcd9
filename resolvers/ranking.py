"""The order of what a search found: the exact match first, likely duplicates side by side (R5).

It depends on what every viewer of a row sees of it, and on what was asked for.
"""

import unicodedata
from collections import defaultdict
from typing import Any, Protocol, TypeVar

from resolvers.criteria import GivenNames
from resolvers.names import by_metaphone, fold, name_key, sounds
from resolvers.records import ChildRecord, ContactRecord


class Asked(Protocol):
    @property
    def family_name(self) -> str | None: ...
    @property
    def given(self) -> GivenNames | None: ...


class Named(Protocol):
    @property
    def family_name(self) -> str: ...
    @property
    def given_names(self) -> str: ...


N = TypeVar("N", bound=Named)


def _distance(asked: Asked, found: Named) -> tuple[int, int, int]:
    """Return how far the spelling of what was found lies from what was asked, (0, 0, 0) for the very same."""
    family = _family_distance(asked.family_name, found.family_name)
    given = _given_distance(asked.given, found.given_names)
    return family + given, family, given


def _family_distance(asked: str | None, found: str) -> int:
    if asked is None or _as_written(asked) == _as_written(found):
        return 0
    if fold(asked) == fold(found):
        return 1
    return 2 if name_key(asked) == name_key(found) else 3


def _as_written(name: str) -> str:
    """Return `name` but for its capitals; an accent is the same whether it is part of a letter or a mark of its own."""
    return unicodedata.normalize("NFC", name).strip().casefold()


def _given_distance(asked: GivenNames | None, found: str) -> int:
    words = tuple(fold(found).split())
    if asked is None or asked.words == words:
        return 0
    if asked.words == words[: len(asked.words)] or "".join(asked.words) == "".join(words):
        return 1
    return 2 if set(asked.words) <= set(words) else 3


def _child_order(child: ChildRecord) -> Any:
    return fold(child.family_name), fold(child.given_names), child.date_of_birth, child.directory_number


def _likeness(child: ChildRecord) -> Any:
    """Return what two records of one child have in common: how the names sound, and the date of birth."""
    return by_metaphone(child.family_name), sounds(child.given_names).split()[:1], child.date_of_birth


def rank_children(found: list[ChildRecord], asked: Asked) -> list[ChildRecord]:
    """Return the children `found`, nearest spelling first; those that may be one child stand together."""
    alike = defaultdict(list)
    for child in found:
        alike[repr(_likeness(child))].append((_distance(asked, child), _child_order(child), child))
    groups = sorted(sorted(group, key=lambda entry: entry[:2]) for group in alike.values())
    return [child for group in groups for _, _, child in group]


def rank_contacts(found: list[ContactRecord], asked: Asked) -> list[ContactRecord]:
    """Return the contacts `found`, nearest spelling first, then by the carer's name and the child's."""

    def order(contact: ContactRecord) -> Any:
        names = fold(contact.family_name), fold(contact.given_names)
        return _distance(asked, contact), names, _child_order(contact.child), contact.key

    return sorted(found, key=order)

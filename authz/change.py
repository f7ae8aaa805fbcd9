"""Changes: which of the groups that have changed on a record a viewer may hear of (R34)."""

from collections.abc import Iterable

from authz.sight import Sight
from authz.words import NARROWER, FieldGroup

_OF_WORKERS = frozenset({FieldGroup.SERVICES, FieldGroup.SENSITIVE_SERVICES})
"""Groups whose narrower group is that of one's own work, which a change says whose it is."""


def heard(sight: Sight, groups: Iterable[FieldGroup], *, own: bool) -> frozenset[FieldGroup]:
    """Return those of `groups` of which a viewer with `sight` hears that they have changed.

    `own` tells that the change is about work of the viewer's own: then the groups of services are heard of by whoever
    sees the own rows. Of identifiers a change does not say who issued them, so of these only whoever sees all hears.
    """
    return frozenset(group for group in groups if sight.sees(group.bit) or (own and _sees_own(sight, group)))


def _sees_own(sight: Sight, group: FieldGroup) -> bool:
    return group in _OF_WORKERS and sight.sees(NARROWER[group].bit)

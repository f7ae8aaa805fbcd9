"""What descriptions tell beside what a field is: for whom, with what, at which cost; some tools see no directive."""

from collections.abc import Iterable

from authz.policy import ACTS, PURPOSES_OF
from authz.words import Act, Group
from schema.cost import Cost


def of_a_root(acts: Iterable[Act], cost: Cost) -> str:
    """Return the paragraph that tells who may ask for a root that takes any of `acts`, and what must be stated."""
    taken = tuple(acts)
    roles = ", ".join(role for role, held in ACTS.items() if held.intersection(taken))
    some = [purpose for act in taken for purpose in PURPOSES_OF.get(act, ())]
    purpose = f"one of the purposes {', '.join(some)}" if some else "a purpose"
    return _joined(f"For {roles}", f"Needs {purpose} and a reason", *_cost(cost))


def of_the_directory(cost: Cost) -> str:
    """Return the same paragraph of a root of the directory of bodies and workers."""
    return _joined("For every account without a lapse", *_cost(cost))


def beside(description: str, cost: Cost | None, group: Group | None = None) -> str:
    """Return a field's description with its cost and, at the end, the group that guards it."""
    told = _cost(cost) if cost is not None else []
    guard = [] if group is None else [f"[{group}]"]
    return " ".join([description, *(f"({each[0].lower()}{each[1:]})" for each in told), *guard])


def _cost(cost: Cost) -> list[str]:
    """Return in words what `@cost` and `@listSize` say; nothing of what is free."""
    if not cost.weight:
        return []
    if cost.argument is not None:
        return [f"Cost: {cost.weight} for each of `{cost.argument}`"]
    return [f"Cost: {cost.weight}" if cost.size is None else f"Cost: {cost.weight} for each of {cost.size} rows"]


def _joined(*sentences: str) -> str:
    return ". ".join(sentences)

"""What a leak is that can be planted."""

from dataclasses import dataclass

from tests.leaks.guardians import Guardian
from tests.leaks.tree import Patch


@dataclass(frozen=True)
class Leak:
    """One leak: `what` it is, the published `hole` it stands for, and who catches it, the cheapest first."""

    name: str
    what: str
    hole: str
    patches: tuple[Patch, ...]
    caught_by: tuple[Guardian, ...]

"""The guardians: what stands between a leak and whoever would ask for it, each asked alone."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from tests.leaks.tree import Said, run


class Guardian(ABC):
    """One way of catching leaks. `kind` is its column in the table."""

    kind: ClassVar[str]

    @abstractmethod
    def ask(self, root: Path) -> Said:
        """Return what it says of the tree at `root`."""

    @abstractmethod
    def caught(self, said: Said) -> bool:
        """Tell whether it found fault. Raises ValueError where it could not do its work."""


@dataclass(frozen=True)
class Proof(Guardian):
    """The proof at start: `gateway prove`, which tells each fault in a sentence."""

    kind = "proof"

    def ask(self, root: Path) -> Said:
        return run(root, "-c", "import sys; sys.argv[0] = 'gateway'; from gateway.start import main; main()", "prove")

    def caught(self, said: Said) -> bool:
        if said.code not in {0, 1} or "Traceback" in said.text:
            raise ValueError(f"the proof broke down:\n{said.last}")
        return said.code == 1


@dataclass(frozen=True)
class Worlds(Guardian):
    """The generated worlds, as seen by some viewers."""

    viewers: tuple[str, ...] = ("teacher", "officer", "police")
    operations: int = 150
    seed: int = 1

    kind = "worlds"

    def ask(self, root: Path) -> Said:
        viewers = [word for viewer in self.viewers for word in ("--viewer", viewer)]
        options = ["--operations", str(self.operations * len(self.viewers)), "--seed", str(self.seed), "--pairs", "1"]
        return run(root, "-m", "tests.worlds.run", "--first", "--no-shrink", *options, *viewers)

    def caught(self, said: Said) -> bool:
        if (said.code == 1) is not ("can tell two worlds apart" in said.text) or said.code not in {0, 1}:
            raise ValueError(f"the worlds broke down:\n{said.last}")
        return said.code == 1


@dataclass(frozen=True)
class Cases(Guardian):
    """Some of the tests, on SQLite alone: `where` are files or single tests."""

    where: tuple[str, ...]
    chosen: str = "not postgresql"

    def ask(self, root: Path) -> Said:
        options = ["-q", "-x", "-n", "0", "-p", "no:cacheprovider", "-k", self.chosen]
        return run(root, "-m", "pytest", *options, *self.where)

    def caught(self, said: Said) -> bool:
        if said.code not in {0, 1} or (said.code == 1) is not (" failed" in said.text):
            raise ValueError(f"the tests broke down:\n{said.last}")
        return said.code == 1


@dataclass(frozen=True)
class Scenarios(Cases):
    """The law by example."""

    where: tuple[str, ...] = ("tests/test_scenarios.py",)
    chosen: str = "gateway_tells and not postgresql"

    kind = "scenarios"


@dataclass(frozen=True)
class Journeys(Cases):
    """Whole requests by kind of viewer."""

    where: tuple[str, ...] = ("tests/journeys",)

    kind = "journeys"


@dataclass(frozen=True)
class Oracles(Cases):
    """The attacker, and counts of what two records run."""

    where: tuple[str, ...] = ("tests/oracles",)

    kind = "oracles"


@dataclass(frozen=True)
class Law(Cases):
    """The law's own tests and its golden table, and the printed contract."""

    where: tuple[str, ...] = ("tests/authz", "tests/schema/test_sdl.py", "tests/schema/test_build.py")

    kind = "law"


@dataclass(frozen=True)
class Streams(Cases):
    """Streams in generated worlds."""

    where: tuple[str, ...] = ("tests/worlds/test_generated_streams.py",)
    chosen: str = "tell_streams_alike and not postgresql"

    kind = "streams"


GUARDIANS: tuple[Guardian, ...] = (Proof(), Law(), Scenarios(), Worlds(), Journeys(), Oracles(), Streams())
"""All of them, the cheap ones first."""
KINDS = tuple(guardian.kind for guardian in GUARDIANS)

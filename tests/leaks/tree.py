"""Copies of the tree with something changed in them, and what a command run in one says."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("authz", "resolvers", "schema", "gateway", "tests", "docs")
BUILT = shutil.ignore_patterns("site", "node_modules")
"""The explorer's pages, in which no leak is planted."""
FILES = ("pyproject.toml", "README.md", "CHANGELOG.md")
LONGEST = 1_200
"""Seconds that a command may take, on a machine that has other things to do as well."""


class DoesNotApply(ValueError):  # noqa: N818  # it is about the patch
    """What a patch changes is not there, or is there twice."""


@dataclass(frozen=True)
class Patch:
    """One piece of `file` and what to put in its place."""

    file: str
    old: str
    new: str

    def apply(self, root: Path) -> None:
        """Change the file below `root`. Raises DoesNotApply unless the piece stands there exactly once."""
        text = (root / self.file).read_text(encoding="utf-8")
        times = text.count(self.old)
        if times != 1:
            first = self.old.strip().splitlines()[0]
            raise DoesNotApply(
                f"`{self.file}` has `{first}` {times} times: the code has moved on, so write the patch anew"
            )
        (root / self.file).write_text(text.replace(self.old, self.new), encoding="utf-8")


WITHOUT_PROOF = Patch(
    "gateway/app.py",
    "    certificate()\n    profile = profile or Profile()\n",
    "    profile = profile or Profile()\n",
)
"""The start without its proof, so that what else would catch a leak is tested alone."""


@dataclass(frozen=True)
class Said:
    """What a command said, and how it ended."""

    code: int
    text: str

    @property
    def last(self) -> str:
        lines = [line for line in self.text.splitlines() if line.strip()]
        return "\n".join(lines[-25:])


@contextmanager
def copied(patches: Sequence[Patch] = ()) -> Iterator[Path]:
    """Give a copy of the tree with `patches` made to it. Raises DoesNotApply.

    Compiled files come along with their times, so that only what is changed is compiled anew.
    """
    with tempfile.TemporaryDirectory(prefix="leak-") as folder:
        root = Path(folder)
        for name in FOLDERS:
            shutil.copytree(ROOT / name, root / name, ignore=BUILT)
        for name in FILES:
            shutil.copy2(ROOT / name, root / name)
        for patch in patches:
            patch.apply(root)
        yield root


def run(root: Path, *command: str) -> Said:
    """Run Python with `command` in the tree at `root`, and on no other."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV_"))}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=root,
        env={**environment, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    return Said(done.returncode, done.stdout + done.stderr)

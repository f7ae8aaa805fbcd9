"""The Node part of tests and measurements: packages installed once from a lock into a folder of the environment."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

OURS = shutil.ignore_patterns("node_modules")


@cache
def installed(source: Path) -> Path:
    """Return a copy of the folder `source` with its packages, installed by `npm ci` where they are not yet.

    Of several processes one installs and the others wait. Raises CalledProcessError where npm cannot bring them.
    """
    lock = (source / "package-lock.json").read_bytes()
    folder = Path(sys.prefix) / "node" / f"{source.name}-{hashlib.sha256(lock).hexdigest()[:12]}"
    with alone(folder.with_suffix(".lock")):
        shutil.copytree(source, folder, dirs_exist_ok=True, ignore=OURS)
        if not (folder / "node_modules" / ".package-lock.json").exists():
            command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
            subprocess.run(command, cwd=folder, check=True)
    return folder


def workspace(source: Path, folder: Path) -> Path:
    """Return `folder` as a copy of `source` to build in, with the installed packages linked to it."""
    shutil.copytree(source, folder, dirs_exist_ok=True, ignore=OURS)
    (folder / "node_modules").symlink_to(installed(source) / "node_modules", target_is_directory=True)
    return folder


def run(folder: Path, *command: str, **environment: str) -> str:
    """Run a program of the workspace `folder`, or Node, and return what it printed.

    Raises AssertionError with all that it said where it fails.
    """
    program = folder / "node_modules" / ".bin" / command[0]
    done = subprocess.run(
        [str(program) if program.exists() else command[0], *command[1:]],
        cwd=folder,
        env=_plain(os.environ) | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(command)}: {done.stdout[-4000:]}{done.stderr[-4000:]}"
    return done.stdout


def _plain(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without settings of a gateway, and with no colours in what is printed."""
    return {name: value for name, value in environment.items() if not name.startswith("GATEWAY_")} | {"NO_COLOR": "1"}


@contextmanager
def alone(file: Path) -> Iterator[None]:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield

"""The Node part: the packages of `mercurius/`, installed once from its lock into a folder of the environment."""

import hashlib
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

_SOURCE = Path(__file__).parent / "mercurius"


@cache
def _installed() -> Path:
    """Return the folder of the server with its packages, installed by `npm ci` where they are not yet."""
    lock = (_SOURCE / "package-lock.json").read_bytes()
    folder = Path(sys.prefix) / "bench" / f"mercurius-{hashlib.sha256(lock).hexdigest()[:12]}"
    shutil.copytree(_SOURCE, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules"))
    if not (folder / "node_modules" / ".package-lock.json").exists():
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(command, cwd=folder, check=True)
    return folder


def install() -> None:
    """Have the packages there before anything is timed. Raises CalledProcessError where npm cannot bring them."""
    _installed()


def mercurius(port: int) -> list[str]:
    return ["node", str(_installed() / "server.mjs"), str(port)]

"""The Node part of tests and measurements: packages installed once from a lock into a folder of the environment."""

import hashlib
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path


@cache
def installed(source: Path) -> Path:
    """Return a copy of the folder `source` with its packages, installed by `npm ci` where they are not yet.

    Raises CalledProcessError where npm cannot bring them.
    """
    lock = (source / "package-lock.json").read_bytes()
    folder = Path(sys.prefix) / "node" / f"{source.name}-{hashlib.sha256(lock).hexdigest()[:12]}"
    shutil.copytree(source, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules"))
    if not (folder / "node_modules" / ".package-lock.json").exists():
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(command, cwd=folder, check=True)
    return folder

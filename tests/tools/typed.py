"""The typed Python client of examples/agency: `python -m tests.tools.typed` writes it anew, as `make golden` does.

ariadne-codegen takes another graphql-core than ours, so that it is installed by hash into an environment of its own.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from graphql import build_schema, lexicographic_sort_schema, print_schema

from tests.node import alone, run
from tests.tools.breaking import SCHEMA

LOCK = Path(__file__).parent / "python" / "requirements.lock"
AGENCY = Path(__file__).parent.parent.parent / "examples" / "agency"
PLANNED = Path(__file__).parent.parent / "golden" / "contract.graphql"


def contract() -> str:
    """Return the contract, in the order of the alphabet; the planned one until feeds and streams are served."""
    served = (SCHEMA / "schema.graphql").read_text(encoding="utf-8")
    whole = "submitFeed(" in served and "caseloadChanged(" in served
    text = served if whole else PLANNED.read_text(encoding="utf-8")
    return print_schema(lexicographic_sort_schema(build_schema(text)))


def generator() -> Path:
    """Return the program, installed where it is not yet; of several processes one installs and the others wait."""
    name = hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]
    folder = Path(sys.prefix) / "tools" / f"ariadne-{name}"
    done = folder / ".complete"
    with alone(folder.with_suffix(".lock")):
        if not done.exists():
            venv.create(folder, clear=True, with_pip=True)
            install = ["-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", str(LOCK)]
            subprocess.run([str(folder / "bin" / "python"), *install], check=True)
            done.touch()
    return folder / "bin" / "ariadne-codegen"


def generated(folder: Path) -> Path:
    """Return the client, written anew in a copy of the example in `folder`."""
    shutil.copytree(AGENCY, folder, dirs_exist_ok=True)
    (folder / "schema.graphql").write_text(contract(), encoding="utf-8")
    run(folder, str(generator()))
    return folder / "directory"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        made = generated(Path(place))
        shutil.copytree(made, AGENCY / "directory", dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))

"""`make pictures`: the pictures of docs/explorer.md, taken of the demo as it is."""

import os
import subprocess
import tempfile
from pathlib import Path

from tests.explorer.conftest import HERE, ROOT, SOURCE
from tests.explorer.demo import demo_served


def main() -> None:
    """Take every picture anew."""
    with tempfile.TemporaryDirectory() as folder, demo_served(Path(folder)) as url:
        subprocess.run(
            [SOURCE / "with-node", "node", HERE / "pictures.mjs", url, ROOT / "docs"],
            env={**os.environ, "EXPLORER_SOURCE": str(SOURCE)},
            check=True,
        )


if __name__ == "__main__":
    main()

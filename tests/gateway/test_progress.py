"""Progress of long work is drawn for whoever watches a terminal, and for nobody else."""

import os
import pty
import re
import subprocess
from pathlib import Path

from tests.commanding import GATEWAY


def gateway(*arguments: str, data: Path, stderr: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*GATEWAY, *arguments, "--database", f"sqlite:///{data / 'mine.db'}"],
        env={**os.environ, "GATEWAY_DATA": str(data), "TERM": "xterm", "COLUMNS": "80"},
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        timeout=60,
        check=True,
    )


def test_progress_is_drawn_on_a_terminal(tmp_path: Path) -> None:
    """On a terminal `gateway seed` draws a bar that counts the children, on standard error; its answer stays alone."""
    gateway("migrate", data=tmp_path, stderr=subprocess.DEVNULL)
    watched, terminal = pty.openpty()
    done = gateway("seed", "--children", "60", data=tmp_path, stderr=terminal)
    os.close(terminal)
    drawn = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", os.read(watched, 100_000).decode())
    os.close(watched)
    assert done.stdout == "60 children and 11 personas are in the directory\n"
    assert re.search(r"children .*60/60", drawn)


def test_progress_is_silent_elsewhere(tmp_path: Path) -> None:
    """Where standard error is no terminal, `gateway seed` writes nothing to it."""
    gateway("migrate", data=tmp_path, stderr=subprocess.DEVNULL)
    log = tmp_path / "log"
    with log.open("w") as file:
        gateway("seed", "--children", "60", data=tmp_path, stderr=file.fileno())
    assert not log.read_text()

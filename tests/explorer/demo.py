"""The demo in a process of its own, for a browser to look at."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

COMMAND = [sys.executable, "-u", "-c", "from gateway.cli import main; main()", "demo", "--port", "0"]


@contextmanager
def demo_served(folder: Path) -> Iterator[str]:
    """Serve the demo with its data in `folder`; give the address that it prints."""
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([*COMMAND, "--data", str(folder)], stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        yield _address(process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)


def _address(process: "subprocess.Popen[str]") -> str:
    """Return the address, once the demo has printed the last of its lines."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("Ctrl-C ") and (found := re.search(r"http://\S+$", line)):
            return found[0]
    raise AssertionError("the demo ended before it had begun")

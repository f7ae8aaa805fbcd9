"""The collector of a process that serves."""

import subprocess
import sys

from gateway.collector import THRESHOLDS

SERVING = """
import gc
from gateway.serve import Worker

Worker(lambda: "the application")()
print(gc.get_freeze_count() > 10_000 > 10 * len(gc.get_objects()), gc.get_threshold())
"""


def test_a_process_that_serves_leaves_alone_what_stays() -> None:
    """After start-up all that is there is frozen, and the collector looks seldom."""
    done = subprocess.run([sys.executable, "-c", SERVING], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == f"True {THRESHOLDS}\n"

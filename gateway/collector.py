"""The garbage collector: it looks seldom at what goes, and in a process that serves leaves alone what stays.

Nothing in an answer is cyclic, so what an operation made goes with its last reference. The collector's own way, a look
at everything after each 700 new objects, takes a third of the time of a start, and a large part of that of a big page.
"""

import gc

THRESHOLDS = 50_000, 20, 50
"""New objects before a look at the young; looks before one at the middle-aged, and before one at the old."""


def relax() -> None:
    """Collect seldom from here on; for a process that begins, before it makes much."""
    gc.set_threshold(*THRESHOLDS)


def settle() -> None:
    """Take all that there is now for permanent; for a process that starts to serve."""
    gc.collect()
    gc.freeze()

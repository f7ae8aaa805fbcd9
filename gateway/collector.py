"""The garbage collector of a process that serves: it leaves alone what stays, and looks seldom at what goes.

Nothing in an answer is cyclic, so what an operation made goes with its last reference. The collector's own way, a look
at everything after each 700 new objects, takes a large part of the time of a big page.
"""

import gc

THRESHOLDS = 50_000, 20, 50
"""New objects before a look at the young; looks before one at the middle-aged, and before one at the old."""


def settle() -> None:
    """Take all that there is now for permanent, and collect seldom from here on; for a process that starts to serve."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)

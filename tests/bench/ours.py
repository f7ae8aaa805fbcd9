"""The command line of the gateway, which at its end tells how often a kept plan has served.

As `python -m tests.bench.ours silent serve ...` it leaves the journal out, to measure what the journal costs.
"""

import json
import sys
from typing import Any

from gateway.start import main
from resolvers.store.journal import Journal
from schema.build import build_schema


async def _unwritten(*_: Any) -> None:
    """Write nothing, in place of `Journal.append`."""


if __name__ == "__main__":
    if sys.argv.pop(1) == "silent":
        Journal.append = _unwritten  # type: ignore[method-assign]  # in this process alone, to measure
    try:
        main()
    finally:
        plans = build_schema().execution_context_class.plans
        print(json.dumps({"hits": plans.hits, "misses": plans.misses}))

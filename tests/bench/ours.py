"""Serve this gateway as its command line does, with the benchmark's keys: `python -m tests.bench.ours PORT FOLDER`.

The accounts of the benchmark have no budget of records; the law, purposes and the journal are what they always are. With
`silent` after the folder the journal is left out, which only the measuring of its share asks for. At its end the process
tells how often a kept plan has served.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from authz.words import Role
from gateway.app import create_app
from gateway.demo import DemoKeys
from gateway.serve import open_socket, serve
from gateway.settings import Settings
from gateway.telemetry import start_log
from resolvers.store.journal import Journal
from schema.build import build_schema


async def _unwritten(*_: Any) -> None:
    """Write nothing, in place of `Journal.append`."""


def main(port: str, folder: str, journal: str = "") -> None:
    if journal == "silent":
        Journal.append = _unwritten  # type: ignore[method-assign]  # in this process alone, to measure
    keys = DemoKeys.at(Path(folder))
    unlimited = {Role.PRACTITIONER: None}
    settings = Settings(database_url=os.environ["BENCH_DATABASE"], records_per_hour_by_role=unlimited)
    app = create_app(settings, [keys.issuer], keys.secret)
    start_log()
    with open_socket("127.0.0.1", int(port)) as listening:
        serve(app, listening)
    plans = build_schema().execution_context_class.plans
    print(json.dumps({"hits": plans.hits, "misses": plans.misses}))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Kills the gateway while it is read and written: `python -m tests.kill.run`; exits with 1 where a promise is broken."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.databases import KINDS, make_template
from tests.kill.killing import hunt


async def run(told: argparse.Namespace) -> list[str]:
    found = []
    with tempfile.TemporaryDirectory(prefix="kill-") as folder:
        for kind in KINDS if told.database == "both" else (told.database,):
            template = await make_template(kind, Path(folder))
            async with template.copy(Path(folder)) as url:
                faults = await hunt(
                    url, Path(folder), operations=told.operations, kills=told.kills, seed=told.seed, workers=told.workers,
                    tell=lambda said, kind=kind: print(f"{kind}: {said}", file=sys.stderr),
                )  # fmt: skip
            print(f"{kind}: {len(faults)} faults after {told.operations} operations and {told.kills} kills")
            found += [f"{kind}: {fault}" for fault in faults]
    return found


def main() -> int:
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--operations", type=int, default=1_000, help="reads and deeds, half of each")
    told.add_argument("--kills", type=int, default=20, help="how often the gateway is killed")
    told.add_argument("--workers", type=int, default=2, help="processes of the gateway on PostgreSQL")
    told.add_argument("--seed", type=int, default=1)
    told.add_argument("--database", choices=[*KINDS, "both"], default="both")
    faults = asyncio.run(run(told.parse_args()))
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

"""The table of audits: `python -m tests.conformance.run`; status 1 where a MUST or a SHOULD is not met."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.bench.report import plain
from tests.conformance.audit import Audit, audits
from tests.databases import make_template
from tests.serving import database, serving, token


async def audited(folder: Path) -> Sequence[Audit]:
    """Serve a directory, and return the audits of it."""
    template = await make_template("sqlite", folder)
    async with database(template, folder) as url, serving(url, folder) as service:
        return await audits(service.url, token())


def table(found: Sequence[Audit]) -> list[list[str]]:
    met, all_of = Counter(each.level for each in found if each.met), Counter(each.level for each in found)
    counts = [[level, "", f"{met[level]} of {number}"] for level, number in all_of.items()]
    return [["audit", "what is asked", "met"], *([each.id, each.name, "no"] for each in found if not each.met), *counts]


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(audited(Path(folder)))
    print(plain(table(found)))
    return int(not found or any(not each.met for each in found if each.level != "MAY"))


if __name__ == "__main__":
    raise SystemExit(main())

"""Runs the audits, and tells which are met."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.node import installed

SOURCE = Path(__file__).parent / "audits"

NOT_MET = {"5A70", "D6D5", "6A70"}
"""The audits that are not met, all of what a server MAY do: a question in an address ends in logs, so GET asks nothing."""


@dataclass(frozen=True, slots=True)
class Audit:
    """One audit: its id and name, whether it is a MUST, a SHOULD or a MAY, and why it is not met."""

    id: str
    name: str
    level: str
    met: bool
    reason: str | None


async def audits(url: str, token: str) -> Sequence[Audit]:
    """Return all audits of the server at `url`. Raises CalledProcessError where npm cannot bring the package."""
    folder = await asyncio.to_thread(installed, SOURCE)
    process = await asyncio.create_subprocess_exec(
        "node", str(folder / "audits.mjs"), url, token, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await process.communicate()
    return [Audit(**json.loads(line)) for line in told.splitlines()]

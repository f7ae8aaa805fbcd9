"""What an operation does, counted: statements of every kind, and calls of the rooms' own functions."""

import gc
import inspect
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from tests import observing

ROOT = Path(__file__).resolve().parents[2]
ROOMS = tuple(f"{ROOT / room}/" for room in ("gateway", "schema", "resolvers", "authz"))
RESUMED = inspect.CO_COROUTINE | inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR
"""Code that is entered anew each time it goes on: how often depends on the machine, so it is not counted."""


@dataclass
class Doings:
    """What was done: the texts of all statements in order, and how often each function was called."""

    statements: list[str] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)


@contextmanager
def counted() -> Iterator[Doings]:
    """Count what is done meanwhile: reading, budget and journal; batches of loaders, verdicts, steps of a plan.

    Every batch of a loader is one statement, and one call of what it binds; every step of a plan is a call.
    """
    doings = Doings()

    def enter(frame: FrameType, what: str, _: Any) -> None:
        code = frame.f_code
        if what == "call" and code.co_filename.startswith(ROOMS) and not code.co_flags & RESUMED:
            doings.calls[f"{code.co_filename}:{code.co_qualname}"] += 1

    gc.collect()  # what an earlier test has left is not to be dropped, and counted, meanwhile
    gc.freeze()  # and what is left now need not be walked through at the next count
    before = sys.getprofile()
    with observing.read(doings.statements.append), observing.run(doings.statements.append):
        sys.setprofile(enter)
        try:
            yield doings
        finally:
            sys.setprofile(before)

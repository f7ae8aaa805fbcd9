"""The command line, run in this process as an operator would run it."""

import sys
from collections.abc import Callable
from typing import NamedTuple

import pytest

from gateway.cli import main

GATEWAY = [sys.executable, "-u", "-c", "from gateway.start import main; main()"]
"""The command line in a process of its own, to which arguments are added."""


class Ended(NamedTuple):
    """How a command ended: its status, what it said, and its sentences of what was wrong."""

    status: int
    out: str
    err: str


Run = Callable[..., Ended]


def runner(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs the command line with its arguments."""

    def run(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["gateway", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return Ended(int(ended.value.code or 0), told.out, told.err)

    return run

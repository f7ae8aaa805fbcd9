"""Stories as they stand in the files: read strictly, so that a misspelt line is an error and not an omission."""

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from authz.words import FieldGroup
from tests.authz.law import COLUMNS
from tests.cast import ACCOUNTS

FOLDER = Path(__file__).resolve().parent
RECORD_LINES = {"shield", "reason", "another shield", "its reason", "life", "concealed"}
SEEN_OR_WITHHELD = {"seen": True, "withheld": False}


@dataclass(frozen=True, kw_only=True)
class Told:
    """One story. `outcome` is `sees`, `does not exist` or `may not ask`."""

    file: str
    number: int
    story: str
    rules: tuple[str, ...]
    viewer: str
    outcome: str
    account: str | None = None
    record: dict[str, Any] = field(default_factory=dict)
    ties: tuple[str, ...] = ()
    idle_ties: tuple[str, ...] = ()
    brother: dict[str, Any] | None = None
    brother_ties: tuple[str, ...] = ()
    sees: tuple[FieldGroup, ...] = ()
    own: tuple[FieldGroup, ...] = ()
    withheld: tuple[FieldGroup, ...] = ()
    lives: str = "CurrentAddress"
    mother: bool | None = None

    @property
    def name(self) -> str:
        """The word by which the story's child is known to its world."""
        return f"{self.file}-{self.number}"

    def __str__(self) -> str:
        return f"{self.file}: {self.story}"

    def faults(self) -> list[str]:
        """Return a sentence for everything that the story says amiss."""
        found = []
        if not self.rules or not all(re.fullmatch(r"R([0-9]|[1-3][0-9]|4[0-2])|2\.3", rule) for rule in self.rules):
            found.append("`rules` must name rules of the law, R0 to R42, or its section 2.3")
        if self.viewer not in ACCOUNTS:
            found.append(f"`viewer` must be one of {', '.join(ACCOUNTS)}")
        if unknown := {*self.record, *(self.brother or {})} - RECORD_LINES:
            found.append(f"a record has no line {sorted(unknown)}")
        if self.outcome == "sees":
            parts = [group for group in COLUMNS if group in self.sees], [g for g in COLUMNS if g in self.withheld]
            if (list(self.sees), list(self.withheld)) != parts or {*self.sees} ^ {*self.withheld} != {*COLUMNS}:
                found.append("`sees` and `withheld` must split the groups between them, each in the law's order")
            if not {*self.own} <= {*self.withheld}:
                found.append("what is seen of own rows alone stays in `withheld`")
        return found


def _told(file: str, number: int, lines: dict[str, Any]) -> Told:
    lines = dict(lines)
    outcomes = [name for name in ("sees", "does not exist", "may not ask") if name in lines]
    if len(outcomes) != 1:
        raise ValueError(f"{file}, story {number}: say one of `sees`, `does not exist: true`, `may not ask: true`")
    mother = lines.pop("the mother's details", None)
    told = Told(
        file=file,
        number=number,
        story=lines.pop("story"),
        rules=tuple(map(str, lines.pop("rules"))),
        viewer=lines.pop("viewer"),
        outcome=outcomes[0],
        account=lines.pop("account", None),
        record=lines.pop("record", {}),
        ties=tuple(lines.pop("ties", ())),
        idle_ties=tuple(lines.pop("ties that do not count", ())),
        brother=lines.pop("brother", None),
        brother_ties=tuple(lines.pop("ties to the brother", ())),
        sees=tuple(map(FieldGroup, lines.pop("sees", ()))),
        own=tuple(map(FieldGroup, lines.pop("sees own", ()))),
        withheld=tuple(map(FieldGroup, lines.pop("withheld", ()))),
        lives=lines.pop("lives", "CurrentAddress"),
        mother=None if mother is None else SEEN_OR_WITHHELD[mother],
    )
    if told.outcome != "sees" and lines.pop(told.outcome) is not True:
        raise ValueError(f"{told}: `{told.outcome}` can only be true")
    if lines:
        raise ValueError(f"{told}: no story has a line {sorted(lines)}")
    return told


@cache
def stories() -> tuple[Told, ...]:
    """Return all stories of all files, in order. Raises ValueError for a line that no story has."""
    return tuple(
        _told(path.stem, number, lines)
        for path in sorted(FOLDER.glob("*.yaml"))
        for number, lines in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")), start=1)
    )

"""The search set as it stands in the files: read strictly, so that a misspelt line is an error and not an omission."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import yaml

from tests.cast import ACCOUNTS
from tests.world import number_of

FOLDER = Path(__file__).resolve().parent
EVERYBODY = ("teacher", "officer", "police", "team", "manager")
"""Those who may search at all."""

OUTCOMES = ("lists", "lists in any order", "refused", "too many")
CRITERIA = {
    "children": "familyName givenNames dateOfBirth bornBetween directoryNumber externalIdentifier gender postcode phone email "
    "soundsLike",
    "contacts": "familyName givenNames postcode phone email",
}
GROUPINGS = {
    "": "{}{}{}",
    " with spaces": "{} {} {}",
    " with hyphens": "{}-{}-{}",
    " with no-break spaces": "{}\xa0{}\xa0{}",
}
"""How a directory number may be written, in three groups of four digits."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One case: who asks what, in each of some wordings, and what all of them must answer."""

    sentence: str
    root: str
    who: tuple[str, ...]
    asked: tuple[dict[str, Any], ...]
    lists: tuple[str, ...] = ()
    in_order: bool = True
    refused: str | None = None
    too_many: bool = False
    never: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.sentence

    def expected(self) -> Any:
        """Return what the answer must be, as `Heard` gives it."""
        if self.refused is not None:
            return f"refused: {self.refused}"
        if self.too_many:
            return "too many"
        return list(self.lists) if self.in_order else sorted(self.lists)


def _text(value: Any) -> Any:
    """Return a value as it is sent: `{repeat: a, times: 3}` spelt out, `<anna>` as her number, a date as text."""
    match value:
        case {"repeat": str(part), "times": int(times)}:
            return part * times
        case dict():
            return {name: _text(part) for name, part in value.items()}
        case date():
            return value.isoformat()
        case str() if value.startswith("<") and value.endswith(">"):
            return _number(value[1:-1])
        case str() | bool() | None:
            return value
    raise ValueError(f"`{value!r}` is no text: quote it")


def _number(said: str) -> str:
    name, _, grouping = said.partition(" ")
    number = number_of(name)
    return GROUPINGS[f" {grouping}" if grouping else ""].format(number[:4], number[4:8], number[8:])


def _subsets(criteria: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every choice of one or more of `criteria`."""
    names = chain.from_iterable(combinations(criteria, size) for size in range(1, len(criteria) + 1))
    return [{name: criteria[name] for name in chosen} for chosen in names]


def _asked(known: Any, hidden: dict[str, Any] | None) -> tuple[dict[str, Any], ...]:
    """Return every search of a case: each wording of what is known, with each choice of what is hidden."""
    wordings = known if isinstance(known, list) else [known]
    return tuple(
        _text({**wording, **chosen}) for wording in wordings for chosen in (_subsets(hidden) if hidden else [{}])
    )


def _case(lines: dict[str, Any]) -> Case:
    lines = dict(lines)
    sentence, who = lines.pop("case"), lines.pop("who")
    root = "contacts" if "knows of a carer" in lines else "children"
    known = lines.pop("knows of a carer" if root == "contacts" else "knows")
    asked = _asked(known, lines.pop("in every combination with", None))
    never = tuple(lines.pop("never", ()))
    outcomes = [name for name in OUTCOMES if name in lines]
    if len(outcomes) > 1 or not (outcomes or never):
        raise ValueError(f"`{sentence}`: say one of {', '.join(OUTCOMES)}, or `never` alone where nobody is listed")
    listed = lines.pop("lists", None) or lines.pop("lists in any order", None) or ()
    case = Case(
        sentence=sentence,
        root=root,
        who=EVERYBODY if who == "everybody" else tuple(who) if isinstance(who, list) else (who,),
        asked=asked,
        lists=tuple(listed),
        in_order="lists in any order" not in outcomes,
        refused=lines.pop("refused", None),
        too_many=lines.pop("too many", False),
        never=never,
    )
    lines.pop("lists", None)
    if lines:
        raise ValueError(f"`{sentence}`: no case has a line {sorted(lines)}")
    _check(case)
    return case


def _check(case: Case) -> None:
    if unknown := {*case.who} - {*ACCOUNTS}:
        raise ValueError(f"`{case}`: nobody is called {sorted(unknown)}")
    criteria = {*CRITERIA[case.root].split()}
    if unknown := {name for asked in case.asked for name in asked} - criteria:
        raise ValueError(f"`{case}`: no search has a criterion {sorted(unknown)}")
    if both := {*case.lists} & {*case.never}:
        raise ValueError(f"`{case}`: {sorted(both)} cannot be both listed and never listed")


@cache
def cases() -> tuple[Case, ...]:
    """Return all cases, in the order of the file. Raises ValueError for a line that no case has."""
    return tuple(map(_case, yaml.safe_load((FOLDER / "cases.yaml").read_text(encoding="utf-8"))))


@cache
def directory() -> dict[str, Any]:
    """Return the invented directory: `children`, the `crowd`, and `carers`."""
    read: dict[str, Any] = yaml.safe_load((FOLDER / "directory.yaml").read_text(encoding="utf-8"))
    return read

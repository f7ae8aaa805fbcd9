"""The law for a terminal, in lines of at most 80 columns."""

from collections.abc import Iterable, Iterator, Mapping
from textwrap import wrap

from authz.diff import Change
from authz.policy import ACTS, PURPOSES, PURPOSES_OF
from authz.table import BEYOND, COLUMNS, beyond, matrix
from authz.words import Act, Purpose, Role, Shield

WIDTH = 80
CODES = dict(
    zip(COLUMNS, ["ID", "FMN", "CON", "WHE", "PLA", "SER", "AGE", "LEA", "SEN", "IDS", "CAS", "TRA"], strict=True)
)
"""The groups as they head the printed matrix, so that it fits."""

HELD: Mapping[str, Mapping[Role, Iterable[Act | Purpose]]] = {
    "acts": {role: [act for act in Act if act in held] for role, held in ACTS.items()},
    "purposes": PURPOSES,
}
"""What each role holds, in the order in which it is told."""

NARROWED = [f"{act} is for {' and '.join(purposes)} alone." for act, purposes in PURPOSES_OF.items()]
"""A sentence for each act that is not for every purpose of its role."""


def law() -> Iterator[str]:
    """Yield the whole law as people read it: matrices, signs, records of other kinds, acts and purposes."""
    for shield in (Shield.OPEN, Shield.SHIELDED):
        yield f"{shield} record, LIVE"
        yield from (_row(cells, 3) for cells in [("role, standing", *CODES.values()), *matrix(shield)])
        yield ""
    yield "Other records"
    yield from (_row(cells, 10) for cells in [("role", *BEYOND), *beyond()])
    yield ""
    yield from _legend()
    for name, held in HELD.items():
        yield ""
        yield name.title()
        for role, words in held.items():
            yield from hanging(f"{role:<19} ", " ".join(words))
    yield ""
    for told in NARROWED:
        yield from hanging("", told)


def _row(cells: tuple[str, ...], width: int) -> str:
    return "".join([f"{cells[0]:<30}", *(f" {cell:<{width}}" for cell in cells[1:])]).rstrip()


def _legend() -> Iterator[str]:
    codes = [f"{CODES[group]:<4}{group:<20}" for group in COLUMNS]
    yield from ("".join(codes[start : start + 3]).rstrip() for start in range(0, len(codes), 3))
    yield ""
    yield "Y seen, Y* seen unless former names are sealed, - withheld, own or iss: the"
    yield "viewer's own rows alone; a blank line: for this viewer there is no record."


def hanging(label: str, text: str) -> list[str]:
    """Return `text` after `label`, wrapped to the width with its further lines indented to where it began."""
    return wrap(label + text, WIDTH, subsequent_indent=" " * len(label), break_on_hyphens=False)


def changes_told(found: list[Change]) -> Iterator[str]:
    """Yield what changed, the changes of each role under its name."""
    for role in Role:
        if mine := [change for change in found if change.role is role]:
            yield role
            for change in mine:
                yield from hanging("  ", str(change))

"""`gateway policy`: the law as people read it."""

from collections.abc import Iterator
from typing import Annotated

import typer

from authz.table import COLUMNS, matrix, rows
from authz.words import Shield

policy = typer.Typer(no_args_is_help=True, help="The law: who sees what.")


@policy.callback()
def _group() -> None:
    """Keep `show` a command of its own: a group of one would lose its name."""


@policy.command("show")
def show(
    table: Annotated[bool, typer.Option("--table", help="Print the total table, a line a decision.")] = False,
) -> None:
    """Print the law as a matrix of live records: who sees which group."""
    if table:
        for line in rows():
            typer.echo(line)
        return
    typer.echo("\n".join(_matrices()))


CODES = dict(
    zip(COLUMNS, ["ID", "FMN", "CON", "WHE", "PLA", "SER", "AGE", "LEA", "SEN", "IDS", "CAS", "TRA"], strict=True)
)
"""The groups as they head the printed matrix, so that it fits 80 columns."""


def _matrices() -> Iterator[str]:
    """Yield the matrices of both shields as lines of fixed width, and what their signs mean."""
    for shield in (Shield.OPEN, Shield.SHIELDED):
        yield f"{shield} record, LIVE"
        yield from map(_line, [("role, standing", *(CODES[group] for group in COLUMNS)), *matrix(shield)])
        yield ""
    legend = [f"{CODES[group]:<4}{group:<20}" for group in COLUMNS]
    yield from ("".join(legend[start : start + 3]).rstrip() for start in range(0, len(legend), 3))
    yield ""
    yield "Y seen, Y* seen unless former names are sealed, - withheld, own or iss: the"
    yield "viewer's own rows alone; a blank line: for this viewer there is no record."


def _line(cells: tuple[str, ...]) -> str:
    return "".join([f"{cells[0]:<30}", *(f" {cell:<3}" for cell in cells[1:])]).rstrip()

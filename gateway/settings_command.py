"""`gateway settings`: what is set, where it comes from, and what of it cannot be meant."""

import os
from typing import Annotated

import typer

from gateway.command import Data, Database, Stop, settings_of
from gateway.sense import contradictions
from gateway.settings import unknown_settings
from gateway.settings_text import effective, markdown


def settings(
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="Print the table of docs/settings.md: names, defaults, meanings.")
    ] = False,
    data: Data = None,
    database: Database = None,
) -> None:
    """Print every setting in effect and where it comes from, secrets hidden; status 1 if some cannot be meant."""
    if as_markdown:
        typer.echo(markdown())
        return
    given = {"data": data, "database_url": database}
    held = settings_of(**given)
    rows = effective(held, os.environ, given)
    widths = [max(len(row[column]) for row in rows) for column in (0, 2)]
    for name, value, source in rows:
        typer.echo(f"{name:<{widths[0]}}  {source:<{widths[1]}}  {value}")
    if found := [*unknown_settings(dict(os.environ)), *contradictions(held)]:
        raise Stop(*found)

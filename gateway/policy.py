"""`gateway policy`: the law as people read it, look for its faults and compare it."""

from pathlib import Path
from typing import Annotated

import typer

from authz.check import check as faults_of
from authz.diff import changes
from authz.lines import read_table
from authz.policy import POLICY
from authz.table import TABLE, rows
from gateway.command import Data, Database, Stop, engine_of, finish, migrated, settings_of
from gateway.explain import explain as verdict_told
from gateway.policy_page import page
from gateway.policy_text import changes_told, law
from resolvers.explain import NotThere

policy = typer.Typer(no_args_is_help=True, help="The law: who sees what.")


@policy.command("show")
def show(
    table: Annotated[bool, typer.Option("--table", help="Print the total table, a line a decision.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print a page in Markdown.")] = False,
) -> None:
    """Print the law: who sees which group, and who may ask for what and why."""
    if table and markdown:
        raise Stop("the total table is no page: take `--table` or `--markdown`")
    typer.echo("\n".join(rows()) if table else page() if markdown else "\n".join(law()))


@policy.command("check")
def check() -> None:
    """Look for faults of the law: words, rules, acts and purposes that cannot be meant as they stand."""
    if found := faults_of():
        raise Stop(*found)
    typer.echo(f"{len(POLICY)} rules make {len(TABLE)} decisions, and no fault was found")


@policy.command("diff")
def diff(old: Annotated[Path, typer.Argument(help="A file of what `gateway policy show --table` printed.")]) -> None:
    """Tell who gains and who loses which group, where, since the table in a file; status 1 if anybody does."""
    try:
        found = changes(read_table(old.read_text(encoding="utf-8", errors="replace").splitlines()))
    except OSError as error:
        raise Stop(f"`{old}` cannot be read ({error.strerror}): name a file of `gateway policy show --table`") from None
    except ValueError as error:
        raise Stop(f"`{old}` is no table of the law ({error})") from None
    if found:
        typer.echo("\n".join(changes_told(found)))
        raise typer.Exit(1)
    typer.echo("nobody gains and nobody loses: the law decides as it did")


@policy.command("explain")
def explain(
    viewer: Annotated[str, typer.Option(help="The subject of an account, as its tokens name it.")],
    child: Annotated[str, typer.Option(help="The directory number or the id of a record.")],
    data: Data = None,
    database: Database = None,
) -> None:
    """Tell which rules decide what an account sees of a record. It reads facts, prints no value and writes nothing."""
    settings = settings_of(data=data, database_url=database)

    async def run() -> str:
        async with migrated(engine_of(settings, reading=True)) as engine:
            try:
                return await verdict_told(engine, viewer, child)
            except NotThere as error:
                raise Stop(str(error)) from None

    typer.echo(finish(run()))

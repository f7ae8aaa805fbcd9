"""`gateway`: the command line. Each command does one thing and says what to do when it cannot."""

import asyncio
import os
from collections.abc import Coroutine
from datetime import date
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from authz.table import COLUMNS, matrix, rows
from authz.words import Shield
from gateway.demo import DemoKeys
from gateway.serve import open_socket, prepare, serve
from gateway.settings import Settings, unknown_settings
from gateway.tour import banner, examples
from resolvers.clock import Moment, system_clock
from resolvers.store.engine import database_url, make_engine
from resolvers.store.migrations import migrate as bring_up
from resolvers.store.seed import PERSONAS, is_seeded, make_rows, write_rows
from schema.build import sdl

cli = typer.Typer(no_args_is_help=True, add_completion=False, help="The children's directory gateway.")
policy = typer.Typer(no_args_is_help=True, help="The law: who sees what.")
cli.add_typer(policy, name="policy")

Database = Annotated[str | None, typer.Option("--database", help="The database's URL; by default the demo's file.")]
Data = Annotated[Path | None, typer.Option("--data", help="The folder of the demo's database and key.")]
T = TypeVar("T")
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Stop(typer.Exit):
    """Ends a command with a sentence on standard error."""

    def __init__(self, sentence: str) -> None:
        typer.echo(f"gateway: {sentence}", err=True)
        super().__init__(1)


def _settings(**given: object) -> Settings:
    try:
        told = {name: value for name, value in given.items() if value is not None}
        return Settings.model_validate(Settings().model_dump() | told)
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(map(str, first["loc"])).upper()
        raise Stop(f"`GATEWAY_{name}` cannot be used ({first['msg'].lower()}): see docs/settings.md") from None


def _engine(settings: Settings) -> AsyncEngine:
    try:
        url = database_url(settings.database)
    except ValueError as error:
        raise Stop(str(error)) from None
    if settings.database_url is None:
        settings.data.mkdir(parents=True, exist_ok=True)
    folder = Path(url.database or "").parent
    if url.get_backend_name() == "sqlite" and not folder.is_dir():
        raise Stop(f"there is no folder `{folder}` for the database: make it, or give another `--database`")
    return make_engine(url)


@cli.command()
def demo(
    port: Annotated[int | None, typer.Option(help="The port to listen on; 0 takes any that is free.")] = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on; a demo belongs on 127.0.0.1.")] = None,
    data: Data = None,
    database: Database = None,
) -> None:
    """Migrate, seed if empty, print the address and a token for each persona, and serve."""
    for name in unknown_settings(dict(os.environ)):
        typer.echo(f"warning: `{name}` is no setting of the gateway: see docs/settings.md", err=True)
    settings = _settings(port=port, host=host, data=data, database_url=database)
    if settings.host not in LOOPBACK:
        typer.echo(f"warning: the demo will listen on {settings.host}, and its tokens open everything", err=True)
    try:
        listening = open_socket(settings.host, settings.port)
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        raise Stop(f"cannot listen on {where} ({error.strerror}): give another `--port`") from None
    keys = DemoKeys.at(settings.data)
    _run(prepare(_engine(settings), typer.echo))
    shown = _run(examples(settings, keys.secret))
    address, number = listening.getsockname()[:2]
    typer.echo(banner(keys, address, number, shown))
    serve(settings, keys, listening)


@cli.command()
def migrate(data: Data = None, database: Database = None) -> None:
    """Bring the database to the newest revision."""
    settings = _settings(data=data, database_url=database)

    async def run() -> None:
        engine = _engine(settings)
        await bring_up(engine)
        await engine.dispose()

    _run(run())
    typer.echo("the database is at the newest revision")


@cli.command()
def seed(
    children: Annotated[int, typer.Option(min=60, help="How many children to make.")] = 2_000,
    number: Annotated[int, typer.Option("--seed", help="The same number gives the same rows.")] = 1,
    today: Annotated[str | None, typer.Option(help="The day that dates are counted from; today by default.")] = None,
    data: Data = None,
    database: Database = None,
) -> None:
    """Fill an empty, migrated database with personas and children."""
    settings = _settings(data=data, database_url=database)
    day = date.fromisoformat(today) if today else Moment(system_clock()).today

    async def run() -> bool:
        engine = _engine(settings)
        try:
            if await is_seeded(engine):
                return False
            await write_rows(engine, make_rows(children, number, day))
            return True
        finally:
            await engine.dispose()

    if not _run(run()):
        raise Stop("the database has accounts already: seed an empty one")
    typer.echo(f"{children} children and {len(PERSONAS)} personas are in the directory")


@cli.command()
def token(persona: Annotated[str, typer.Argument(help="One of the demo's personas.")], data: Data = None) -> None:
    """Print a token of the demo's issuer, and nothing else."""
    if persona not in PERSONAS:
        raise Stop(f"`{persona}` is no persona: take one of {', '.join(PERSONAS)}")
    settings = _settings(data=data)
    typer.echo(DemoKeys.at(settings.data).token(persona, PERSONAS[persona].role, system_clock()))


@cli.command()
def schema() -> None:
    """Print the contract in SDL."""
    typer.echo(sdl(), nl=False)


@policy.command("show")
def show(
    table: Annotated[bool, typer.Option("--table", help="Print the total table, a line a decision.")] = False,
) -> None:
    """Print the law as a matrix of live records: who sees which group."""
    if table:
        for line in rows():
            typer.echo(line)
        return
    console = Console(width=None if Console().is_terminal else 220)
    for shield in (Shield.OPEN, Shield.SHIELDED):
        console.print(_matrix(shield))
    typer.echo(
        "Y seen, Y* unless former names are sealed, own/iss the viewer's own rows, - withheld, blank: no record."
    )


def _matrix(shield: Shield) -> Table:
    table = Table(title=f"{shield} record, LIVE", title_justify="left")
    table.add_column("role (standing)", no_wrap=True)
    for group in COLUMNS:
        table.add_column(group.replace("_", " "), justify="center")
    for line in matrix(shield):
        table.add_row(*line)
    return table


def _run(work: Coroutine[Any, Any, T]) -> T:
    try:
        return asyncio.run(work)
    except (SQLAlchemyError, OSError) as error:
        text = str(getattr(error, "orig", None) or error)
        raise Stop(f"the database cannot be used ({text.splitlines()[0]}): look at `--database`") from None


def main() -> None:
    """Run the command line."""
    cli()

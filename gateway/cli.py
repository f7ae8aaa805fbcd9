"""`gateway`: the command line. Each command does one thing and says what to do when it cannot."""

import json
import os
from dataclasses import asdict
from datetime import datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from gateway.app import create_app
from gateway.audit import audit
from gateway.backup import backup, restore
from gateway.command import (
    Data,
    Database,
    Port,
    Stop,
    engine_of,
    expect_extra,
    finish,
    listen,
    migrated,
    no_folder,
    settings_of,
    stopping,
)
from gateway.demo import FILE, DamagedKeys, DemoKeys
from gateway.documents_command import documents
from gateway.feed_command import feed
from gateway.policy import policy
from gateway.progress import bars
from gateway.replicas import replica_fault
from gateway.rotate import keys as keys_commands
from gateway.scrape import scraped
from gateway.serve import Worker, run
from gateway.service import serve
from gateway.settings import unknown_settings
from gateway.settings_command import settings as print_settings
from gateway.tour import banner, examples, personas_of, prepare
from gateway.trusted import demo_profile
from resolvers.clock import Moment, system_clock
from resolvers.store.migrations import migrate as bring_up
from resolvers.store.seed import PERSONAS, is_seeded
from resolvers.store.seed import seed as fill
from schema.build import Unproven, sdl
from schema.proof import certificate

cli = typer.Typer(no_args_is_help=True, add_completion=False)
cli.add_typer(policy, name="policy")
cli.add_typer(audit, name="audit")
cli.add_typer(documents, name="documents")
cli.add_typer(keys_commands, name="keys")
cli.command()(serve)
cli.command()(backup)
cli.command()(restore)
cli.command()(feed)
cli.command("settings")(print_settings)

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def _keys(folder: Path, *, make: bool) -> DemoKeys:
    """Return the demo's keys kept in `folder`, made there if there are none and `make` says so."""
    try:
        return DemoKeys.at(folder) if make else DemoKeys.read(folder)
    except DamagedKeys:
        raise Stop(f"`{folder / FILE}` is damaged: remove it and start the demo again") from None
    except OSError as error:
        if not make and isinstance(error, FileNotFoundError | NotADirectoryError):
            raise Stop(f"no key in `{folder}`: start `gateway demo` first, or name its folder with `--data`") from None
        raise Stop(no_folder(folder, error)) from None


def _version(asked: bool) -> None:
    if asked:
        typer.echo(version("contactpoint-gateway"))
        raise typer.Exit


@cli.callback()
def _whole(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version, and nothing else.")
    ] = False,
) -> None:
    """The children's directory gateway."""  # noqa: D401  # it is the help's heading


@cli.command()
def demo(
    port: Port = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on; a demo belongs on 127.0.0.1.")] = None,
    data: Data = None,
    database: Database = None,
) -> None:
    """Migrate, seed if empty, print the address and a token for each persona, and serve."""
    for sentence in unknown_settings(dict(os.environ)):
        typer.echo(f"warning: {sentence}", err=True)
    settings = settings_of(port=port, host=host, data=data, database_url=database)
    expect_extra(settings)
    if settings.host not in LOOPBACK:
        typer.echo(f"warning: the demo will listen on {settings.host}, and its tokens open everything", err=True)
    if (fault := replica_fault(settings)) is not None:
        raise Stop(fault)
    with stopping():
        profile = demo_profile(settings)
    with listen(settings.host, settings.port) as listening:
        keys = _keys(settings.data, make=True)
        finish(prepare(engine_of(settings), typer.echo))
        shown = finish(examples(settings, keys.secret))
        address, number = listening.getsockname()[:2]
        personas = personas_of(keys, shown, settings.host)
        make = partial(create_app, settings, [keys.issuer], keys.secret, profile=profile, personas=personas)
        app = Worker(make, settings.log_level)()
        with scraped(settings, app.state.metrics) as told:
            typer.echo(banner(keys, address, number, shown) + told)
            run(app, listening, settings.body_limit)


@cli.command()
def migrate(data: Data = None, database: Database = None) -> None:
    """Bring the database to the newest revision."""
    settings = settings_of(data=data, database_url=database)

    async def run() -> None:
        engine = engine_of(settings)
        try:
            await bring_up(engine)
        finally:
            await engine.dispose()

    finish(run())
    typer.echo("the database is at the newest revision")


@cli.command()
def seed(
    children: Annotated[int, typer.Option(min=60, help="How many children to make.")] = 2_000,
    number: Annotated[int, typer.Option("--seed", help="The same number gives the same rows.")] = 1,
    today: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day that dates are counted from; today by default."),
    ] = None,
    data: Data = None,
    database: Database = None,
) -> None:
    """Fill an empty, migrated database with personas and children."""
    settings = settings_of(data=data, database_url=database)
    day = today.date() if today else Moment(system_clock()).today

    async def run() -> bool:
        async with migrated(engine_of(settings)) as engine:
            if await is_seeded(engine):
                return False
            with bars() as told:
                await fill(engine, children, number, day, told=told)
            return True

    if not finish(run()):
        raise Stop("the database has accounts already: seed an empty one")
    typer.echo(f"{children} children and {len(PERSONAS)} personas are in the directory")


@cli.command()
def token(persona: Annotated[str, typer.Argument(help="One of the demo's personas.")], data: Data = None) -> None:
    """Print a token of the demo's issuer, and nothing else."""
    if persona not in PERSONAS:
        raise Stop(f"`{persona}` is no persona: take one of {', '.join(PERSONAS)}")
    settings = settings_of(data=data)
    typer.echo(_keys(settings.data, make=False).token(persona, PERSONAS[persona].role, system_clock()))


@cli.command()
def schema() -> None:
    """Print the contract in SDL."""
    typer.echo(sdl(), nl=False)


@cli.command("prove")
def prove_all() -> None:
    """Prove that nothing out of sight can be shown, as at every start, and print the certificate as JSON."""
    try:
        told = certificate()
    except Unproven as unproven:
        raise Stop(*unproven.faults) from None
    typer.echo(json.dumps(asdict(told), indent=2))


def main() -> None:
    """Run the command line."""
    try:
        cli()
    except Stop as stop:
        for sentence in stop.args:
            typer.echo(f"gateway: {sentence}", err=True)
        raise SystemExit(stop.status) from None

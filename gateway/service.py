"""`gateway serve`: the gateway for tokens of one's own issuers; whatever cannot be meant stops it at the start."""

import os
from functools import partial
from socket import socket
from typing import Annotated

import typer
from starlette.applications import Starlette

from gateway.app import create_app
from gateway.command import (
    Data,
    Database,
    Misused,
    Port,
    Stop,
    engine_of,
    expect_extra,
    finish,
    listen,
    migrated,
    settings_of,
    stopping,
)
from gateway.issuers import read_issuers
from gateway.keys import read_secret
from gateway.scrape import gathered, scraped
from gateway.seal import public_keys
from gateway.sense import contradictions
from gateway.serve import Worker, run, run_many
from gateway.settings import Settings, unknown_settings
from gateway.trusted import Profile, production_profile


def serve(
    workers: Annotated[int | None, typer.Option(min=1, help="How many processes; above 1 on PostgreSQL alone.")] = None,
    port: Port = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    data: Data = None,
    database: Database = None,
) -> None:
    """Serve the directory to whoever has a token of an issuer in `GATEWAY_ISSUERS`."""
    if unknown := unknown_settings(dict(os.environ)):
        raise Stop(*unknown)
    settings = settings_of(workers=workers, port=port, host=host, data=data, database_url=database)
    worker = Worker(partial(application, settings, _expect_sense(settings)), settings.log_level)
    finish(_expect_migrated(settings))
    with listen(settings.host, settings.port) as listening:
        address, number = listening.getsockname()[:2]
        banner = f"The children's directory answers at http://{address}:{number}/graphql"
        if settings.workers == 1:
            _serve_alone(settings, worker, listening, banner)
        elif not _serve_by_many(settings, worker, listening, banner):
            raise Stop("the workers could not start: what each said stands above")


def _serve_alone(settings: Settings, worker: Worker, listening: socket, banner: str) -> None:
    app = worker()
    with scraped(settings, app.state.metrics) as told:
        typer.echo(banner + told)
        run(app, listening, settings.body_limit)


def _serve_by_many(settings: Settings, worker: Worker, listening: socket, banner: str) -> bool:
    with gathered(settings) as metrics, scraped(settings, metrics) as told:
        typer.echo(banner + told)
        return run_many(worker, listening, settings.workers, settings.body_limit)


def application(settings: Settings, profile: Profile) -> Starlette:
    """Return the gateway for the issuers of `settings`, made anew in each worker. Raises ValueError with a sentence.

    The trusted documents come in `profile`, so that all workers trust the same, whatever becomes of the files.
    """
    return create_app(settings, read_issuers(settings.issuers), read_secret(settings), profile=profile)


def _expect_sense(settings: Settings) -> Profile:
    """Stop for settings of which no gateway can be made, before any worker is. Return the rules of its door."""
    expect_extra(settings)
    if settings.workers > 1 and engine_of(settings).dialect.name != "postgresql":
        raise Misused("more than one worker needs PostgreSQL: name one with `--database`, or leave out `--workers`")
    if found := contradictions(settings):
        raise Stop(*found)
    with stopping():
        read_issuers(settings.issuers)
        public_keys(settings, read_secret(settings))
        return production_profile(settings)


async def _expect_migrated(settings: Settings) -> None:
    async with migrated(engine_of(settings, reading=True)):
        pass

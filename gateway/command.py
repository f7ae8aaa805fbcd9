"""What commands share: how they end in sentences, and how they get settings, a database and an event loop."""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError
from sqlalchemy import URL
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.serve import open_socket
from gateway.settings import Settings
from resolvers.store.engine import database_url, make_engine
from resolvers.store.migrations import Fit, NewerDatabase, fit

Database = Annotated[str | None, typer.Option("--database", help="The database's URL; by default the demo's file.")]
Port = Annotated[int | None, typer.Option(min=0, max=65535, help="The port to listen on; 0 takes any that is free.")]
Data = Annotated[Path | None, typer.Option("--data", help="The folder of the demo's database and key.")]
T = TypeVar("T")


class Stop(Exception):  # noqa: N818  # it ends a command; what it says need not be an error
    """Ends a command with sentences, which `main` prints on standard error, a line each."""

    status = 1


class Misused(Stop):
    """Ends a command whose options do not go together."""

    status = 2


def settings_of(**given: object) -> Settings:
    """Return the settings, with the options `given` before the environment. Raises Stop for one that cannot be."""
    told: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    try:
        return Settings(**told)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper()
        why = first["msg"].lower().removeprefix("value error, ")
        raise Stop(f"`GATEWAY_{name}` cannot be used ({why}): see docs/settings.md") from None
    except SettingsError as error:
        raise Stop(f"a `GATEWAY_` setting cannot be used ({error}): see docs/settings.md") from None


@contextmanager
def stopping() -> Iterator[None]:
    """End the command with the sentences of whatever raises ValueError within: settings that cannot be meant."""
    try:
        yield
    except ValueError as error:
        raise Stop(*getattr(error, "faults", [str(error)])) from None


def expect_extra(settings: Settings) -> None:
    """Stop where traces are asked for and cannot be made: what makes them is an extra."""
    if settings.traces_endpoint is not None:
        try:
            import_module("gateway.tracing")
        except ModuleNotFoundError:
            remedy = "install `contactpoint-gateway[otel]`, or leave the setting out"
            raise Stop(f"`GATEWAY_TRACES_ENDPOINT` takes OpenTelemetry, which is not installed: {remedy}") from None


def engine_of(settings: Settings, *, reading: bool = False) -> AsyncEngine:
    """Return an engine on the database of `settings`; a `reading` one can write nothing and makes no database.

    Raises Stop where the database cannot be one.
    """
    try:
        url = database_url(settings.database)
    except ArgumentError:
        raise Stop("the database's URL is none: docs/settings.md shows how to write one") from None
    except ValueError as error:
        raise Stop(f"the database's URL cannot be used: {error}") from None
    if reading:
        _expect_database(url)
    elif settings.database_url is None:
        try:
            settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise Stop(no_folder(settings.data, error)) from None
    folder = Path(url.database or "").parent
    if url.get_backend_name() == "sqlite" and not folder.is_dir():
        raise Stop(f"there is no folder `{folder}` for the database: make it, or give another `--database`")
    return make_engine(url, reading=reading)


@asynccontextmanager
async def migrated(engine: AsyncEngine, *, exactly: bool = False) -> AsyncIterator[AsyncEngine]:
    """Give `engine`, and let go of it at the end. Raises Stop where this code may not serve its database.

    One that reads every column, as verifying does, needs its own revision `exactly`: newer code writes more.
    """
    try:
        found = await fit(engine)
        if not found.serves or (exactly and found is not Fit.CURRENT):
            raise Stop(Fit.AHEAD.remedy if found.serves else found.remedy)
        yield engine
    finally:
        await engine.dispose()


def _expect_database(url: URL) -> None:
    """Stop where SQLite would make an empty database out of a wrong name."""
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise Stop(f"there is no database `{url.database}`: start `gateway demo` first, or name one with `--database`")


def no_folder(folder: Path, error: OSError) -> str:
    """Return the sentence for a data folder that cannot be used."""
    return f"the data folder `{folder}` cannot be used ({error.strerror}): mend it, or name another with `--data`"


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on `host` and `port`. Raises Stop where it cannot."""
    try:
        return open_socket(host, port)
    except OSError as error:
        remedy = {
            errno.EADDRINUSE: "give another `--port`",
            errno.EACCES: "give a `--port` above 1023",
        }.get(error.errno or 0, "give a `--host` that is an address of this machine")
        raise Stop(f"cannot listen on {host}:{port} ({error.strerror}): {remedy}") from None


def finish(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` to its end. Raises Stop where the database cannot be used."""
    try:
        return asyncio.run(work)
    except NewerDatabase as newer:
        raise Stop(str(newer)) from None
    except (SQLAlchemyError, OSError) as error:
        text = str(getattr(error, "orig", None) or error)
        raise Stop(f"the database cannot be used ({text.splitlines()[0]}): look at `--database`") from None

"""`gateway backup` and `gateway restore`: the whole directory in one signed file, and back again."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.archive import DUMP, Damaged, Manifest, extract_dump, read_manifest, write_archive
from gateway.audit import Key, checkpoint_line, declare_restored, keyring_of, seal_of, tell_restored, verified
from gateway.command import Data, Database, Stop, engine_of, finish, settings_of
from gateway.progress import bars
from gateway.seal import Keyring
from gateway.settings import Settings
from resolvers.audit.verify import Kept, Verifier
from resolvers.clock import system_clock
from resolvers.store.dump import Contents, contents, expect_empty, load, take
from resolvers.store.engine import database_url
from resolvers.store.migrations import knows, migrate
from resolvers.store.sqlite_file import NotDone, Told

_NAME = "contactpoint-gateway"


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write, which must not be there.")],
    data: Data = None,
    database: Database = None,
) -> None:
    """Write the whole directory to a file, as it is at one moment, while it is served."""
    if file.exists():
        raise Stop(f"`{file}` is there already: name another file")
    settings = settings_of(data=data, database_url=database)
    seal, engine, made = seal_of(settings), engine_of(settings, reading=True), system_clock()

    async def run(dump: Path) -> Contents:
        try:
            with bars() as told:
                return await take(engine, dump, told)
        except NotDone as hindered:
            raise Stop(str(hindered)) from None
        finally:
            await engine.dispose()

    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=f".{file.name}.") as folder:
            held = finish(run(Path(folder) / DUMP))
            write_archive(file, Path(folder) / DUMP, held, made=made, version=version(_NAME), seal=seal)
    except OSError as error:
        raise Stop(f"`{file}` cannot be written ({error.strerror}): look at its folder and disk") from None
    typer.echo(f"`{file}` has the directory at revision {held.revision}, with {held.events} events of the journal")
    if held.number is not None:
        typer.echo(checkpoint_line(held.number, held.signed or "", held.digest or ""))


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `gateway backup` has written.")],
    key: Key = None,
    data: Data = None,
    database: Database = None,
) -> None:
    """Fill a new, empty database from a backup, verify its journal, and declare it restored."""
    settings = settings_of(data=data, database_url=database)
    seal, keyring = seal_of(settings), keyring_of(settings, key)
    try:
        manifest = read_manifest(file, keyring)
    except OSError as error:
        raise Stop(f"`{file}` cannot be read ({error.strerror}): look at its name and rights") from None
    except Damaged as damaged:
        raise Stop(str(damaged)) from None

    async def run() -> Mapping[str, Any]:
        with bars() as told:
            try:
                await _load(settings, file, manifest, told)
            except (NotDone, Damaged) as hindered:
                raise Stop(str(hindered)) from None
            engine = engine_of(settings)
            try:
                if faults := await _faults(engine, manifest.contents, keyring, told):
                    raise Stop(*faults, _UNDECLARED)
                return await declare_restored(engine, seal)
            finally:
                await engine.dispose()

    signed = finish(run())
    typer.echo(f"the directory of {manifest.made:%Y-%m-%d %H:%M:%S} UTC is restored, and its journal verifies")
    tell_restored(signed)


_UNDECLARED = (
    "the backup is loaded as it was made, and its journal does not verify: find out why before anything is served; "
    "`gateway audit restored` declares it restored all the same"
)


async def _load(settings: Settings, file: Path, manifest: Manifest, told: Told) -> None:
    """Fill the database of `settings`, which must be new, and bring it to the revision of this code."""
    held, engine = manifest.contents, engine_of(settings)
    url = database_url(settings.database)
    await engine.dispose()
    if url.get_backend_name() != held.database:
        raise NotDone(f"it is a backup of {held.database}, and the database is none: name another with `--database`")
    if not knows(held.revision):
        raise NotDone(f"it stands at revision {held.revision}, newer than this code: restore it with a newer version")
    await expect_empty(lambda: engine_of(settings), url, held.server)
    with _unpacked(file, manifest, Path(url.database or "") if held.database == "sqlite" else None) as dump:
        await load(url, dump, held.server, told)


@contextmanager
def _unpacked(file: Path, manifest: Manifest, target: Path | None) -> Iterator[Path]:
    """Give the dump of an archive as a file, beside the `target` that it is to become. Raises NotDone, and Damaged."""
    beside = None if target is None else target.resolve().parent
    try:
        with tempfile.TemporaryDirectory(dir=beside, prefix=".restoring.") as folder:
            dump = Path(folder) / DUMP
            extract_dump(file, manifest, dump)
            yield dump
    except OSError as error:
        raise NotDone(f"the backup cannot be unpacked ({error.strerror}): look at the disk, or at `TMPDIR`") from None


async def _faults(engine: AsyncEngine, expected: Contents, keyring: Keyring, told: Told) -> list[str]:
    """Return what is wrong with a loaded database, by what its backup says of it and by its own journal."""
    found = asdict(await contents(engine)) | {"server": expected.server}
    differing = [name for name, value in asdict(expected).items() if found[name] != value]
    if differing:
        return [f"the database does not hold what the backup says: {', '.join(differing)} differ"]
    await migrate(engine)
    kept = {}
    if expected.number is not None:
        kept[expected.number] = Kept(expected.number, system_clock(), expected.digest or "")
    async with engine.connect() as connection:
        _, faults = await verified(Verifier(connection, keyring.read, told, kept))
    return faults

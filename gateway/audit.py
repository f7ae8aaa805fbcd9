"""`gateway audit`: the journal as evidence, verified and given out."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.command import Data, Database, Misused, Stop, engine_of, finish, migrated, settings_of
from gateway.demo import DamagedKeys, DemoKeys
from gateway.export import Asked, Exporter, NotGiven, Unwritable
from gateway.keys import derive, read_secret
from gateway.progress import bars
from gateway.seal import Keyring, Seal, public_keys, read_keyring, read_seal
from gateway.settings import Settings
from resolvers.audit.verify import Kept, Verified, Verifier
from resolvers.clock import system_clock
from resolvers.secret_keys import SecretKeys
from resolvers.store.chain import digest_of
from resolvers.store.checkpoints import Checkpoints, Head
from resolvers.store.words import CheckpointKind

audit = typer.Typer(no_args_is_help=True, help="The journal as evidence.")

TIMES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]

FAULTS = 1_000
"""After how many faults `verify` looks no further."""

Key = Annotated[
    Path | None, typer.Option("--key", help="A file of public keys (JWKS); by default those of this gateway.")
]


def secret_of(settings: Settings) -> SecretKeys:
    """Return the secret of `serve`, or that of the demo where none is set. Raises Stop."""
    try:
        if settings.secret or settings.secret_file:
            return read_secret(settings)
        return SecretKeys(DemoKeys.read(settings.data).secret)
    except DamagedKeys:
        raise Stop(f"the keys in `{settings.data}` are damaged: name a file of public keys with `--key`") from None
    except OSError:
        raise Stop(
            f"no secret is set, and no demo's is in `{settings.data}`: set `GATEWAY_SECRET_FILE`, or name `--data`"
        ) from None
    except ValueError as error:
        raise Stop(str(error)) from None


def seal_of(settings: Settings) -> Seal:
    """Return the seal of this gateway. Raises Stop."""
    try:
        return read_seal(settings, _secret_of_seal(settings))
    except ValueError as error:
        raise Stop(str(error)) from None


def public_of(settings: Settings) -> dict[str, Any]:
    """Return the public keys of the seal, and of those that signed before it, as a JWK set. Raises Stop."""
    try:
        return public_keys(settings, _secret_of_seal(settings))
    except ValueError as error:
        raise Stop(str(error)) from None


def _secret_of_seal(settings: Settings) -> SecretKeys:
    # A key of its own needs no secret.
    return SecretKeys(b"") if settings.audit_key_file else secret_of(settings)


@audit.command("export")
def export(
    *,
    viewer: Annotated[str, typer.Option(help="The subject of the account that asks, whose rights count.")],
    purpose: Annotated[str, typer.Option(help="For which purpose, one that the account holds.")],
    reason: Annotated[str, typer.Option(help="Why, in words of one's own.")],
    output: Annotated[Path, typer.Option(help="The file to write, which must not be there.")],
    record: Annotated[str | None, typer.Option(help="A record, by directory number or reference.")] = None,
    account: Annotated[str | None, typer.Option(help="Whose events, by the subject of the account.")] = None,
    since: Annotated[datetime | None, typer.Option("--from", formats=TIMES, help="From this time on, in UTC.")] = None,
    until: Annotated[datetime | None, typer.Option("--to", formats=TIMES, help="Before this time, in UTC.")] = None,
    data: Data = None,
    database: Database = None,
) -> None:
    """Write an extract for one record, account or time to a file, with its proof."""
    if record is None and account is None and since is None and until is None:
        raise Misused("say what is asked for: `--record`, `--account`, `--from` or `--to`")
    if output.exists():
        raise Stop(f"`{output}` is there already: name another file with `--output`")
    settings = settings_of(data=data, database_url=database)
    asked = Asked(
        viewer=viewer,
        purpose=purpose,
        reason=reason,
        record=record,
        account=account,
        since=None if since is None else since.replace(tzinfo=UTC),
        until=None if until is None else until.replace(tzinfo=UTC),
    )
    exporter = Exporter(
        reading=engine_of(settings, reading=True),
        writing=engine_of(settings),
        keys=derive(secret_of(settings)),
        seal=seal_of(settings),
        keyring=Keyring(public_of(settings)),
        clock=system_clock,
    )

    async def run() -> int:
        async with migrated(exporter.reading, exactly=True):
            try:
                return await exporter.export(asked, output)
            except NotGiven as refused:
                raise Stop(str(refused)) from None
            except Unwritable as unwritable:
                raise Stop(f"`{output}` cannot be written ({unwritable}): give another `--output`") from None
            finally:
                await exporter.writing.dispose()

    typer.echo(f"{finish(run())} events are in `{output}`")


@audit.command("restored")
def restored(data: Data = None, database: Database = None) -> None:
    """Declare, signed, that the database has been restored from a backup, before the gateway is started on it."""
    settings = settings_of(data=data, database_url=database)
    seal = seal_of(settings)

    async def run() -> Mapping[str, Any]:
        async with migrated(engine_of(settings)) as engine:
            return await declare_restored(engine, seal)

    tell_restored(finish(run()))


async def declare_restored(engine: AsyncEngine, seal: Seal) -> Mapping[str, Any]:
    """Sign, in a checkpoint of its own, that the database was restored from a backup; return what it says."""
    async with engine.begin() as connection:
        return await Checkpoints(seal.sign, system_clock).add(connection, CheckpointKind.RESTORE, Head())


def tell_restored(signed: Mapping[str, Any]) -> None:
    """Print what the declaration says, and its line to be kept."""
    typer.echo(f"checkpoint {signed['number']} declares it: what was written after the backup was made is not here")
    typer.echo(checkpoint_line(signed["number"], signed["at"].isoformat(), digest_of(signed["token"].encode())))


@audit.command("key")
def key(data: Data = None) -> None:
    """Print the public keys that checkpoints and extracts are, and were, signed with, as a JWK set."""
    typer.echo(json.dumps(public_of(settings_of(data=data)), indent=2))


@audit.command("verify")
def verify(
    key: Key = None,
    against: Annotated[
        Path | None, typer.Option(help="A file of checkpoints kept elsewhere: the gateway's log, or this one's output.")
    ] = None,
    data: Data = None,
    database: Database = None,
) -> None:
    """Verify every chain and checkpoint of the journal; status 1 with a sentence for each fault."""
    settings = settings_of(data=data, database_url=database)
    read = keyring_of(settings, key).read
    kept = {} if against is None else _kept(against)

    async def run() -> tuple[Verified, list[str]]:
        async with migrated(engine_of(settings, reading=True), exactly=True) as engine, engine.connect() as connection:
            with bars() as told:
                return await verified(Verifier(connection, read, told, kept))

    seen, faults = finish(run())
    if faults:
        raise Stop(*faults)
    typer.echo("\n".join(_told(seen)))


async def verified(verifier: Verifier) -> tuple[Verified, list[str]]:
    """Return what was looked at, and a sentence for each fault, up to so many."""
    faults: list[str] = []
    async for fault in verifier.faults():
        faults.append(fault)
        if len(faults) == FAULTS:
            return verifier.seen, [*faults, "there may be more: this is where the looking ended"]
    return verifier.seen, faults


def keyring_of(settings: Settings, file: Path | None) -> Keyring:
    """Return the public keys in `file`, by default those of this gateway. Raises Stop."""
    if file is None:
        return Keyring(public_of(settings))
    try:
        return read_keyring(file)
    except ValueError as error:
        raise Stop(str(error)) from None


def _told(seen: Verified) -> list[str]:
    """Return what was verified, and the last checkpoint as a line to be kept."""
    lines = [f"{seen.events} events of {seen.writers} writers fit their chains and checkpoints, and no fault was found"]
    if seen.before:
        lines.append(f"{seen.before} events are from before there were chains: only their number is known")
    if seen.unsigned:
        lines.append(f"{seen.unsigned} of the events stand behind the last checkpoints of their writers")
    lines += seen.notes
    if seen.last is not None:
        told: Mapping[str, Any] = seen.last.told or {}
        lines.append(checkpoint_line(seen.last.number, told["at"], seen.last.sealed))
    return lines


def checkpoint_line(number: int, signed: str, digest: str) -> str:
    """Return a checkpoint as a line to be kept, as the log has it."""
    return json.dumps({"message": "checkpoint", "number": number, "signed": signed, "digest": digest})


def _kept(file: Path) -> dict[int, Kept]:
    """Return the checkpoints in a file of JSON lines, whatever else stands there. Raises Stop where there are none."""
    found = {}
    try:
        for line in file.read_bytes().splitlines():
            if line.startswith(b"{") and (one := _read_kept(line)) is not None:
                found[one.number] = one
    except OSError as error:
        raise Stop(f"`{file}` cannot be read ({error.strerror}): name a file of the gateway's log") from None
    if not found:
        raise Stop(f"`{file}` holds no checkpoint: keep the lines with `checkpoint` of the gateway's log")
    return found


def _read_kept(line: bytes) -> Kept | None:
    try:
        told = orjson.loads(line)
        if told["message"] != "checkpoint":
            return None
        return Kept(int(told["number"]), datetime.fromisoformat(told["signed"]), str(told["digest"]))
    except (ValueError, LookupError, TypeError):
        return None

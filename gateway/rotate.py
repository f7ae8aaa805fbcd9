"""`gateway keys rotate`: another secret, seal or issuer's key, in steps that refuse no client."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import orjson
import typer

from gateway.audit import public_of
from gateway.command import Data, Misused, Stop, settings_of
from gateway.demo import FILE, LIFETIME, DamagedKeys, DemoKeys
from gateway.files import BeingReplaced, replace_file
from gateway.keys import derive
from gateway.seal import Seal, retired_file
from gateway.secret_file import Line, add, promote, read_lines, retire, text_of
from gateway.settings import Settings
from resolvers.clock import system_clock

keys = typer.Typer(no_args_is_help=True, help="The gateway's keys.")


class What(StrEnum):
    """What can be rotated."""

    SECRET = "secret"  # noqa: S105  # its name
    AUDIT = "audit"
    DEMO = "demo"


@keys.callback()
def _whole() -> None:
    """The gateway's keys."""  # noqa: D401  # it is the help's heading


@keys.command("rotate")
def rotate(
    what: Annotated[
        What, typer.Argument(help="The secret, the key that signs the journal's checkpoints, or the demo issuer's key.")
    ] = What.SECRET,
    *,
    to_force: Annotated[bool, typer.Option("--promote", help="Put the secret in force that was made before.")] = False,
    out: Annotated[bool, typer.Option("--retire", help="Take older secrets out that nothing needs any more.")] = False,
    at_once: Annotated[
        bool, typer.Option("--at-once", help="With `--retire`: all older ones, whatever breaks.")
    ] = False,
    data: Data = None,
) -> None:
    """Make a new key in the place of an old one, which is understood until it is taken out."""
    if (to_force and out) or (at_once and not out) or (what is not What.SECRET and (to_force or out)):
        raise Misused("`--promote` and `--retire [--at-once]` are steps of `gateway keys rotate secret`: give one")
    settings, now = settings_of(data=data), system_clock().replace(microsecond=0)
    try:
        if what is What.DEMO:
            said = _rotate_demo(settings, now)
        elif what is What.AUDIT:
            said = _rotate_audit(settings)
        else:
            said = _rotate_secret(settings, now, to_force=to_force, out=out, at_once=at_once)
    except BeingReplaced as other:
        raise Stop(
            f"`{other.part}` is there: another rotation is under way, or was cut off; remove it if it was"
        ) from None
    except OSError as error:
        raise Stop(f"`{error.filename}` cannot be written or read ({error.strerror}): look at its rights") from None
    typer.echo(said)


def _rotate_secret(settings: Settings, now: datetime, *, to_force: bool, out: bool, at_once: bool) -> str:
    file = settings.secret_file
    if file is None:
        raise Stop("no file holds the secret: name one in `GATEWAY_SECRET_FILE`, which all processes read")
    try:
        lines = read_lines(file.read_bytes())
        if to_force:
            after, said = promote(lines, now), _PROMOTED
        elif out:
            after, said = retire(lines, now, at_once=at_once), _RETIRED
            if settings.audit_key_file is None:
                _keep_seals(file, [line for line in lines if line not in after])
        else:
            after, said = add(lines, now), _ADDED
    except ValueError as wrong:  # OutOfTurn among them
        raise Stop(str(wrong)) from None
    replace_file(file, text_of(after))
    return said.format(file=file)


def _keep_seals(file: Path, gone: list[Line]) -> None:
    """Keep the public keys of the seals that are made from secrets which are taken out: old checkpoints need them."""
    kept = retired_file(file)
    known = orjson.loads(kept.read_bytes())["keys"] if kept.exists() else []
    for line in gone:
        known += [key for key in Seal.of_bytes(derive(line.secret).seal.current).public["keys"] if key not in known]
    replace_file(kept, orjson.dumps({"keys": known}, option=orjson.OPT_INDENT_2))


def _rotate_audit(settings: Settings) -> str:
    file = settings.audit_key_file
    if file is None:
        raise Stop("no file holds the key that signs: name one in `GATEWAY_AUDIT_KEY_FILE`, which is made if need be")
    # A file that is not there yet takes over from the key that was made from the secret.
    before = settings if file.exists() else settings.model_copy(update={"audit_key_file": None})
    seal = Seal.new()
    kept = {"keys": [seal.private, *public_of(before)["keys"]]}
    replace_file(file, orjson.dumps(kept, option=orjson.OPT_INDENT_2))
    return _SEALED.format(file=file)


def _rotate_demo(settings: Settings, now: datetime) -> str:
    file = settings.data / FILE
    try:
        text = DemoKeys.rotated(settings.data, now)
    except DamagedKeys:
        raise Stop(f"`{file}` is damaged: remove it and start the demo again") from None
    replace_file(file, text)
    return _DEMO.format(file=file, until=f"{now + LIFETIME:%Y-%m-%d %H:%M} UTC")


_ADDED = """\
`{file}` has a new secret, which is understood and not yet in force.
1. Copy the file to every machine that serves this database, and restart every process there: SIGHUP replaces the
   workers of `gateway serve --workers N` one after the other; a single process is stopped and started.
2. When all have it, put it in force: `gateway keys rotate secret --promote`."""

_PROMOTED = """\
The new secret of `{file}` is in force, and the one before it is still understood.
1. Copy the file to every machine, and restart every process, as before; no client is refused meanwhile.
2. Unless `GATEWAY_AUDIT_KEY_FILE` is set, give what `gateway audit key` prints to whoever verifies the journal.
3. In 25 hours take the older one out: `gateway keys rotate secret --retire`. It may stay longer: cursors and versions
   that it made are good, and what was sought under it can be found in the journal, for as long."""

_RETIRED = """\
`{file}` no longer has the older secrets that were due.
1. Copy the file to every machine, with `{file}.seals.json` if it is there, and restart every process.
2. Keep what was taken out with your backups, if the journal is to be searched for what was sought under it."""

_SEALED = """\
`{file}` has a new key that signs; of the ones before it the public halves are kept there, and old checkpoints verify.
1. Copy the file to every machine, and restart every process; until then they sign with the key before.
2. Give what `gateway audit key` prints to whoever verifies the journal, and keep it outside of the database."""

_DEMO = """\
`{file}` has a new key that signs tokens. Those that were given out stay good until {until}.
1. Restart the demo: until then it takes no token of the new key.
2. Nothing is to be taken out: the old key is no longer taken by a demo that starts after that."""

"""Archives of backups: a tar file with the dump of a database, and behind it a manifest that is signed."""

import hashlib
import os
import tarfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any, cast

import orjson

from gateway.files import keep, name_file, new_file
from gateway.seal import Keyring, Seal
from resolvers.store.chain import canonical
from resolvers.store.dump import Contents

DUMP, MANIFEST = "directory.dump", "manifest.json"
FORM = 1
CHUNK = 1 << 20


class Damaged(ValueError):  # noqa: N818  # it says what is the matter with the file
    """The file is no archive of ours as it was written; the message says how that shows."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says of itself: when it was made, by which version, of what, and the digest of its dump."""

    made: datetime
    version: str
    contents: Contents
    size: int
    sha256: str

    def told(self) -> dict[str, Any]:
        """Return it as it is signed; `type` and `form` keep it apart from all else that the seal signs."""
        head = {"type": "backup", "form": FORM, "made": self.made, "version": self.version}
        return {**head, **asdict(self.contents), "size": self.size, "sha256": self.sha256}


class _Hashed:
    """A stream that is hashed while it is read."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self.hash = stream, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        part = self._stream.read(size)
        self.hash.update(part)
        return part


def write_archive(file: Path, dump: Path, contents: Contents, *, made: datetime, version: str, seal: Seal) -> Manifest:
    """Write the archive of a dump to `file`, which must not be there, readable by its owner alone. Raises OSError."""
    part = file.with_name(f"{file.name}.part")
    stream = new_file(part)
    try:
        with stream, tarfile.open(fileobj=stream, mode="w") as archive, dump.open("rb") as dumped:
            hashed, size = _Hashed(dumped), dump.stat().st_size
            archive.addfile(_entry(DUMP, size, made), cast("IO[bytes]", hashed))
            manifest = Manifest(made, version, contents, size, hashed.hash.hexdigest())
            told = canonical(manifest.told())
            text = orjson.dumps({**orjson.loads(told), "token": seal.sign(told)}, option=orjson.OPT_INDENT_2)
            archive.addfile(_entry(MANIFEST, len(text), made), BytesIO(text))
        keep(part)
        name_file(part, file)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _entry(name: str, size: int, made: datetime) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, 0o600, int(made.timestamp())
    return entry


def read_manifest(file: Path, keyring: Keyring) -> Manifest:
    """Return what the archive in `file` says of itself, once a known key has signed it. Raises Damaged, and OSError."""
    try:
        with tarfile.open(file, "r:") as archive:
            found = archive.extractfile(MANIFEST)
            text = b"" if found is None else found.read()
    except (tarfile.TarError, KeyError):
        raise Damaged(f"`{file}` is no backup, or was cut off: take another one") from None
    try:
        beside: dict[str, Any] = orjson.loads(text)
        token = beside.pop("token")
    except (ValueError, LookupError, TypeError, AttributeError):
        raise Damaged(f"the manifest of `{file}` cannot be read: take another backup") from None
    told = keyring.read(token)
    if told is None:
        unknown = f"the manifest of `{file}` is signed by none of the keys"
        raise Damaged(f"{unknown}: name those of the gateway that made it with `--key`")
    if told != beside:
        raise Damaged(f"the manifest of `{file}` does not say what was signed: it was changed")
    if told.get("type") != "backup" or told.get("form") != FORM:
        raise Damaged(f"`{file}` is a backup of another form: restore it with the version that made it")
    return _manifest_of(told)


def _manifest_of(told: Mapping[str, Any]) -> Manifest:
    contents: dict[str, Any] = {field.name: told.get(field.name) for field in fields(Contents)}
    made = datetime.fromisoformat(told["made"])
    return Manifest(made, told["version"], Contents(**contents), told["size"], told["sha256"])


def extract_dump(file: Path, manifest: Manifest, into: Path) -> None:
    """Write the dump of the archive in `file` to the new file `into`. Raises Damaged if it is not what was signed."""
    hashed = hashlib.sha256()
    try:
        with tarfile.open(file, "r:") as archive, new_file(into) as stream:
            found = archive.extractfile(DUMP)
            while found is not None and (part := found.read(CHUNK)):
                hashed.update(part)
                stream.write(part)
            stream.flush()
            os.fsync(stream.fileno())
    except (tarfile.TarError, KeyError):
        raise Damaged(f"the dump in `{file}` is cut off: take another backup") from None
    if hashed.hexdigest() != manifest.sha256:
        raise Damaged(f"the dump in `{file}` is not the one that was signed for: it was changed")

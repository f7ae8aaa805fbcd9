"""Files of documents: a manifest as a front-end's build writes it, a `.graphql` file, or a folder of both.

A document's id is the SHA-256 of its text, to the byte (GraphQL over HTTP, appendix A, *SHA256 hex document
identifier*): whoever has the text can make the id, and whoever has the id can tell whether a text is the one.
"""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

PREFIX = "sha256:"
APOLLO = "apollo-persisted-query-manifest"
DOCUMENTS = {".graphql", ".gql"}
MANIFESTS = {".json"}
_ID = re.compile(rf"{PREFIX}[0-9a-f]{{64}}")


class Faulty(ValueError):  # noqa: N818  # a verdict on somebody's files, not an accident
    """Documents that cannot be trusted as they stand; `faults` has a sentence for each reason, with its file."""

    def __init__(self, *found: str) -> None:
        super().__init__("; ".join(found))
        self.faults = found


@dataclass(frozen=True, slots=True)
class Entry:
    """One document: its text, its id, and where it stands, for people."""

    text: str
    id: str
    place: str


def id_of(text: str) -> str:
    """Return the id of a document, `sha256:` and 64 hexadecimal digits in lower case."""
    return PREFIX + hashlib.sha256(text.encode()).hexdigest()


def is_id(text: str) -> bool:
    """Tell whether `text` is written as an id is."""
    return _ID.fullmatch(text) is not None


def read_entries(path: Path) -> tuple[list[Entry], list[str]]:
    """Return the documents in `path`, a file or a folder with all below it, each once, and what is wrong with it.

    Names that begin with a dot are passed over. There is a sentence for each file that cannot be read or is no
    manifest, for each text that is not the one its id names, and where there is no document at all.
    """
    found: dict[str, Entry] = {}
    faults: list[str] = []
    for file in _files(path):
        try:
            for entry in _entries(file):
                found.setdefault(entry.id, entry)
        except Faulty as faulty:
            faults += faulty.faults
    if not found and not faults:
        faults.append(f"`{path}` holds no document: name a manifest, or a folder of `.graphql` files")
    return list(found.values()), faults


def write_entries(file: Path, entries: Iterable[Entry]) -> None:
    """Write `entries` as a manifest, whole or not at all: the same documents give the same bytes. Raises OSError."""
    texts = {entry.id: entry.text for entry in entries}
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with temporary.open("wb") as stream:
            stream.write(orjson.dumps(texts, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    below = [file for file in path.rglob("*") if file.suffix in DOCUMENTS | MANIFESTS and file.is_file()]
    return sorted(file for file in below if not any(part.startswith(".") for part in file.relative_to(path).parts))


def _entries(file: Path) -> list[Entry]:
    """Return the documents of one file. Raises Faulty."""
    try:
        kept = file.read_bytes()
        if file.suffix in DOCUMENTS:
            text = kept.decode()
            return [Entry(text, id_of(text), f"`{file}`")]
        manifest = orjson.loads(kept)
    except OSError as error:
        raise Faulty(f"`{file}` cannot be read ({error.strerror}): look at its name and rights") from None
    except ValueError:
        what = "UTF-8" if file.suffix in DOCUMENTS else "JSON in UTF-8"
        raise Faulty(f"`{file}` is not {what}: build it again") from None
    return list(_told(manifest, file))


def _told(manifest: Any, file: Path) -> Iterator[Entry]:
    """Yield what a manifest holds, in either of its two formats. Raises Faulty."""
    pairs: list[tuple[Any, Any]] | None = None
    if isinstance(manifest, dict) and manifest.get("format") == APOLLO:
        operations = manifest.get("operations")
        if manifest.get("version") == 1 and isinstance(operations, list):
            pairs = [
                (each.get("id"), each.get("body")) if isinstance(each, dict) else (None, None) for each in operations
            ]
    elif isinstance(manifest, dict):
        pairs = list(manifest.items())
    if pairs is None or not all(isinstance(part, str) for pair in pairs for part in pair):
        shape = '`{"sha256:...": "query text"}`'
        raise Faulty(f"`{file}` is no manifest of documents: write {shape}, or take the file out of the folder")
    if odd := [name for name, _ in pairs if not is_id(_whole(name))]:
        raise Faulty(f"`{file}`: `{odd[0]}` is no SHA-256 in lower case: have the build hash by SHA-256")
    wrong = [(name, id_of(text)) for name, text in pairs if _whole(name) != id_of(text)]
    if wrong:
        raise Faulty(
            *(f"`{file}`: `{name}` is not the hash of its text, {right}: build it again" for name, right in wrong)
        )
    for _, text in pairs:
        yield Entry(text, id_of(text), f"`{file}`, {id_of(text)},")


def _whole(name: str) -> str:
    """Return an id as a request has it: builds write the hash alone as well."""
    return name if name.startswith(PREFIX) else PREFIX + name

"""`gateway documents`: look through documents before they are trusted, and put them into a manifest."""

from pathlib import Path
from typing import Annotated

import typer

from gateway.command import Misused, Stop, settings_of
from gateway.documents import Document, Selection
from gateway.manifest import MANIFESTS, Entry, read_entries, write_entries
from gateway.trusted import documents_of, ready

documents = typer.Typer(no_args_is_help=True, help="Trusted documents: what clients may ask.")

Source = Annotated[Path, typer.Argument(help="A manifest, a `.graphql` file, or a folder of both.")]


@documents.command("check")
def check(path: Source) -> None:
    """Check documents against schema and limits: print a line each; status 1 with a sentence for each fault."""
    entries, faults = read_entries(path)
    kept, more = ready(entries, documents_of(settings_of()))
    for entry in entries:
        if entry.id in kept:
            typer.echo(_line(entry, kept[entry.id]))
    if faults + more:
        raise Stop(*faults, *more)


@documents.command("add")
def add(
    path: Source,
    manifest: Annotated[Path, typer.Option("--manifest", help="The manifest to write, or to add to.")],
) -> None:
    """Add documents to a manifest, made if there is none; where there is a fault in any, it stays as it was."""
    if manifest.suffix not in MANIFESTS:
        raise Misused(f"`{manifest}` would not be read as a manifest: give it a name that ends in `.json`")
    entries, faults = read_entries(path)
    before: list[Entry] = []
    if manifest.exists():
        before, wrong = read_entries(manifest)
        faults += wrong
    faults += ready([*before, *entries], documents_of(settings_of()))[1]
    if faults:
        raise Stop(*faults)
    known = {entry.id for entry in before}
    try:
        write_entries(manifest, [*before, *entries])
    except OSError as error:
        raise Stop(f"`{manifest}` cannot be written ({error.strerror}): look at its folder and rights") from None
    added = sorted({entry.id for entry in entries} - known)
    typer.echo("\n".join([*added, f"{len(added)} documents added, {len(known) + len(added)} in `{manifest}`"]))


def _line(entry: Entry, document: Document) -> str:
    return f"{entry.id}  {', '.join(map(_told, document.operations))}"


def _told(operation: Selection) -> str:
    return f"{operation.name or '(unnamed)'} (purpose: {'yes' if operation.needs.purpose else 'no'})"

"""Trusted documents: the texts that an operator has looked through, kept ready, and who is held to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gateway.documents import Document, Documents
from gateway.errors import Code, Refusal
from gateway.manifest import Entry, Faulty, id_of, read_entries
from gateway.request import GraphQLRequest
from gateway.settings import Settings
from schema.build import build_schema

EVERY_CLIENT = "*"

NOT_HERE = "no trusted document has this id here: client and gateway must be given the same manifest"
NOT_TRUSTED = (
    "this client may ask trusted documents alone, and this is none of them: send the `documentId` of one, or have the"
    " operator add this one"
)
_WHY = {
    Code.GRAPHQL_PARSE_FAILED: "is not GraphQL",
    Code.GRAPHQL_VALIDATION_FAILED: "does not fit the schema",
    Code.LIMIT_EXCEEDED: "is over a limit",
}


@dataclass(frozen=True, slots=True)
class Profile:
    """The rules of the door, which whoever composes the gateway decides, and no setting alone.

    `documents` are trusted. `free` are the clients (`client_id`, RFC 9068 2.2) that may ask others as well, None is
    every client. `access_headers` tells whether headers may state purpose and reason.
    """

    documents: Sequence[Entry] = ()
    free: frozenset[str] | None = None
    access_headers: bool = True

    def is_free(self, client: str | None) -> bool:
        """Tell whether `client` may ask documents of its own; a token that names none is of no free client."""
        return self.free is None or client in self.free


def demo_profile(settings: Settings) -> Profile:
    """Return the rules of the demo: everybody is free. Raises Faulty for documents that cannot be trusted."""
    headers = settings.access_headers is not False
    return Profile(_documents(settings), access_headers=headers)


def production_profile(settings: Settings) -> Profile:
    """Return the rules of `serve`: trusted documents, but for the clients that are named as free.

    Raises ValueError with a sentence where nobody could ask anything, or the names of clients contradict each other;
    Faulty for documents that cannot be trusted.
    """
    named = frozenset(settings.free_clients)
    if settings.documents is None and not named:
        raise ValueError(
            "nobody could ask anything: name trusted documents in `GATEWAY_DOCUMENTS`, or clients that may do without"
            " in `GATEWAY_FREE_CLIENTS` (docs/operations.md shows how)"
        )
    if EVERY_CLIENT in named and len(named) > 1:
        raise ValueError("`GATEWAY_FREE_CLIENTS` names every client (`*`) and single ones: keep one or the other")
    free = None if EVERY_CLIENT in named else named
    return Profile(_documents(settings), free, access_headers=settings.access_headers is True)


def documents_of(settings: Settings) -> Documents:
    """Return what reads documents, by the schema that is served and the limits of `settings`."""
    return Documents(build_schema().core, settings.limits)


def ready(entries: Sequence[Entry], documents: Documents) -> tuple[dict[str, Document], list[str]]:
    """Return the documents of `entries` by their ids, parsed, validated and measured, with all their operations.

    Those that cannot be asked are left out; there is a sentence for each fault of each.
    """
    kept: dict[str, Document] = {}
    faults: list[str] = []
    for entry in entries:
        try:
            document = documents.read(entry.text)
            for operation in document.operations:
                documents.limits.check_work(*operation.least_work)
            kept[entry.id] = document
        except Refusal as refusal:
            faults += [f"{entry.place} {_sentence(refusal.code, error)}" for error in refusal.errors]
    return kept, faults


class TrustedDocuments:
    """Finds the document of a request: a trusted one, or for a free client whatever it sends.

    Those that are trusted are kept apart from all others, ready as long as the process lives, with strings or without:
    they are the operator's own texts and name nobody, and no client's documents can drive them out (R37).
    """

    def __init__(self, documents: Documents, profile: Profile) -> None:
        self._documents = documents
        self._profile = profile
        self._kept, faults = ready(profile.documents, documents)
        if faults:
            raise Faulty(*faults)

    def find(self, request: GraphQLRequest, client: str | None) -> Document:
        """Return the document that `request` names or brings.

        Raises Refusal DOCUMENT_NOT_FOUND where it is none that this client may ask, before anything of it is parsed;
        else what `Documents.read` raises.
        """
        if request.document_id is not None:
            return self._trusted(request.document_id, NOT_HERE)
        text = request.query or ""
        if self._profile.is_free(client):
            return self._documents.read(text)
        return self._trusted(id_of(text), NOT_TRUSTED)

    def _trusted(self, name: str, otherwise: str) -> Document:
        document = self._kept.get(name)
        if document is None:
            raise Refusal(Code.DOCUMENT_NOT_FOUND, otherwise)
        return document


def _documents(settings: Settings) -> list[Entry]:
    """Return the trusted documents of `settings`, none where none are set. Raises Faulty for any fault at all."""
    if settings.documents is None:
        return []
    entries, faults = read_entries(settings.documents)
    faults += ready(entries, documents_of(settings))[1]
    if faults:
        raise Faulty(*faults)
    return entries


def _sentence(code: Code, error: dict[str, Any]) -> str:
    at = "".join(f" (line {place['line']}, column {place['column']})" for place in error.get("locations", ())[:1])
    return f"{_WHY.get(code, 'cannot be asked')}{at}: {error['message'].rstrip('.')}"

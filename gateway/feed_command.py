"""`gateway feed`: sends a file of entries to a running gateway; started again, it goes on where it ended."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated, BinaryIO

import httpx
import typer

from gateway.command import Misused, Stop
from gateway.feed_client import FeedClient, NotSent, Tokens, client_credentials, given_token
from gateway.feed_file import Line, Reject, batches, faults_in, read_lines
from gateway.progress import bars
from resolvers.clock import Moment, system_clock
from resolvers.submitting import MOST

PATIENCE = timedelta(seconds=60)
"""For how long an answer is waited for."""


class Refused(Stop):
    """Ends a feed of which entries are refused; all others are kept."""

    status = 3


def feed(  # noqa: PLR0917  # Typer gives options by name
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Entries, a JSON object a line.")],
    url: Annotated[str, typer.Option(help="Where the gateway answers.")] = "http://127.0.0.1:8000/graphql",
    token: Annotated[
        str | None, typer.Option(envvar="FEED_TOKEN", help="The token of the client; a file is better.")
    ] = None,
    token_file: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="The file of the token.")] = None,
    token_url: Annotated[str | None, typer.Option(help="Where tokens are fetched, by client credentials.")] = None,
    client_id: Annotated[str | None, typer.Option(help="The client that fetches them.")] = None,
    client_secret_file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="The file of its secret.")
    ] = None,
    reason: Annotated[str, typer.Option(help="The reason that is stated.")] = "The regular feed of our case system",
    rejects: Annotated[
        Path | None, typer.Option(help="Where entries that are refused are written, a line each.")
    ] = None,
    at_once: Annotated[int, typer.Option(min=1, max=MOST, help="How many entries are sent at once.")] = 500,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look through the file alone, and send nothing.")] = False,
) -> None:
    """Send entries to a gateway as a feed client: each is kept once, however often the file is sent."""
    with ExitStack() as closing:
        sheet = _Sheet(closing.enter_context(_written(rejects)))
        if dry_run:
            _look_through(file, sheet)
            sent = f"{sheet.sound} entries of `{file}` can be sent"
        else:
            http = closing.enter_context(httpx.Client(timeout=PATIENCE.total_seconds(), trust_env=False))
            tokens = _tokens(http, token, token_file, (token_url, client_id, client_secret_file))
            client = FeedClient(http, url, tokens, reason)
            _send(file, client, sheet, at_once)
            queued = f", of which {client.queued} wait longer than usual" if client.queued else ""
            sent = f"{client.kept} entries of `{file}` are kept{queued}"
    typer.echo(sent)
    if sheet.rejected:
        where = f": `{rejects}` tells why" if rejects else ": see why with `--rejects FILE`"
        raise Refused(f"{sheet.rejected} entries are refused{where}")


class _Sheet:
    """What is found sound and what is rejected; rejects are written to `file` as they come."""

    def __init__(self, file: BinaryIO | None) -> None:
        self._file = file
        self.sound = self.rejected = 0

    def reject(self, reject: Reject) -> None:
        self.rejected += 1
        if self._file is not None:
            self._file.write(reject.told())


@contextmanager
def _written(path: Path | None) -> Iterator[BinaryIO | None]:
    if path is None:
        yield None
        return
    try:
        with path.open("wb") as file:
            yield file
    except OSError as error:
        raise Stop(f"`{path}` cannot be written ({error.strerror}): give another `--rejects`") from None


def _tokens(
    http: httpx.Client, token: str | None, file: Path | None, fetched: tuple[str | None, str | None, Path | None]
) -> Tokens:
    url, client, secret = fetched
    ways = sum(way is not None for way in (token, file, url))
    if ways != 1:
        raise Misused("name one of `--token-file`, `--token-url` and `FEED_TOKEN`: a feed needs a token")
    if url is not None:
        if client is None or secret is None:
            raise Misused("`--token-url` needs `--client-id` and `--client-secret-file`")
        return client_credentials(http, url, client, secret.read_text(encoding="utf-8").strip())
    return given_token(token or (file.read_text(encoding="utf-8").strip() if file else ""))


def _look_through(file: Path, sheet: _Sheet) -> None:
    moment = Moment(system_clock())
    for line in _lines(file, sheet):
        reject = faults_in(line, moment)
        if reject is None:
            sheet.sound += 1
        else:
            sheet.reject(reject)


def _lines(file: Path, sheet: _Sheet) -> Iterator[Line]:
    with file.open("rb") as lines:
        for found in read_lines(lines):
            if isinstance(found, Line):
                yield found
            else:
                sheet.reject(found)


def _send(file: Path, client: FeedClient, sheet: _Sheet, at_once: int) -> None:
    with file.open("rb") as lines:
        total = sum(1 for line in lines if line.strip())
    with bars() as told:
        for batch in batches(_lines(file, sheet), at_once):
            try:
                for reject in client.send(batch):
                    sheet.reject(reject)
            except NotSent as not_sent:
                raise Stop(f"{not_sent} ({client.kept} entries are kept)") from None
            told("entries sent", client.kept + sheet.rejected, total)

"""An agency's case system: it shows records, feeds the directory, and follows its caseload. `--help` tells how."""

import argparse
import asyncio
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
from directory import (
    Directory,
    FeedEntryInput,
    FieldGroup,
    GraphQLClientGraphQLMultiError,
    RequestContactInput,
    SubmitFeedInput,
)
from gate import Gate, Tokens
from persisted import write


def connected(purpose: str, reason: str) -> tuple[Directory, Gate]:
    """Return the typed client and its gate, as the environment sets them."""
    url, http = os.environ["GATEWAY_URL"], httpx.AsyncClient(timeout=30)
    tokens = Tokens(os.environ["TOKEN_URL"], os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"], http)
    gate = Gate(tokens, http, purpose, reason, trusted=os.environ.get("GATEWAY_TRUSTED") == "1")
    return Directory(url, http_client=gate, ws_url=url.replace("http", "ws", 1)), gate


async def numbers(directory: Directory, first: int = 50) -> AsyncIterator[tuple[str, bool]]:
    """Yield the directory number of each child of the caseload, and whether the record is shielded, page by page."""
    after = None
    while True:
        page = (await directory.caseload(first, after)).caseload
        for edge in page.edges:
            yield edge.node.directory_number, edge.node.shielded
        if not page.page_info.has_next_page:
            return
        after = page.page_info.end_cursor


async def show(directory: Directory, number: str) -> dict[str, Any]:
    """Return what a screen shows of one record: a value, the notice in its place, or None where there is none."""
    child = (await directory.record(number)).child
    if child is None:
        return {"found": False}
    withheld = {entry.group: entry for entry in child.withheld}
    hidden = withheld.get(FieldGroup.WHEREABOUTS)
    if hidden is None:
        return {"name": child.family_name, "phone": child.phone}
    return {"name": child.family_name, "notice": hidden.notice, "ring": hidden.broker.phone}


async def ask_for_contact(directory: Directory, child: str, case: str) -> list[str]:
    """Ask to be put in touch; return the codes of what kept it from being done. Safe to send again."""
    asked = RequestContactInput(clientMutationId=case, childId=child, message="Please have a carer ring us")
    return [problem.code for problem in (await directory.request_contact(asked)).request_contact.problems]


async def feed(directory: Directory, entries: list[FeedEntryInput], key: str) -> list[tuple[str, str, str | None]]:
    """Send entries; return the outcome of each, and why one was refused. The same key and entries are done once."""
    sent = await directory.submit_feed(SubmitFeedInput(clientMutationId=key, entries=entries))
    if sent.submit_feed.problems:
        raise SystemExit("; ".join(problem.message for problem in sent.submit_feed.problems))
    results = sent.submit_feed.results
    return [(each.entry, each.outcome, each.problem.code if each.problem else None) for each in results]


async def follow(directory: Directory, gate: Gate, after: str | None = None) -> AsyncIterator[dict[str, Any]]:
    """Yield each change of the caseload; keep `position`, and give it as `after` to go on where a stream has ended."""
    directory.ws_connection_init_payload = await gate.opening()
    async for told in directory.caseload_changed(after):
        event = told.caseload_changed
        yield {
            "position": event.position,
            "change": event.change,
            "number": event.child.directory_number,
            "shielded": event.child.shielded,
        }


async def main() -> int:
    parser = argparse.ArgumentParser(prog="agency.py", description=__doc__)
    parser.add_argument("what", choices=["round", "ask", "feed", "follow", "documents"])
    parser.add_argument("--file", type=Path, help="feed: entries, a JSON object a line; documents: where to write")
    parser.add_argument("--after", help="follow: the position of the last event that was handled")
    parser.add_argument("--events", type=int, default=0, help="follow: how many events to wait for")
    asked = parser.parse_args()
    if asked.what == "documents":
        return write(asked.file)
    purpose = "DATA_QUALITY" if asked.what == "feed" else "COORDINATE_CARE"
    directory, gate = connected(purpose, "Nightly work of the case system of the school")
    async with directory:
        try:
            await _done(asked, directory, gate)
        except GraphQLClientGraphQLMultiError as refused:
            print(json.dumps({"code": (refused.errors[0].extensions or {}).get("code"), "message": str(refused)}))
            return 1
    return 0


async def _done(asked: argparse.Namespace, directory: Directory, gate: Gate) -> None:
    if asked.what == "round":
        async for number, _ in numbers(directory, first=5):
            print(json.dumps({"number": number, **await show(directory, number)}))
    elif asked.what == "ask":
        print(json.dumps(await ask_for_contact(directory, "nobody", "case 17")))
    elif asked.what == "feed":
        lines = asked.file.read_text(encoding="utf-8").splitlines()
        entries = [FeedEntryInput.model_validate_json(line) for line in lines]
        for result in await feed(directory, entries, key=f"nightly {asked.file.name}"):
            print(json.dumps(result))
    else:
        events = follow(directory, gate, asked.after)
        async for event in events:
            print(json.dumps(event), flush=True)
            asked.events -= 1
            if asked.events == 0:
                return


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))

"""Attacks on streams: each ends with its code, leaves nothing behind, and takes nothing from who is well-behaved."""

import asyncio
from contextlib import AsyncExitStack, suppress
from pathlib import Path

from sqlalchemy import insert

from authz.words import FieldGroup
from resolvers.clock import system_clock
from resolvers.store import tables as t
from tests.attacks.attack import target_of
from tests.attacks.run import LIMITS, beside
from tests.attacks.sockets import STREAMS
from tests.databases import Template
from tests.gateway.test_serve_streams import committed, event, followed
from tests.issuer import until
from tests.serving import Service, database, serving
from tests.streaming import change

PLACES = 48
"""How many sockets and event streams there may be: a place that is not given back is missed in the end."""
GROWTH = 64
"""By how many megabytes the process may have grown: what one attack sends is kept by none."""


def connections(service: Service) -> int:
    """Return how many connections the process has."""
    found = 0
    for file in Path(f"/proc/{service.process.pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            found += str(file.readlink()).startswith("socket:")
    return found


def megabytes(service: Service) -> int:
    status = Path(f"/proc/{service.process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) // 1024


async def test_every_attack_on_streams_ends_and_others_are_told(sqlite: Template, tmp_path: Path) -> None:
    """No attack is a fault, each is closed with its code, and one who follows hears of a change before and after.

    Afterwards as many sockets as ever find a place, no connection is left, and little more memory is held.
    """
    limits = LIMITS | {"GATEWAY_STREAMS_LIMIT": str(PLACES)}
    async with (
        database(sqlite, tmp_path) as url,
        serving(url, tmp_path, **limits) as service,
        followed(service) as one,
    ):
        before = connections(service), megabytes(service)
        target = target_of(service.url)
        async with beside(service) as bystander:
            answers = {attack.name: await attack.send(target) for attack in STREAMS}
        rows = [change("kid3", FieldGroup.IDENTITY, at=system_clock())]
        await committed(service, insert(t.Change), rows)
        assert (await event(one))["child"]["givenNames"] == "Kid3"
        await until(lambda: connections(service) <= before[0])
        assert megabytes(service) - before[1] < GROWTH
        async with AsyncExitStack() as stack, asyncio.timeout(60):
            for n in range(PLACES - 1):
                await stack.enter_async_context(followed(service, "officer" if n % 2 else "teacher"))
        log = service.log.read_text()
    wrong = {each.name: str(answers[each.name]) for each in STREAMS if answers[each.name] not in each.allowed}
    assert wrong == {}
    assert bystander.wrong == []
    assert [line for line in log.splitlines() if "fail" in line or "Traceback" in line] == []


def test_there_are_attacks_on_streams_of_every_kind() -> None:
    """No attack stands twice, and none may be answered by a fault."""
    names = [attack.name for attack in STREAMS]
    assert len(set(names)) == len(names) > 60
    assert not [
        attack.name for attack in STREAMS if any(answer.code in {"INTERNAL", "1011"} for answer in attack.allowed)
    ]

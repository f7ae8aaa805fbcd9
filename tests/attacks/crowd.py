"""Attacks by many at once: sockets that do nothing, and more requests than a process answers."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

from tests.attacks.attack import Answer, Target


async def idle(target: Target, number: int, stack: AsyncExitStack) -> None:
    """Open so many connections that say nothing, until `stack` is closed."""
    place = urlsplit(target.url)
    for _ in range(number):
        _, writer = await asyncio.open_connection(place.hostname, place.port)
        stack.callback(writer.close)


async def rush(target: Target, number: int) -> Counter[Answer]:
    """Ask for a caseload so many times at once, each on a connection of its own; return what was answered how often."""
    query = "{ caseload { edges { node { givenNames involvements { edges { node { id } } } } } } }"
    answers = await asyncio.gather(*(target.ask(query) for _ in range(number)))
    return Counter(answers)

"""Working ahead: the next part is made in a thread while the database takes the present one."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from typing import TypeVar

T = TypeVar("T")


async def ahead(parts: Iterator[T]) -> AsyncGenerator[T, None]:
    """Yield what `parts` yields, of which one part is always in the making. Close it when you leave early."""
    coming = asyncio.ensure_future(asyncio.to_thread(next, parts, None))
    try:
        while (part := await coming) is not None:
            coming = asyncio.ensure_future(asyncio.to_thread(next, parts, None))
            yield part
    finally:
        coming.cancel()

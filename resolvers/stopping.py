"""Stopping: tasks that somebody has begun are given up, and are over before whatever they use is closed."""

import asyncio
from typing import Any


async def stop(*tasks: asyncio.Task[Any]) -> None:
    """Return once `tasks` have been given up, whatever has become of them.

    A caller that is cancelled meanwhile hears of it, as it would not by awaiting each and suppressing CancelledError.
    """
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)

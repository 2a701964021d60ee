"""What must be given back is, even when whoever audits interrupts it."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

INTERRUPTED = "interrompu"
T = TypeVar("T")


async def to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """Wait for work that an interruption must not break off; return what it does.

    Ask to be cancelled meanwhile, and it goes on: only the end of the event loop stops it.
    """
    task = asyncio.ensure_future(work)
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():
                raise
    return task.result()

"""What a process does besides answering: here, in the one-process form; else in a worker."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np

from services.couriers import Couriers
from services.exchange.hub_line import exchanging
from services.runtime import Runtime
from services.sending import Sender
from services.store import Store
from services.worker import LOOK_EVERY_S, Worker, again_and_again


@asynccontextmanager
async def sending(runtime: Runtime, store: Store, couriers: Couriers) -> AsyncIterator[None]:
    """Send what leaves while the context lasts, and take what the Hub delivers.

    What is being handed over is seen through.
    """
    stop = asyncio.Event()
    async with couriers() as told, exchanging(runtime, store, told) as opened:
        sender = Sender(
            store=store, couriers=opened, clock=runtime.clock, draws=np.random.default_rng()
        )
        task = asyncio.create_task(sender.run(stop))
        try:
            yield
        finally:
            stop.set()
            await task


@asynccontextmanager
async def dispatching(
    runtime: Runtime, store: Store, couriers: Couriers, every_s: float = LOOK_EVERY_S
) -> AsyncIterator[None]:
    """Replan what is in trouble, and forget what is over, while the context lasts."""
    stop = asyncio.Event()
    name = f"{socket.gethostname()}-{os.getpid()}"
    alone = Worker(name=name, runtime=runtime, store=store, couriers=couriers)
    task = asyncio.create_task(again_and_again(alone.dispatcher().look, stop, every_s))
    try:
        yield
    finally:
        stop.set()
        await task

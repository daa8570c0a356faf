"""Waiting for what nobody announces: a file, a picture, a word on a page."""

import asyncio
from collections.abc import Awaitable, Callable


async def until(true: Callable[[], Awaitable[object]], within: float, every: float = 0.1) -> None:
    """Ask again and again until the answer is true.

    Raises:
        TimeoutError: it never was.
    """
    async with asyncio.timeout(within):
        while not await true():  # noqa: ASYNC110 - pages and files have no event to wait for
            await asyncio.sleep(every)

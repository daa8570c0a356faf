"""What no test may leave behind."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def no_task_left() -> AsyncIterator[None]:
    """Fail if a task that was begun in the block is still running after it."""
    before = asyncio.all_tasks()
    yield
    stray = asyncio.all_tasks() - before - {asyncio.current_task()}
    assert not stray, f"tasks left running: {stray}"

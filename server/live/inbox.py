"""Where everything that happens to one lesson waits for its one owner."""

import asyncio
from collections import deque
from collections.abc import Iterator
from typing import Generic, TypeVar

ItemT = TypeVar("ItemT")

FROM_DEVICES = 256
FROM_PROCESSES = 4096


class InboxFullError(Exception):
    """Our own processes told a lesson more than it could take: a bug or a stuck owner."""


class Inbox(Generic[ItemT]):
    """Two bounded queues in one order.

    Devices wait while `FROM_DEVICES` of their messages are unread, which stops reading their
    sockets. Our own processes never wait; past `FROM_PROCESSES` unread items the lesson has failed.
    """

    def __init__(self) -> None:
        self._items: deque[tuple[ItemT, bool]] = deque()
        self._there = asyncio.Event()
        self._room = asyncio.Semaphore(FROM_DEVICES)

    async def put(self, item: ItemT) -> None:
        """From a device: wait until there is room."""
        await self._room.acquire()
        self._append(item, of_device=True)

    def post(self, item: ItemT) -> None:
        """From our own processes: never waits."""
        if len(self._items) >= FROM_DEVICES + FROM_PROCESSES:
            raise InboxFullError
        self._append(item, of_device=False)

    async def get(self, within: float | None) -> ItemT | None:
        """The next item; none when nothing came within so many seconds."""
        try:
            async with asyncio.timeout(within):
                await self._there.wait()
        except TimeoutError:
            return None
        return self._pop()

    def drain(self) -> Iterator[ItemT]:
        """Everything that waits now, and what comes while it is taken."""
        while self._items:
            yield self._pop()

    def _pop(self) -> ItemT:
        item, of_device = self._items.popleft()
        if of_device:
            self._room.release()
        if not self._items:
            self._there.clear()
        return item

    def _append(self, item: ItemT, *, of_device: bool) -> None:
        self._items.append((item, of_device))
        self._there.set()

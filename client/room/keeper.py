"""Keeps one peer of the room alive: offers it when asked, makes it anew when it broke."""

import asyncio
from collections.abc import Callable, Coroutine

from signaling.errors import Code, PeerError, UserError

AGAIN_S = 0.5
"""A peer that could not be opened is tried again after this."""
NOT_NOW = frozenset({Code.MEDIA_UNAVAILABLE, Code.SERVER_STOPPING})
"""Refusals after which the same offer may succeed later."""

Renew = Callable[[bool], Coroutine[None, None, None]]
"""Offers the peer and takes the answer; told whether a new one must be made."""


class Keeper:
    """One task that opens and renews one peer; wishes that come meanwhile are one wish.

    A wish for a fresh peer breaks off whatever is under way: the old one can't succeed any more.
    """

    def __init__(self, renew: Renew, refused: Callable[[UserError], bool]) -> None:
        self._renew = renew
        self._refused = refused
        self._wanted = asyncio.Event()
        self._fresh = False
        self._work: asyncio.Task[None] | None = None

    def want(self, fresh: bool) -> None:
        """Offer the peer; `fresh`: a new one."""
        self._wanted.set()
        if fresh:
            self._fresh = True
            if self._work is not None:
                self._work.cancel()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            fresh, self._fresh = self._fresh, False
            self._work = asyncio.create_task(self._renew(fresh))
            try:
                await asyncio.wait({self._work})
            except asyncio.CancelledError:
                self._work.cancel()
                await asyncio.wait({self._work})
                raise
            await self._judge(self._work)

    async def _judge(self, work: asyncio.Task[None]) -> None:
        """What follows from how an attempt ended."""
        if work.cancelled():
            return
        try:
            work.result()
        except UserError as error:
            if self._refused(error) or error.code in NOT_NOW:
                await self._later(fresh=error.code in NOT_NOW)
        except (PeerError, ConnectionError):
            await self._later(fresh=True)

    async def _later(self, fresh: bool) -> None:
        await asyncio.sleep(AGAIN_S if fresh else 0)
        self.want(fresh)

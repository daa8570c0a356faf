"""Where rosters are read: one at a time, each in a process that is started for it."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from server.actions.roster_reading import Asked, Reading, answer, question
from server.programme.refusal import Refusal, RefusedError

log = logging.getLogger(__name__)

MOST_AT_ONCE = 4
"""Files that are held in memory, of `survey.MAX_BYTES` each; one more is refused."""
LONGEST_S = 60.0
"""A roster of 19,000 rows took 2 to 5 s on two busy cores."""


class RosterDesk:
    """One file at a time is read, `MOST_AT_ONCE` are taken in, and the next is told to wait."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)
        self._taken = 0

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """A place for one file, from its upload on to the end of the block.

        Raises:
            RefusedError: there is none.
        """
        if self._taken >= MOST_AT_ONCE:
            raise RefusedError(Refusal.ROSTER_BUSY)
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1

    async def read(self, asked: Asked, data: bytes) -> tuple[Reading, bytes]:
        """What a file says, and the file of its bad rows if that is asked.

        Raises:
            RefusedError: nothing of it can be taken, or reading took too long.
        """
        async with self._turn:
            output = await _run(question(asked, data))
        reading, file = await asyncio.to_thread(answer, output)
        if reading["refused"] is not None:
            raise RefusedError(Refusal.ROSTER_UNREAD, why=reading["refused"])
        return reading, file


async def _run(given: bytes) -> bytes:
    # -P: a file named like our packages in the working directory is not taken for them.
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-P", "-m", "server.actions.roster_reading"),
        process_group=0,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(LONGEST_S):
            output, _ = await child.communicate(given)
    except TimeoutError as error:
        raise RefusedError(Refusal.ROSTER_TOO_SLOW) from error
    finally:
        if child.returncode is None:
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()
    if child.returncode != 0:
        log.error("a roster's reader ended with %s", child.returncode)
        raise RefusedError(Refusal.ROSTER_TOO_SLOW)
    return output

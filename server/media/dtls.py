"""Handshakes beside the worker's loop: their cryptography in a thread of its own, one for all.

A shell: tasks, queues, the thread. OpenSSL lets go of the interpreter while it computes, so that a
burst of joins holds up no packet (`docs/decisions/0013-handshakes-in-a-thread.md`).
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from server.media.association import Association, HandshakeError, Identity, Keys
from server.media.finished import Finished
from signaling.agreement import Fingerprint

QUEUE: Final = 16
"""Datagrams a handshake may have waiting; more are dropped, DTLS sends them again."""
TIMEOUT: Final = 10.0
"""Seconds a handshake may take."""

Result = TypeVar("Result")


class Thread:
    """Where the steps of all associations of a worker are taken, one after another."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, "handshakes")

    async def take(self, step: Callable[[], Result]) -> Result:
        """Take one step there and wait for it."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, step)


class Handshake:
    """One peer's DTLS association, from its first datagram to its end.

    `receive` hands in datagrams; `run` completes when SRTP is keyed, `closed` when it has ended.
    """

    __slots__ = ("_association", "_ended", "_finished", "_identity", "_send", "_thread", "_waiting")

    def __init__(self, identity: Identity, thread: Thread, send: Callable[[bytes], None]) -> None:
        self._identity = identity
        self._thread = thread
        self._send = send
        self._waiting: asyncio.Queue[bytes] | None = asyncio.Queue(QUEUE)
        self._association: Association | None = None
        self._finished: Finished | None = None
        self._ended: asyncio.Future[None] | None = None

    def receive(self, datagram: bytes) -> bool:
        """Take a datagram of this peer; false when it is dropped because too many wait."""
        if self._waiting is None:
            self._after(datagram)
            return True
        with contextlib.suppress(asyncio.QueueFull):
            self._waiting.put_nowait(datagram)
            return True
        return False

    async def run(self, fingerprints: Sequence[Fingerprint]) -> Keys:
        """Shake hands; the sessions for what comes and for what goes.

        Raises `HandshakeError` on a wrong certificate, no common profile, or after `TIMEOUT`.
        """
        association = self._association = Association(self._identity, fingerprints)
        waiting = self._waiting
        assert waiting is not None, "it runs once"
        try:
            async with asyncio.timeout(TIMEOUT):
                while association.keys is None:
                    await self._turn(association, waiting)
        except TimeoutError as error:
            raise HandshakeError("timeout") from error
        self._association, self._finished, self._waiting = None, association.finished, None
        while not waiting.empty():
            self._after(waiting.get_nowait())
        return association.keys

    async def closed(self) -> None:
        """Wait until the other end has closed the association."""
        if self._finished is not None and self._finished.is_open:
            self._ended = asyncio.get_running_loop().create_future()
            await self._ended

    async def stop(self) -> None:
        """Say goodbye and forget it."""
        association, self._association = self._association, None
        if association is not None:
            self._transmit(await self._thread.take(association.close))
        if self._finished is not None:
            self._transmit(self._finished.close())

    def _after(self, datagram: bytes) -> None:
        """Take what comes after the handshake; it costs microseconds."""
        if self._finished is None:
            return
        self._transmit(self._finished.step(datagram))
        if self._ended is not None and not self._finished.is_open and not self._ended.done():
            self._ended.set_result(None)

    async def _turn(self, association: Association, waiting: asyncio.Queue[bytes]) -> None:
        """One step with what came, or with nothing after the association's patience."""
        try:
            first = await asyncio.wait_for(waiting.get(), association.patience)
        except TimeoutError:
            self._transmit(await self._thread.take(association.again))
            return
        came = [first]
        while not waiting.empty():
            came.append(waiting.get_nowait())
        self._transmit(await self._thread.take(lambda: association.step(came)))

    def _transmit(self, datagrams: Iterable[bytes]) -> None:
        for datagram in datagrams:
            self._send(datagram)

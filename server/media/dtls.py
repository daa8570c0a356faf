"""Handshakes beside the worker's loop: their cryptography in a thread of its own, one for all.

A shell: tasks, queues, the thread. OpenSSL lets go of the interpreter while it computes, so that a
burst of joins holds up no packet (`docs/decisions/0013-handshakes-in-a-thread.md`).
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from server.media.association import Association, HandshakeError, Identity, Keys
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

    def __init__(self, identity: Identity, thread: Thread, send: Callable[[bytes], None]) -> None:
        self._identity = identity
        self._thread = thread
        self._send = send
        self._waiting: asyncio.Queue[bytes] = asyncio.Queue(QUEUE)
        self._association: Association | None = None

    def receive(self, datagram: bytes) -> bool:
        """Take a datagram of this peer; false when it is dropped because too many wait."""
        with contextlib.suppress(asyncio.QueueFull):
            self._waiting.put_nowait(datagram)
            return True
        return False

    async def run(self, fingerprints: Sequence[Fingerprint]) -> Keys:
        """Shake hands; the sessions for what comes and for what goes.

        Raises `HandshakeError` on a wrong certificate, no common profile, or after `TIMEOUT`.
        """
        association = self._association = Association(self._identity, fingerprints)
        try:
            async with asyncio.timeout(TIMEOUT):
                while association.keys is None:
                    await self._turn(association)
        except TimeoutError as error:
            raise HandshakeError("timeout") from error
        return association.keys

    async def closed(self) -> None:
        """Wait until the other end has closed the association."""
        while self._association is not None and self._association.is_open:
            await self._turn(self._association)

    async def stop(self) -> None:
        """Say goodbye and forget it."""
        association, self._association = self._association, None
        if association is not None:
            self._transmit(await self._thread.take(association.close))

    async def _turn(self, association: Association) -> None:
        """One step with what came, or with nothing after the association's patience."""
        try:
            first = await asyncio.wait_for(self._waiting.get(), association.patience)
        except TimeoutError:
            self._transmit(await self._thread.take(association.again))
            return
        came = [first]
        while not self._waiting.empty():
            came.append(self._waiting.get_nowait())
        self._transmit(await self._thread.take(lambda: association.step(came)))

    def _transmit(self, datagrams: Sequence[bytes]) -> None:
        for datagram in datagrams:
            self._send(datagram)

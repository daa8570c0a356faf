"""The load generator as the bench sees it: a child process that takes orders."""

import asyncio
import sys

from bench.engine import built
from bench.orders import ORDER, RESULT, Broken, Hashed, Join, Joined, Measure, Measured
from signaling.agreement import Fingerprint


class Load:
    """Starts the generator and talks to it."""

    def __init__(self) -> None:
        self._joining: dict[str, asyncio.Future[float]] = {}
        self._hashed: asyncio.Future[Fingerprint] = asyncio.Future()
        self._measured: asyncio.Future[Measured] = asyncio.Future()

    @property
    def fingerprint(self) -> Fingerprint:
        """Of the certificate of all its peers."""
        return self._hashed.result()

    async def start(self, srtp: str = "aes-128-gcm") -> None:
        """Run it; it builds itself and encodes its media the first time, which takes seconds.

        `srtp` is the profile that its peers ask for, a name of `bench.endpoint.PROFILES`.

        Raises:
            NoCompilerError: it can't be built here.
        """
        await asyncio.to_thread(built)
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bench.generator",
            "--srtp",
            srtp,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        self._reading = asyncio.create_task(self._read())
        await self._hashed

    async def _read(self) -> None:
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            match RESULT.validate_json(line):
                case Hashed(fingerprint=fingerprint):
                    self._hashed.set_result(fingerprint)
                case Joined(peer=peer, seconds=seconds):
                    joining = self._joining.pop(peer)
                    if not joining.done():  # whoever waited may have given up
                        joining.set_result(seconds)
                case Measured() as measured:
                    self._measured.set_result(measured)
                case Broken(why=why):
                    self._fail(why)
        self._fail("the load generator has ended")

    def _fail(self, why: str) -> None:
        waiting: list[
            asyncio.Future[float] | asyncio.Future[Fingerprint] | asyncio.Future[Measured]
        ]
        waiting = [*self._joining.values(), self._hashed, self._measured]
        for future in waiting:
            if not future.done():
                future.set_exception(ConnectionError(why))
                future.exception()  # it may be that nobody waits for it

    def _order(self, order: Join | Measure) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(ORDER.dump_json(order) + b"\n")

    async def join(self, join: Join) -> float:
        """Connect a peer; seconds until it sends or sees."""
        future: asyncio.Future[float] = asyncio.Future()
        self._joining[join.peer] = future
        self._order(join)
        async with asyncio.timeout(30):
            return await future

    async def measure(self, seconds: float) -> Measured:
        """Count for so long; one measurement at a time."""
        self._measured = asyncio.Future()
        self._order(Measure(seconds=seconds))
        return await self._measured

    async def stop(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        if self._process.returncode is None:
            self._process.terminate()
        await self._process.wait()
        await self._reading

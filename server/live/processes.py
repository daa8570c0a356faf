"""Child processes: started, spoken to, watched, replaced at once when they die.

A child inherits one end of a control socket and ends when the other is closed, so nothing outlives
a killed server.
"""

import asyncio
import logging
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from pydantic import TypeAdapter

from server.live.nursery import Fork, Nursery, NurseryGoneError
from signaling.boundary import Lines, encode

log = logging.getLogger(__name__)

RequestT = TypeVar("RequestT")
NoticeT = TypeVar("NoticeT")

STEADY_SECONDS = 5.0
"""A child that lived this long was well; one that dies sooner is started again more slowly."""
LONGEST_PAUSE = 5.0
STOP_SECONDS = 5.0
"""How long a child may take to end by itself."""
UNSENT_BYTES = 8 * 1024 * 1024
"""A child that leaves so much unread is stuck: it is killed and replaced."""


class UnavailableError(Exception):
    """The child is not there, or does not answer."""


class Listener(Protocol[NoticeT]):  # type: ignore[misc]  # mypy wants it contravariant, Generic not
    """Whoever uses a child; every call returns at once."""

    def started(self) -> None:
        """It is ready; it knows nothing of what an earlier one was told."""

    def lost(self) -> None:
        """It has died; a new one is on its way."""

    def told(self, notice: NoticeT) -> None:
        """It tells something, replies excepted."""


@dataclass(frozen=True, kw_only=True)
class Program(Generic[RequestT, NoticeT]):
    """What a child is."""

    name: str
    """For the log."""
    module: str
    """What `python -m` runs."""
    arguments: Sequence[str]
    """Besides the file descriptors."""
    tap: socket.socket | None
    """The end of the tap it inherits; we keep ours, so what lies in it survives the child."""
    requests: TypeAdapter[RequestT]
    """What it understands."""
    notices: TypeAdapter[NoticeT]
    """What it says."""
    reply_to: Callable[[NoticeT], int | None]
    """The id of the request that a notice answers."""


class Child(Generic[RequestT, NoticeT]):
    """One program, always running but for the moment after it died.

    Requests are written at once and bounded by `UNSENT_BYTES`; those made while it is away are
    dropped, because whoever makes them tells everything anew to the next one.
    """

    def __init__(
        self,
        program: Program[RequestT, NoticeT],
        listener: Listener[NoticeT],
        nursery: Nursery | None = None,
    ) -> None:
        self._program = program
        self._listener = listener
        self._writer: asyncio.StreamWriter | None = None
        self._process: asyncio.subprocess.Process | Fork | None = None
        self._replies: dict[int, asyncio.Future[NoticeT]] = {}
        self._last_id = 0
        self._ready = asyncio.Event()
        self._nursery = nursery
        self.greeting: NoticeT | None = None
        """The first notice of the one that runs, or ran last."""

    @property
    def pid(self) -> int | None:
        """The process that runs now."""
        return None if self._process is None else self._process.pid

    @property
    def ready(self) -> bool:
        """Whether it can be asked."""
        return self._ready.is_set()

    async def until_ready(self) -> None:
        """Wait until it can be asked."""
        await self._ready.wait()

    def send(self, request: RequestT) -> None:
        """Tell it something; never waits."""
        if not self.ready or self._writer is None:
            return
        self._writer.write(encode(self._program.requests, request))
        if self._writer.transport.get_write_buffer_size() > UNSENT_BYTES:
            log.error("%s does not read; it is replaced", self._program.name)
            self._kill()

    async def ask(self, make: Callable[[int], RequestT], within: float) -> NoticeT:
        """Ask it something; `make` is given the request's id.

        Raises:
            UnavailableError: it is away, died meanwhile, or took longer than `within` seconds.
        """
        if not self.ready:
            raise UnavailableError(self._program.name)
        self._last_id += 1
        number = self._last_id
        reply: asyncio.Future[NoticeT] = asyncio.get_running_loop().create_future()
        self._replies[number] = reply
        try:
            self.send(make(number))
            async with asyncio.timeout(within):
                return await reply
        except TimeoutError:
            raise UnavailableError(self._program.name) from None
        finally:
            self._replies.pop(number, None)

    def renew(self) -> None:
        """Have it end by itself and another take its place; whoever uses it is told as of a death.

        The next one is started when this one has ended, for it needs the same port; it runs the
        code that is installed by then, which a nursery has not read.
        """
        self._nursery = None
        if self.ready:
            log.info("%s is replaced by a new one", self._program.name)
            self._away()

    async def run(self) -> None:
        """Keep it running until cancelled; then let it end by itself."""
        pause = 0.0
        while True:
            begun = time.monotonic()
            await self._live()
            lived = time.monotonic() - begun
            pause = 0.0 if lived > STEADY_SECONDS else min(max(0.1, 2 * pause), LONGEST_PAUSE)
            log.warning("%s ended after %.1f s; it is started again", self._program.name, lived)
            await asyncio.sleep(pause)

    async def _live(self) -> None:
        ours, theirs = socket.socketpair()
        try:
            self._process = await self._start(theirs)
        finally:
            theirs.close()
        reader, self._writer = await asyncio.open_connection(sock=ours)
        try:
            await self._read(reader)
        finally:
            self._away()
            await asyncio.shield(self._bury(self._process))

    async def _start(self, control: socket.socket) -> asyncio.subprocess.Process | Fork:
        """One from the nursery; where that is gone, a Python of its own."""
        program, handles = self._program, {"--control-fd": control}
        if program.tap is not None:
            handles["--tap-fd"] = program.tap
        if self._nursery is not None:
            try:
                return await self._nursery.fork(program.module, program.arguments, handles)
            except NurseryGoneError:
                log.exception("%s is started without the nursery", program.name)
                self._nursery = None
        return await self._execute(handles)

    async def _execute(self, handles: Mapping[str, socket.socket]) -> asyncio.subprocess.Process:
        descriptors = [
            word for name, handle in handles.items() for word in (name, str(handle.fileno()))
        ]
        # A process group of its own: Ctrl-C reaches the server alone, which ends them in order.
        # -P: a file named like our packages in the working directory is not taken for them.
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *("-P", "-m", self._program.module, *descriptors, *self._program.arguments),
            pass_fds=[handle.fileno() for handle in handles.values()],
            process_group=0,
            stdin=asyncio.subprocess.DEVNULL,
        )

    async def _read(self, reader: asyncio.StreamReader) -> None:
        lines = Lines(self._program.notices)
        while True:
            try:
                data = await reader.read(65_536)
                notices = lines.feed(data)
            except (ConnectionError, ValueError):
                log.exception("%s says what is no notice", self._program.name)
                return
            if not data:
                return
            for notice in notices:
                if self._writer is not None and self._writer.is_closing():
                    return  # it is to end: what it says still is no greeting of the next one
                self._take(notice)

    def _take(self, notice: NoticeT) -> None:
        if not self.ready:
            # The first notice of every child says that it is ready.
            self.greeting = notice
            self._ready.set()
            self._listener.started()
            return
        number = self._program.reply_to(notice)
        reply = None if number is None else self._replies.get(number)
        if reply is None:
            self._listener.told(notice)
        elif not reply.done():
            reply.set_result(notice)

    def _away(self) -> None:
        was_ready = self.ready
        self._ready.clear()
        for reply in self._replies.values():
            if not reply.done():
                reply.set_exception(UnavailableError(self._program.name))
        if self._writer is not None:
            self._writer.close()
        if was_ready:
            self._listener.lost()

    async def _bury(self, process: asyncio.subprocess.Process | Fork) -> None:
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            self._kill()
            await process.wait()

    def _kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)

"""The server's processes, driven over their real boundaries as `server.live` drives them."""

import asyncio
import itertools
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import Generic, TypeVar

import psutil
from pydantic import TypeAdapter

from signaling.boundary import Lines, encode

RequestT = TypeVar("RequestT", contravariant=True)
NoticeT = TypeVar("NoticeT")
ReplyT = TypeVar("ReplyT")


class Child(Generic[RequestT, NoticeT]):
    """One child process and the messages to and from it. It ends when its control socket closes."""

    def __init__(
        self,
        requests: TypeAdapter[RequestT],
        notices: TypeAdapter[NoticeT],
        told: Callable[[NoticeT], None],
    ) -> None:
        self._requests = requests
        self._lines = Lines(notices)
        self._told = told
        self._waiting: dict[int, asyncio.Future[NoticeT]] = {}
        self.ids = itertools.count(1)
        """Fresh request ids."""

    async def start(self, module: str, tap: socket.socket, *arguments: str) -> None:
        """Run `python -m module` with its end of a control socket and of the tap."""
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", module, "--control-fd", str(theirs.fileno())]
        command += ["--tap-fd", str(tap.fileno()), *arguments]
        self._process = subprocess.Popen(  # noqa: ASYNC220 — before anything is measured
            command, pass_fds=(theirs.fileno(), tap.fileno())
        )
        theirs.close()
        self.usage = psutil.Process(self._process.pid)
        """CPU and memory of the child."""
        self._reader, self._writer = await asyncio.open_unix_connection(sock=ours)
        self._task = asyncio.create_task(self._read())

    async def _read(self) -> None:
        # Whoever asked may have given up: then the future that waits is done.
        while data := await self._reader.read(65_536):
            for notice in self._lines.feed(data):
                waiting = self._waiting.pop(getattr(notice, "id", None) or 0, None)
                if waiting is None:
                    self._told(notice)
                elif not waiting.done():
                    waiting.set_result(notice)
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(ConnectionError("a server process has died"))

    def send(self, request: RequestT) -> None:
        """Ask without waiting for an answer."""
        self._writer.write(encode(self._requests, request))

    async def ask(self, request: RequestT, number: int, expected: type[ReplyT]) -> ReplyT:
        """Ask and wait for the reply with this id; `RuntimeError` if it is of another type."""
        future: asyncio.Future[NoticeT] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        self.send(request)
        async with asyncio.timeout(20):
            reply = await future
        if not isinstance(reply, expected):
            raise RuntimeError(f"refused: {reply}")
        return reply

    def cpu(self) -> float:
        """CPU seconds so far, all threads."""
        times = self.usage.cpu_times()
        return times.user + times.system

    async def stop(self) -> None:
        """Close the control socket and wait for the end."""
        self._writer.close()
        await self._task
        await asyncio.to_thread(self._process.wait, 20)

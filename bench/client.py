"""A device of the bench: a websocket and the messages on it, nothing more."""

import asyncio
import itertools
from collections.abc import Callable

import aiohttp

from signaling import wire
from signaling.events import Codec
from signaling.messages import (
    VERSION,
    Answer,
    Command,
    Done,
    Hello,
    Ping,
    Refused,
    ToDevice,
    Welcome,
)

PING_S = 2.0


class Client:
    """One device in a lesson. `told` gets whatever is no reply, at once when it came."""

    def __init__(self, link: str, told: Callable[[ToDevice], None]) -> None:
        address, _, self._token = link.partition("#")
        self._url = address.removesuffix("/lesson") + "/ws"
        self._told = told
        self._waiting: dict[int, asyncio.Future[Done | Answer]] = {}
        self._welcome: asyncio.Future[Welcome] = asyncio.Future()
        self.ids = itertools.count(1)
        """Fresh request ids."""

    async def join(self, http: aiohttp.ClientSession) -> Welcome:
        """Say hello; the answer."""
        self._socket = await http.ws_connect(self._url)
        hello = Hello(
            version=VERSION,
            token=self._token,
            encodes=(Codec.H264, Codec.OPUS),
            decodes=(Codec.H264, Codec.VP8, Codec.VP9, Codec.OPUS),
        )
        await self._socket.send_str(wire.write(hello))
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._ping())]
        return await self._welcome

    async def _read(self) -> None:
        async for message in self._socket:
            match wire.to_device(message.data):
                case Welcome() as welcome:
                    self._welcome.set_result(welcome)
                case Done() | Answer() as reply:
                    self._waiting.pop(reply.id).set_result(reply)
                case Refused(id=number, code=code):
                    refusal = RuntimeError(f"refused: {code}")
                    self._waiting.pop(number).set_exception(refusal)
                case other:
                    self._told(other)

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(PING_S)
            await self._socket.send_str(wire.write(Ping(sent=0)))

    async def ask(self, command: Command) -> Done | Answer:
        """Send a command and wait for its reply; raises `RuntimeError` if it is refused."""
        future: asyncio.Future[Done | Answer] = asyncio.Future()
        self._waiting[command.id] = future
        await self._socket.send_str(wire.write(command))
        async with asyncio.timeout(10):
            return await future

    async def leave(self) -> None:
        """Close the websocket."""
        await self._socket.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

"""A device for tests: says hello over a real websocket, commands, and waits for what it is told."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from signaling.events import Codec, Event
from signaling.messages import (
    FROM_DEVICE,
    TO_DEVICE,
    VERSION,
    Answer,
    Closed,
    Command,
    Done,
    Hello,
    Ping,
    Refused,
    Resume,
    State,
    ToDevice,
    Told,
    Welcome,
)

MessageT = TypeVar("MessageT")
EventT = TypeVar("EventT")

PATIENCE = 15.0
PING_SECONDS = 2.0
ALL = (Codec.OPUS, Codec.H264, Codec.VP8, Codec.VP9)


class Caller:
    """One connection of one device; keeps everything it was told in `heard`."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self._news = asyncio.Event()
        self.heard: list[ToDevice] = []
        self.closed = False

    @property
    def welcome(self) -> Welcome:
        """The answer to its hello."""
        return next(m for m in self.heard if isinstance(m, Welcome))

    @property
    def events(self) -> list[Event]:
        """The events it was told."""
        return [m.event for m in self.heard if isinstance(m, Told)]

    def resume(self) -> Resume:
        """What brings this device back."""
        welcome, secret = self.welcome, self.welcome.secret
        assert secret is not None
        told = [m.n for m in self.heard if isinstance(m, Told)]
        states = [m.state.n for m in self.heard if isinstance(m, State)]
        seen = max([*told, *states], default=-1)
        return Resume(device=welcome.device, secret=secret, seen=seen)

    async def say(self, message: Hello | Ping | Command) -> None:
        """Send a message."""
        await self._socket.send_str(FROM_DEVICE.dump_json(message).decode())

    async def ask(self, make: Callable[[int], Command]) -> Done | Refused | Answer:
        """Command; `make` is given the request id."""
        number = next(self._ids)
        await self.say(make(number))
        return await self.until(
            lambda m: m if isinstance(m, Done | Refused | Answer) and m.id == number else None
        )

    async def until(self, pick: Callable[[ToDevice], MessageT | None]) -> MessageT:
        """Wait for the first message that `pick` takes."""
        at = 0
        async with asyncio.timeout(PATIENCE):
            while True:
                while at < len(self.heard):
                    if (found := pick(self.heard[at])) is not None:
                        return found
                    at += 1
                self._news.clear()
                await self._news.wait()

    async def told(self, kind: type[EventT]) -> EventT:
        """Wait for an event of a kind."""
        return await self.until(
            lambda m: m.event if isinstance(m, Told) and isinstance(m.event, kind) else None
        )

    async def message(self, kind: type[MessageT]) -> MessageT:
        """Wait for a message of a kind."""
        return await self.until(lambda m: m if isinstance(m, kind) else None)

    async def listen(self) -> None:
        """Take in everything until the connection ends."""
        async for frame in self._socket:
            if frame.type is WSMsgType.TEXT:
                self.heard.append(TO_DEVICE.validate_json(frame.data))
                self._news.set()
        self.closed = True
        self._news.set()

    async def keep_alive(self) -> None:
        """Ping as devices do."""
        while not self._socket.closed:
            await self.say(Ping(sent=0.0))
            await asyncio.sleep(PING_SECONDS)

    async def hang_up(self) -> None:
        """Close without a word."""
        await self._socket.close()


@asynccontextmanager
async def called(
    base: str,
    token: str,
    *,
    name: str | None = None,
    resume: Resume | None = None,
    decodes: tuple[Codec, ...] = ALL,
    encodes: tuple[Codec, ...] = ALL,
    loudspeaker: bool = True,
) -> AsyncIterator[Caller]:
    """A device that has said hello and was answered with `Welcome` or `Closed`."""
    async with ClientSession() as http, http.ws_connect(f"{base}/ws") as socket:
        caller = Caller(socket)
        tasks = [asyncio.create_task(caller.listen())]
        try:
            hello = Hello(
                version=VERSION,
                token=token,
                name=name,
                encodes=encodes,
                decodes=decodes,
                loudspeaker=loudspeaker,
                resume=resume,
            )
            await caller.say(hello)
            await caller.until(lambda m: m if isinstance(m, Welcome | Closed) else None)
            tasks.append(asyncio.create_task(caller.keep_alive()))
            yield caller
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

"""The room's signaling: says hello, keeps the line alive and finds its way back."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from urllib.parse import urlsplit

import aiohttp

from signaling import wire
from signaling.clock import JOIN_PINGS, LessonClock, Sample
from signaling.errors import Code, UserError
from signaling.ladder import Dial, Drop, Ladder, Lost, Step
from signaling.ladder import Ping as PingNow
from signaling.messages import (
    Answer,
    Closed,
    Command,
    Done,
    Hello,
    LessonState,
    Moved,
    Ping,
    Pong,
    Refused,
    Report,
    Resume,
    State,
    ToDevice,
    Told,
    Welcome,
)

LARGEST = 4 * 1024 * 1024
"""Bytes of a message that are read: the state of a lesson with everyone in it."""

FromServer = Callable[[ToDevice], None]


@dataclass(frozen=True, kw_only=True)
class Link:
    """A link that opens a lesson's door, taken apart."""

    address: str
    """Of the signaling socket."""
    token: str
    """What the server signed."""


def read_link(link: str) -> Link:
    """Take a link `http(s)://host:port/lesson#token` apart.

    Raises:
        UserError: LINK_INVALID when it is none.
    """
    parts = urlsplit(link)
    scheme = {"http": "ws", "https": "wss"}.get(parts.scheme)
    if scheme is None or not parts.netloc or not parts.fragment:
        raise UserError(Code.LINK_INVALID)
    return Link(address=f"{scheme}://{parts.netloc}/ws", token=parts.fragment)


class Connection:
    """One device's signaling for the length of a lesson.

    Commands that wait for their answer are sent again when the line is back: a repeated request id
    gets its first answer. There are never more of them than the room asks at a time.
    """

    def __init__(self, link: Link, hello: Hello, http: aiohttp.ClientSession) -> None:
        self._address = link.address
        self._hello = hello
        self._http = http
        self._ladder = Ladder(time.monotonic())
        self._attempts: dict[int, asyncio.Task[None]] = {}
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._wake = asyncio.Event()
        self._due: list[Step] = []
        self._ids: Iterator[int] = count(1)
        self._waiting: dict[int, tuple[Command, asyncio.Future[Answer | Done]]] = {}
        self._clock = LessonClock()
        self._pings = 0

    def next_id(self) -> int:
        """A request id that was not used before."""
        return next(self._ids)

    async def ask(self, command: Command) -> Answer | Done:
        """Send a command and wait for its answer, over lost lines too.

        Raises:
            UserError: when the server refuses.
        """
        future: asyncio.Future[Answer | Done] = asyncio.get_running_loop().create_future()
        self._waiting[command.id] = (command, future)
        try:
            await self._send(command)
            return await future
        finally:
            del self._waiting[command.id]

    async def report(self, loss: float) -> None:
        """Tell the server how good the line is."""
        best = self._clock.best
        if best is not None:
            rtt, offset = best.round_trip * 1000, best.offset * 1000
            await self._send(Report(rtt_ms=rtt, clock_offset_ms=offset, loss=loss))

    async def run(self, receive: FromServer, lost: Callable[[], None]) -> None:
        """Stay connected; hand on every message but pongs and answers. Ends by an error alone.

        Raises:
            ExceptionGroup: of UserError: the lesson is closed to this device for good.
        """
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._wake.clear()
                steps, self._due = self._due, []
                for step in steps + self._ladder.tick(time.monotonic()):
                    await self._carry_out(step, tasks, receive, lost)
                await self._sleep(self._ladder.deadline() - time.monotonic())

    async def _sleep(self, seconds: float) -> None:
        """Until the ladder has something to do."""
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _carry_out(
        self, step: Step, tasks: asyncio.TaskGroup, receive: FromServer, lost: Callable[[], None]
    ) -> None:
        match step:
            case Dial(attempt=attempt):
                task = tasks.create_task(self._attempt(attempt, receive))
                self._attempts[attempt] = task
            case Drop(attempt=attempt):
                self._drop(attempt)
            case PingNow():
                await self._send(Ping(sent=time.monotonic()))
            case Lost():
                self._socket = None
                lost()

    def _drop(self, attempt: int) -> None:
        task = self._attempts.get(attempt)
        if task is not None:
            task.cancel()

    async def _attempt(self, attempt: int, receive: FromServer) -> None:
        """One link from its hello to its end."""
        try:
            async with self._http.ws_connect(self._address, max_msg_size=LARGEST) as socket:
                await socket.send_str(wire.write(self._hello))
                while True:
                    message = wire.to_device(await socket.receive_str())
                    await self._heard(attempt, socket, message, receive)
        except aiohttp.ClientConnectorCertificateError as error:
            raise UserError(Code.SERVER_UNTRUSTED) from error
        except (aiohttp.ClientError, OSError, TypeError, _LinkOverError):
            # Refused, broken, or ended by a frame that is no text: the ladder knows what next.
            # What ends the lesson for good is no loss, and nothing follows it.
            self._due += self._ladder.failed(attempt, time.monotonic())
            self._wake.set()
        finally:
            del self._attempts[attempt]

    async def _heard(
        self,
        attempt: int,
        socket: aiohttp.ClientWebSocketResponse,
        message: ToDevice,
        receive: FromServer,
    ) -> None:
        now = time.monotonic()
        self._ladder.heard(attempt, now)
        if self._ladder.live != attempt:
            await self._greeted(attempt, socket, message, receive)
            return
        match message:
            case Pong():
                await self._measure(message, now)
            case Done() | Refused() | Answer():
                self._settle(message)
            case Closed() | Moved():
                self._ended(message)
            case _:
                self._note(message)
                receive(message)

    async def _greeted(
        self,
        attempt: int,
        socket: aiohttp.ClientWebSocketResponse,
        message: ToDevice,
        receive: FromServer,
    ) -> None:
        """The answer to a hello: the first that is welcome wins."""
        if not isinstance(message, Welcome):
            self._ended(message)
            return
        self._due += self._ladder.answered(attempt, time.monotonic())
        if self._ladder.live != attempt:
            raise _LinkOverError
        self._wake.set()
        self._pings = 0
        self._socket = socket
        self._remember(message)
        receive(message)
        for command, _ in list(self._waiting.values()):
            await self._send(command)

    def _ended(self, message: ToDevice) -> None:
        """The server ends this link: come again, elsewhere, as someone new, or not at all."""
        match message:
            case Closed(code=Code.RESUME_REFUSED, may_resume=False):
                self._hello = replace(self._hello, resume=None)
            case Closed(may_resume=False):
                raise UserError(message.code, **message.data)
            case Moved(url=url):
                self._address = read_link(f"{url}#{self._hello.token}").address
            case _:
                pass
        raise _LinkOverError

    def _remember(self, welcome: Welcome) -> None:
        if welcome.secret is not None:
            resume = Resume(device=welcome.device, secret=welcome.secret, seen=-1)
            self._hello = replace(self._hello, resume=resume)

    def _note(self, message: ToDevice) -> None:
        """Keep how far this device has seen the lesson, for the next resume."""
        match message:
            case Told(n=seen) | State(state=LessonState(n=seen)):
                resume = self._hello.resume
                if resume is not None:
                    self._hello = replace(self._hello, resume=replace(resume, seen=seen))
            case _:
                return

    async def _measure(self, pong: Pong, now: float) -> None:
        """Take a ping's answer; the first few follow each other at once."""
        self._clock.add(Sample(sent=pong.sent, received=now, lesson=pong.now))
        self._pings += 1
        if self._pings < JOIN_PINGS:
            await self._send(Ping(sent=now))

    def _settle(self, answer: Done | Refused | Answer) -> None:
        waiting = self._waiting.get(answer.id)
        if waiting is None or waiting[1].done():
            return
        if isinstance(answer, Refused):
            waiting[1].set_exception(UserError(answer.code, **answer.data))
        else:
            waiting[1].set_result(answer)

    async def _send(self, message: Command | Ping | Report) -> None:
        """Send now if there is a line; commands are sent again on the next one."""
        socket = self._socket
        if socket is None or socket.closed:
            return
        try:
            await socket.send_str(wire.write(message))
        except (aiohttp.ClientError, OSError):
            return  # the link's own task notices that it broke


class _LinkOverError(Exception):
    """A link has come to its end, and another may follow."""

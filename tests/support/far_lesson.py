"""A lesson at the other end of a room's signaling: says what the test wants it to say."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

from signaling import wire
from signaling.events import Layout, Mode, Phase, Role
from signaling.ids import DeviceId, LessonId, ParticipantId
from signaling.messages import (
    Answer,
    Closed,
    Command,
    DeviceState,
    Done,
    FromDevice,
    Hello,
    LessonState,
    Offer,
    ParticipantState,
    Ping,
    Pong,
    Report,
    State,
    ToDevice,
    Welcome,
)
from tests.support.answerer import Answerer

ROOM, DEVICE = ParticipantId("room"), DeviceId("device")
SECRET = "a secret of sixteen"

Reply = Callable[[Command], ToDevice | None]
"""What a test answers to a command; none leaves it to the lesson."""


class FarLesson:
    """One lesson, one room; everything it hears is kept.

    An upward offer is answered by an aiortc peer, a downward one by `Done`'s silence; every other
    command by `Done`.
    """

    def __init__(self) -> None:
        self.heard: list[FromDevice] = []
        self.hellos: list[Hello] = []
        self.sockets: list[web.WebSocketResponse] = []
        self.refuses: Closed | None = None
        self.answers = True
        self.resumes = True
        self.master: DeviceId | None = DEVICE
        self.reply: Reply = lambda command: None
        self.far: list[Answerer] = []
        self.address = ""

    @property
    def link(self) -> str:
        """The room's link."""
        return f"{self.address}/lesson#token"

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One socket."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        async for raw in socket:
            if raw.type is WSMsgType.TEXT and self.answers:
                message = wire.from_device(raw.data)
                self.heard.append(message)
                await self._answer(socket, message)
        return socket

    async def _answer(self, socket: web.WebSocketResponse, message: FromDevice) -> None:
        match message:
            case Hello():
                await self._greet(socket, message)
            case Ping():
                await self.say(socket, Pong(sent=message.sent, now=1.0))
            case Report():
                return
            case _:
                told = self.reply(message) or await self._carry_out(message)
                await self.say(socket, told)

    async def _greet(self, socket: web.WebSocketResponse, hello: Hello) -> None:
        self.hellos.append(hello)
        if self.refuses is not None:
            refusal, self.refuses = self.refuses, None
            await self.say(socket, refusal)
            await socket.close()
            return
        again = hello.resume is not None
        await self.say(socket, welcome(resumed=again and self.resumes, secret=not again))
        await self.say(socket, State(state=state(self.master)))

    async def _carry_out(self, command: Command) -> ToDevice:
        if not isinstance(command, Offer):
            return Done(id=command.id)
        answerer = Answerer()
        self.far.append(answerer)
        sdp = await answerer.answer(command.sdp)
        return Answer(id=command.id, peer=command.peer, sdp=sdp, slots=())

    async def say(self, socket: web.WebSocketResponse, message: ToDevice) -> None:
        """Send one message, if anyone still listens."""
        if not socket.closed:
            await socket.send_str(wire.write(message))

    async def tell(self, message: ToDevice) -> None:
        """Send one message on the newest socket."""
        await self.say(self.sockets[-1], message)

    def commands(self, kind: type[Command]) -> list[Command]:
        """What was asked of one kind."""
        return [each for each in self.heard if isinstance(each, kind)]


def welcome(resumed: bool = False, secret: bool = True) -> Welcome:
    """The greeting of the room."""
    return Welcome(
        version=1,
        lesson=LessonId("lesson"),
        title="春晓",
        participant=ROOM,
        device=DEVICE,
        secret=SECRET if secret else None,
        role=Role.ROOM,
        leads=False,
        now=1.0,
        resumed=resumed,
    )


def state(master: DeviceId | None, n: int = 7) -> LessonState:
    """A lesson in which the room is alone."""
    room = ParticipantState(
        participant=ROOM,
        role=Role.ROOM,
        host=False,
        devices=(DeviceState(device=DEVICE, role=Role.ROOM, away=False),),
        audio_master=master,
    )
    return LessonState(
        n=n,
        phase=Phase.LOBBY,
        started=None,
        planned_seconds=2400,
        mode=Mode.LECTURE,
        called=None,
        called_since=None,
        locked=False,
        paused=False,
        banned=False,
        switches={},
        layout=Layout.SPEAKER,
        participants=(room,),
        sources=(),
        hands=(),
        chat=(),
        recording=False,
        recording_reason="",
    )


@asynccontextmanager
async def far_lesson() -> AsyncIterator[FarLesson]:
    """A lesson that listens on this machine."""
    lesson = FarLesson()
    app = web.Application()
    app.router.add_get("/ws", lesson.serve)
    async with TestServer(app) as server:
        lesson.address = str(server.make_url("")).rstrip("/")
        try:
            yield lesson
        finally:
            await asyncio.gather(*(socket.close() for socket in lesson.sockets))
    await asyncio.gather(*(answerer.close() for answerer in lesson.far))

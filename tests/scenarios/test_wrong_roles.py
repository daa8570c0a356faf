"""Every command over a real socket by everyone who may not give it; nobody is disconnected."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from signaling.errors import Code
from signaling.events import (
    Layout,
    Mode,
    Pace,
    Switch,
)
from signaling.ids import DeviceId, ParticipantId, PeerId, SourceId
from signaling.messages import (
    Admit,
    Call,
    Command,
    EnableSource,
    EndLesson,
    LowerHand,
    MuteAll,
    Offer,
    RaiseHand,
    Refused,
    Remove,
    SendBack,
    SendChat,
    SetAudioMaster,
    SetBan,
    SetLayout,
    SetLock,
    SetMode,
    SetPause,
    SetSwitch,
    SignalPace,
    StartLesson,
    TurnAway,
    View,
    Whisper,
)
from tests.support.caller import called
from tests.support.served import pupils_token, served, token

pytestmark = pytest.mark.slow

Make = Callable[[int], Command]

ROOM = ParticipantId("somebody")
HOSTS: list[Make] = [
    lambda n: StartLesson(id=n),
    lambda n: EndLesson(id=n),
    lambda n: SetMode(id=n, mode=Mode.DISCUSSION),
    lambda n: Call(id=n, participant=ROOM),
    lambda n: MuteAll(id=n),
    lambda n: SetLock(id=n, on=True),
    lambda n: Remove(id=n, participant=ROOM),
    lambda n: SetSwitch(id=n, switch=Switch.CHAT, on=True),
    lambda n: SetPause(id=n, on=True),
    lambda n: SetBan(id=n, on=True),
    lambda n: SetLayout(id=n, layout=Layout.SCREEN),
]
TEACHERS: list[Make] = [
    lambda n: Admit(id=n, participant=ROOM),
    lambda n: TurnAway(id=n, participant=ROOM),
]
SPEAKERS: list[Make] = [
    lambda n: EnableSource(id=n, source=SourceId("somebody/camera"), on=False),
    lambda n: SendBack(id=n),
    lambda n: RaiseHand(id=n),
    lambda n: LowerHand(id=n),
    lambda n: SignalPace(id=n, pace=Pace.LOST),
    lambda n: SetAudioMaster(id=n, device=DeviceId("d")),
    lambda n: SendChat(id=n, text="好"),
    lambda n: Whisper(id=n, text="好"),
]
WORKERS: list[Make] = [
    lambda n: View(id=n, shown=()),
    lambda n: Offer(id=n, peer=PeerId("p"), direction="up", sdp="v=0"),
]


async def test_whoever_may_not_is_refused_and_stays(tmp_path: Path) -> None:
    async with served(tmp_path) as server, AsyncExitStack() as stack:
        lesson = await server.lesson()
        far = lesson["rooms"][1]["links"]
        links = {
            "host room": lesson["rooms"][0]["links"]["room"],
            "far teacher": far["teacher"],
            "far room": far["room"],
            "pupil who waits": lesson["links"]["pupil"],
            "viewer": lesson["links"]["viewer"],
            "inspector": lesson["links"]["inspector"],
        }
        tokens = {who: token(link) for who, link in links.items()}
        tokens["pupil"] = await pupils_token(server, lesson, "小红")
        for who, own in tokens.items():
            device = await stack.enter_async_context(called(server.base, own, name="小明"))
            watches = who in ("viewer", "inspector", "pupil who waits")
            teachers = [] if who == "far teacher" else TEACHERS
            for make in [*HOSTS, *teachers, *(SPEAKERS if watches else [])]:
                answer = await device.ask(make)
                assert isinstance(answer, Refused), (who, answer)
                assert answer.code is Code.NOT_ALLOWED, (who, answer)
            for make in WORKERS:
                await device.ask(make)
            assert not device.closed, who

from pathlib import Path

import pytest

from signaling.errors import Code
from signaling.events import (
    HandRaised,
    LessonEnded,
    LessonStarted,
    ParticipantJoined,
    Phase,
)
from signaling.messages import (
    Closed,
    Done,
    EndLesson,
    Microphone,
    People,
    RaiseHand,
    Refused,
    StartLesson,
    State,
)
from tests.support.caller import called
from tests.support.served import served, token

pytestmark = pytest.mark.slow


async def test_two_rooms_meet_in_one_lesson(tmp_path: Path) -> None:
    async with served(tmp_path) as server:
        lesson = await server.lesson()
        host, other = lesson["rooms"]
        async with (
            called(server.base, token(host["links"]["teacher"])) as teacher,
            called(server.base, token(other["links"]["room"])) as room,
        ):
            assert teacher.welcome.leads
            assert not room.welcome.leads
            assert room.welcome.participant == other["participant"]
            assert (await teacher.told(ParticipantJoined)).participant == other["participant"]
            assert (await room.message(Microphone)).loudspeaker
            assert {p.name for p in (await room.message(People)).people} == {"甲", "乙"}
            assert (await room.message(State)).state.phase is Phase.LOBBY

            assert isinstance(await room.ask(lambda n: RaiseHand(id=n)), Done)
            assert (await teacher.told(HandRaised)).participant == other["participant"]
            refused = await room.ask(lambda n: StartLesson(id=n))
            assert isinstance(refused, Refused)
            assert refused.code is Code.NOT_ALLOWED
            assert isinstance(await teacher.ask(lambda n: StartLesson(id=n)), Done)
            await room.told(LessonStarted)
            assert isinstance(await teacher.ask(lambda n: EndLesson(id=n)), Done)
            await room.told(LessonEnded)
            assert (await room.message(Closed)).code is Code.LESSON_OVER

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from client.room.room import Doors, Room
from client.room.script import carry_out, obey, written
from signaling.errors import Code
from signaling.messages import Call, Leave, Refused, SendChat
from tests.support.answerer import until
from tests.support.far_lesson import FarLesson, far_lesson


class Seat:
    """A room without sources in a lesson."""

    def __init__(self, lesson: FarLesson, http: aiohttp.ClientSession) -> None:
        self.said: list[tuple[str, dict[str, object]]] = []
        doors = Doors(link=lesson.link, loudspeaker=False, prove=False)
        self.room = Room(doors, [], http, lambda word, data: self.said.append((word, data)))


async def typed(*lines: str) -> AsyncIterator[str]:
    for line in lines:
        yield line


async def test_commands_are_carried_out_one_after_another_and_the_end_is_goodbye() -> None:
    async with far_lesson() as lesson, aiohttp.ClientSession() as http:
        seat = Seat(lesson, http)
        task = asyncio.create_task(seat.room.run())
        await until(5, lambda: bool(seat.said))
        told: list[tuple[str, dict[str, object]]] = []
        lines = typed('{"type": "send_chat", "text": "你好"}', '{"type": "raise_hand"}')
        await obey(seat.room, lines, lambda word, data: told.append((word, data)))
        await asyncio.wait_for(task, 5)
        assert told == [("done", {"command": "send_chat"}), ("done", {"command": "raise_hand"})]
        kinds = [message.type for message in lesson.heard]
        assert kinds.index("send_chat") < kinds.index("raise_hand") < kinds.index("leave")
        assert any(isinstance(message, Leave) for message in lesson.heard)


async def test_a_refusal_is_told_with_its_code() -> None:
    async with far_lesson() as lesson, aiohttp.ClientSession() as http:
        lesson.reply = lambda command: (
            Refused(id=command.id, code=Code.CHAT_OFF, data={})
            if isinstance(command, SendChat)
            else None
        )
        seat = Seat(lesson, http)
        task = asyncio.create_task(seat.room.run())
        answer = await carry_out(seat.room, '{"type": "send_chat", "text": "你好"}')
        assert answer == ("refused", {"command": "send_chat", "code": "chat_off"})
        await seat.room.leave()
        await asyncio.wait_for(task, 5)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "hello",
        "[]",
        "{}",
        '{"type": "fly"}',
        '{"type": "ping", "sent": 1.0}',
        '{"type": "call"}',
        '{"type": "bitrate"}',
        '{"type": "bitrate", "source": "camera", "bitrate": "much"}',
    ],
)
async def test_what_is_no_command_is_refused(line: str) -> None:
    async with aiohttp.ClientSession() as http:
        doors = Doors(link="http://localhost/lesson#t", loudspeaker=False, prove=False)
        room = Room(doors, [], http, lambda word, data: None)
        word, data = await carry_out(room, line)
    assert (word, data["code"]) == ("refused", "malformed")


async def test_a_bit_rate_of_a_picture_that_is_not_there_is_refused() -> None:
    async with aiohttp.ClientSession() as http:
        doors = Doors(link="http://localhost/lesson#t", loudspeaker=False, prove=False)
        room = Room(doors, [], http, lambda word, data: None)
        line = '{"type": "bitrate", "source": "camera", "bitrate": 300000}'
        assert await carry_out(room, line) == ("refused", {"command": "bitrate"})


def test_a_command_gets_its_request_id() -> None:
    call = written({"type": "call", "participant": "b"}, 7)
    assert isinstance(call, Call)
    assert (call.id, call.participant) == (7, "b")

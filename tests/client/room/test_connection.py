import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from client.room.connection import Connection, read_link
from client.room.room import CODECS
from signaling.errors import Code, UserError
from signaling.events import HandRaised
from signaling.messages import (
    Closed,
    Hello,
    Moved,
    Ping,
    RaiseHand,
    Refused,
    Report,
    SendChat,
    ToDevice,
    Told,
    Welcome,
)
from tests.support.answerer import until
from tests.support.far_lesson import ROOM, SECRET, FarLesson, far_lesson

pytestmark = pytest.mark.slow


class Device:
    """A connection and what it handed on."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.messages: list[ToDevice] = []
        self.losses = 0
        self.task = asyncio.create_task(connection.run(self.messages.append, self.lose))

    def lose(self) -> None:
        self.losses += 1

    @property
    def welcomes(self) -> int:
        return sum(isinstance(message, Welcome) for message in self.messages)


@asynccontextmanager
async def joined(lesson: FarLesson) -> AsyncIterator[Device]:
    hello = Hello(version=1, token="token", encodes=CODECS, decodes=CODECS)
    async with aiohttp.ClientSession() as http:
        device = Device(Connection(read_link(lesson.link), hello, http))
        try:
            yield device
        finally:
            device.task.cancel()
            await asyncio.gather(device.task, return_exceptions=True)


async def test_it_says_hello_and_hands_on_what_follows() -> None:
    async with far_lesson() as lesson, joined(lesson) as device:
        await until(5, lambda: len(device.messages) == 2)
        assert [message.type for message in device.messages] == ["welcome", "state"]
        assert lesson.hellos[0].token == "token"


async def test_it_pings_at_once_to_set_its_clock_and_reports_it() -> None:
    async with far_lesson() as lesson, joined(lesson) as device:
        await until(5, lambda: sum(isinstance(one, Ping) for one in lesson.heard) >= 5)
        await device.connection.report(0.25)
        await until(5, lambda: any(isinstance(one, Report) for one in lesson.heard))
        [report] = [one for one in lesson.heard if isinstance(one, Report)]
        assert report.loss == 0.25
        assert 0 < report.rtt_ms < 1000


async def test_it_comes_back_as_the_same_device_and_tells_what_it_has_seen() -> None:
    async with far_lesson() as lesson, joined(lesson) as device:
        await until(5, lambda: len(device.messages) == 2)
        await lesson.tell(Told(n=9, t=2.0, event=HandRaised(participant=ROOM)))
        await until(5, lambda: len(device.messages) == 3)
        await lesson.sockets[0].close()
        await until(5, lambda: device.welcomes == 2)
        assert device.losses == 1
        resume = lesson.hellos[1].resume
        assert resume is not None
        assert (resume.secret, resume.seen) == (SECRET, 9)


async def test_a_command_that_was_under_way_is_asked_again() -> None:
    async with far_lesson() as lesson, joined(lesson) as device:
        await until(5, lambda: device.welcomes == 1)
        lesson.answers = False
        asking = asyncio.create_task(device.connection.ask(RaiseHand(id=41)))
        await asyncio.sleep(0.05)
        lesson.answers = True
        await lesson.sockets[0].close()
        done = await asyncio.wait_for(asking, 5)
        assert (done.type, done.id) == ("done", 41)


async def test_a_refusal_is_an_error_with_its_code() -> None:
    async with far_lesson() as lesson, joined(lesson) as device:
        await until(5, lambda: device.welcomes == 1)
        lesson.reply = lambda command: Refused(id=command.id, code=Code.CHAT_OFF, data={"a": 1})
        with pytest.raises(UserError) as refusal:
            await device.connection.ask(SendChat(id=1, text="hello"))
        assert refusal.value.code is Code.CHAT_OFF
        assert refusal.value.data == {"a": 1}


async def test_a_line_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signaling.ladder.SILENCE_SECONDS", 0.3)
    monkeypatch.setattr("signaling.ladder.PING_SECONDS", 0.1)
    async with far_lesson() as lesson, joined(lesson) as device:
        await until(5, lambda: device.welcomes == 1)
        lesson.answers = False
        await until(5, lambda: device.losses >= 1)
        lesson.answers = True
        await until(8, lambda: device.welcomes >= 2)


async def test_a_device_that_may_not_come_back_stays_away() -> None:
    async with far_lesson() as lesson, joined(lesson) as device:
        await until(5, lambda: device.welcomes == 1)
        await lesson.tell(Closed(code=Code.BARRED, data={}, may_resume=False))
        with pytest.raises(ExceptionGroup) as ended:
            await asyncio.wait_for(asyncio.shield(device.task), 5)
        assert ended.group_contains(UserError, match="barred")
        assert device.losses == 0
        assert len(lesson.hellos) == 1


async def test_a_device_that_may_come_back_does() -> None:
    async with far_lesson() as lesson, joined(lesson) as device:
        await until(5, lambda: device.welcomes == 1)
        await lesson.tell(Closed(code=Code.TOO_SLOW, data={}, may_resume=True))
        await until(5, lambda: device.welcomes == 2)


async def test_a_secret_that_is_refused_is_forgotten() -> None:
    async with far_lesson() as lesson, joined(lesson) as device:
        await until(5, lambda: device.welcomes == 1)
        lesson.refuses = Closed(code=Code.RESUME_REFUSED, data={}, may_resume=False)
        await lesson.sockets[0].close()
        await until(8, lambda: device.welcomes == 2)
        assert [hello.resume is not None for hello in lesson.hellos] == [False, True, False]


async def test_a_link_that_another_attempt_replaced_comes_back_as_the_same_device() -> None:
    async with far_lesson() as lesson, joined(lesson) as device:
        await until(5, lambda: device.welcomes == 1)
        await lesson.tell(Closed(code=Code.RESUME_REFUSED, data={}, may_resume=True))
        await until(5, lambda: device.welcomes == 2)
        assert lesson.hellos[1].resume is not None


async def test_it_goes_where_it_is_sent() -> None:
    async with far_lesson() as first, far_lesson() as second, joined(first) as device:
        await until(5, lambda: device.welcomes == 1)
        await first.tell(Moved(url=second.address))
        await until(5, lambda: second.hellos != [])
        assert second.hellos[0].resume is not None


@pytest.mark.parametrize(
    "link", ["", "lesson#token", "ftp://host/lesson#token", "http://host/lesson", "http:///x#token"]
)
def test_what_is_no_link_is_refused(link: str) -> None:
    with pytest.raises(UserError) as refusal:
        read_link(link)
    assert refusal.value.code is Code.LINK_INVALID


def test_a_link_names_the_socket_and_the_token() -> None:
    link = read_link("https://school.example:8443/lesson#abc")
    assert (link.address, link.token) == ("wss://school.example:8443/ws", "abc")

"""Loudspeakers and microphones of one room: no echo goes round, no second microphone is let in."""

import asyncio
import math
from statistics import median
from typing import cast

import pytest

from signaling.errors import Code
from signaling.events import Kind
from signaling.ids import PeerId
from signaling.messages import Offer, Refused, SourceOffer
from tests.support.browsers import Browsers
from tests.support.caller import called
from tests.support.lesson_pages import LessonPage, lesson_page, pupils_link, room_link
from tests.support.served import Served, token

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(180)]

HOST, ROOM = 1, 3
HEARD_S = 30.0
SETTLED_S = 3.0
MORE_DB = 3.0
LESS_DB = 10.0
"""A receiver that hears this much less than was said hears nothing that counts."""


def decibel(power: float) -> float:
    """A mean power of samples as dB below full scale."""
    return 10 * math.log10(max(power, 1e-12))


async def powers(page: LessonPage, what: str) -> list[float]:
    """The powers a page noted since it was asked last."""
    return cast("list[float]", await page.page.evaluate(f"interop.{what}.splice(0)"))


async def heard(hearers: dict[LessonPage, list[LessonPage]]) -> None:
    """Listen for a while: each hears those it should, and no more than they say."""
    await asyncio.sleep(SETTLED_S)
    for page in hearers:
        await powers(page, "levels")
    await asyncio.sleep(HEARD_S)
    speakers = {one for speakers in hearers.values() for one in speakers}
    spoken = {one: median(await powers(one, "spoken")) for one in speakers}
    for page, wanted in hearers.items():
        said = decibel(sum(spoken[one] for one in wanted))
        levels = [decibel(power) for power in await powers(page, "levels")]
        assert max(levels) <= said + MORE_DB, (page.page.name, said, levels)
        assert median(levels) >= said - LESS_DB, (page.page.name, said, levels)


async def lecture(
    server: Served, chromium: Browsers, where: str
) -> tuple[LessonPage, LessonPage, LessonPage]:
    """A lesson of a host, a room with an echo each, and a pupil; they hear the host."""
    lesson = await server.lesson()
    host = await lesson_page(chromium, f"host {where}", HOST, sound="echo")
    room = await lesson_page(chromium, f"room {where}", ROOM, sound="echo")
    pupil = await lesson_page(chromium, f"pupil {where}", 9)
    await host.enter(room_link(server, lesson, 0))
    await room.enter(room_link(server, lesson, 1))
    await pupil.enter(await pupils_link(server, lesson, "小明"))
    await host.do("start")
    for page in (host, room, pupil):
        await page.page.evaluate("interop.listen()")
    await room.until_shown(HOST)
    return host, room, pupil


async def test_no_echo_goes_round_in_lecture_or_called(server: Served, chromium: Browsers) -> None:
    # Two lessons at once: it takes as long in each until an echo that goes round is loud.
    host, room, pupil = await lecture(server, chromium, "in lecture")
    calls, answers, listens = await lecture(server, chromium, "that calls")
    await calls.do("call")
    await answers.page.until("document.querySelector('.summons') !== null")
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(heard({room: [host], pupil: [host]}))
        tasks.create_task(heard({calls: [answers], answers: [calls], listens: [calls, answers]}))


async def test_a_second_open_microphone_in_a_room_is_refused(
    server: Served, chromium: Browsers
) -> None:
    lesson = await server.lesson()
    room = await lesson_page(chromium, "room", ROOM)
    await room.enter(room_link(server, lesson, 1))
    sdp = await room.page.evaluate(
        """(async () => {
          const peer = new RTCPeerConnection();
          peer.addTransceiver("audio", { direction: "sendonly" });
          const { sdp } = await peer.createOffer();
          peer.close();
          return sdp;
        })()"""
    )
    second = token(lesson["rooms"][1]["links"]["room"])
    async with called(server.base, second) as device:
        reply = await device.ask(
            lambda number: Offer(
                id=number,
                peer=PeerId("second"),
                direction="up",
                sdp=str(sdp),
                sources=(SourceOffer(mid="0", name="microphone", kind=Kind.MICROPHONE),),
            )
        )
    assert isinstance(reply, Refused)
    assert reply.code is Code.SECOND_MICROPHONE

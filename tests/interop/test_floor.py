"""The floor in the teacher's hand: what is pressed at one end is seen at the others."""

import asyncio
from typing import cast

import pytest

from server.store.folder import lesson_folder, read_journal
from signaling.events import AudioMasterSet
from signaling.ids import DeviceId, ParticipantId
from tests.support.browsers import Browsers
from tests.support.lesson_pages import LessonPage, lesson_page, pupils_link, room_link
from tests.support.served import Served
from tests.support.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.browser]

HOST, ROOM, THIRD = 1, 3, 5
HELD_MS = 1300
SETTLED_S = 1.0
"""Longer than anything takes to pass on what was under way."""
THERE = "document.querySelector"
IS_ON = "one.querySelector('.light').classList.contains('on')"
LIT = '[["camera",true],["microphone",true],["screen",false]]'
"""Which sources of the host and of a pupil at home reach the disk, by the host's panel."""
SOUNDS = "interop.streams().length"
SPEAKS = """(async () => (await tongke.stats()).sources.some(
  ({direction, kind}) => direction === "up" && kind === "audio"))()"""


async def status(page: LessonPage, words: str) -> None:
    """Wait until a page's one line says so."""
    await page.page.until(f"document.querySelector('[data-floor]').innerText.includes({words!r})")


async def nothing_of(page: LessonPage, source: int) -> None:
    """No picture of a source comes any more."""
    await asyncio.sleep(SETTLED_S)
    await page.shown()
    await asyncio.sleep(SETTLED_S)
    far = [tile for tile in await page.shown() if not tile.own]
    assert not [frame for tile in far for frame in tile.frames if frame.source == source]


async def test_a_teacher_calls_a_pupil_and_keeps_order(server: Served, chromium: Browsers) -> None:
    lesson = await server.lesson()
    host = await lesson_page(chromium, "host", HOST)
    room = await lesson_page(chromium, "room", ROOM)
    pupil = await lesson_page(chromium, "pupil", THIRD)
    await host.enter(room_link(server, lesson, 0))
    await room.enter(room_link(server, lesson, 1))
    await pupil.enter(await pupils_link(server, lesson, "小明"))
    await host.do("start")

    await pupil.do("raise-hand")
    await host.page.press("[data-do=hands] button")
    await host.page.press("[data-hand] [data-do=call]")
    await status(room, "小明")
    await pupil.do("open-devices")
    await room.until_shown(THIRD)
    await host.do("send-back")
    await nothing_of(room, THIRD)
    await host.do("discussion")
    await status(room, "讨论中")
    await host.do("mute-all")
    await status(room, "讲授中")

    await host.do("more")
    await host.do("pause")
    await status(pupil, "已暂停")
    await nothing_of(room, HOST)
    await host.do("pause")
    await room.until_shown(HOST)
    await host.do("ban")
    await status(room, "已禁止互动")
    await nothing_of(host, ROOM)
    await host.do("ban")
    await host.until_shown(ROOM)

    await host.page.press("[data-do=stop]", HELD_MS)
    for page in (host, room, pupil):
        await page.page.until("document.querySelector('[data-page=ended]') !== null")


async def test_one_tap_moves_the_sound_of_a_room_to_another_device(
    server: Served, chromium: Browsers
) -> None:
    lesson = await server.lesson()
    host = await lesson_page(chromium, "host", HOST)
    first = await lesson_page(chromium, "first", ROOM)
    second = await lesson_page(chromium, "second", THIRD)
    await host.enter(room_link(server, lesson, 0))
    await host.do("start")
    await first.enter(room_link(server, lesson, 1))
    await first.until_shown(HOST)
    await first.page.until(f"{SOUNDS} > 0")
    await second.enter(room_link(server, lesson, 1))
    await second.until_shown(HOST)
    await asyncio.sleep(SETTLED_S)
    assert await second.page.evaluate(f"{SOUNDS} === 0")
    assert (await first.page.evaluate(SPEAKS), await second.page.evaluate(SPEAKS)) == (
        True,
        False,
    )

    await second.do("more")
    await second.page.press("[data-page=device]")
    await second.do("audio-here")
    await second.page.until(f"{SOUNDS} > 0")
    await first.page.until(f"{SOUNDS} === 0")
    await second.page.until(SPEAKS)
    await first.page.until(f"!(await {SPEAKS})")
    device = str((await second.stats())["device"])
    folder = lesson_folder(server.data, lesson["lesson"])
    journal = await asyncio.to_thread(read_journal, folder)
    changes = [line.event for line in journal.lines if isinstance(line.event, AudioMasterSet)]
    room = ParticipantId(lesson["rooms"][1]["participant"])
    assert changes[-1] == AudioMasterSet(participant=room, device=DeviceId(device))


async def test_pupils_write_and_share_when_the_teacher_lets_them(
    server: Served, chromium: Browsers
) -> None:
    lesson = await server.lesson()
    host = await lesson_page(chromium, "host", HOST)
    pupil = await lesson_page(chromium, "pupil", THIRD)
    await host.enter(room_link(server, lesson, 0))
    await host.do("start")
    await pupil.enter(await pupils_link(server, lesson, "小明"))
    await pupil.until_shown(HOST)
    await pupil.do("more")
    await pupil.page.press("[data-page=chat]")
    assert await pupil.page.evaluate(f"{THERE}('[data-field=chat]') === null")
    assert await pupil.page.evaluate(f"{THERE}('[data-do=share]') === null")

    await host.do("more")
    await host.page.press("[data-switch=chat]")
    await host.page.press("[data-switch=sharing]")
    await pupil.page.press("[data-field=chat]")
    await pupil.page.ask("write", text="听得很清楚")
    await pupil.do("send-chat")
    await host.page.press("[data-page=chat]")
    await host.page.until(f"{THERE}('[data-chat-line]')?.innerText.includes('听得很清楚')")
    await pupil.do("share")
    await host.until_shown(THIRD + 1)
    await host.page.press("[data-page=rules]")
    await host.page.press("[data-switch=sharing]")
    await nothing_of(host, THIRD + 1)

    await host.page.press("[data-page=recording]")
    lights = "[...document.querySelectorAll('[data-light]')]"
    sources = f"{lights}.map((one) => [one.dataset.light.split('/')[1], {IS_ON}])"
    await host.page.until(f"JSON.stringify({sources}) === {LIT!r}")


async def test_a_layout_is_for_all_and_for_oneself_by_ones_own_choice(
    server: Served, chromium: Browsers
) -> None:
    lesson = await server.lesson()
    host = await lesson_page(chromium, "host", HOST)
    room = await lesson_page(chromium, "room", ROOM)
    await host.enter(room_link(server, lesson, 0))
    await host.do("start")
    await room.enter(room_link(server, lesson, 1))
    await room.until_shown(HOST)
    await until(lambda: is_even(room), 5)
    await host.page.press("[data-do=layout] button")
    await host.do("layout-speaker")
    await until(lambda: is_apart(room), 5)
    assert await is_apart(host)
    await room.page.press("[data-do=layout] button")
    await room.do("own-layout-equal")
    await asyncio.sleep(SETTLED_S)
    assert not await is_apart(room)
    assert await is_apart(host)


async def larger(page: LessonPage) -> float:
    """How many times wider the widest tile of a wall is than the narrowest."""
    widths = await page.page.evaluate(
        "[...document.querySelectorAll('[data-tile]')].map((one) => one.clientWidth)"
    )
    found = cast("list[float]", widths)
    return max(found) / min(found)


async def is_even(page: LessonPage) -> bool:
    """Whether all tiles stand at one width: a newcomer's picture moves them for 0.2 s."""
    return await larger(page) < 1.2


async def is_apart(page: LessonPage) -> bool:
    """Whether one tile is much larger than the others."""
    return await larger(page) > 2

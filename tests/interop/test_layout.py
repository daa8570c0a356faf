"""How large pictures and buttons are, measured on the page."""

import asyncio
from pathlib import Path
from typing import NamedTuple, cast

import pytest

from tests.support.browsers import LAPTOP, Browsers, Size
from tests.support.clips import write_clip
from tests.support.lesson_pages import LessonPage, lesson_page, pupils_link, room_link
from tests.support.room_program import room_program
from tests.support.served import Served
from tests.support.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PANEL, PHONE = Size(3840, 2160), Size(390, 844)
HOST, OTHER = 1, 20
MOVED_S = 0.5
"""Longer than tiles take to their new places."""
LATE_S = 10.0
"""Longer than a busy page takes to hear of it."""


class Box(NamedTuple):
    """One tile as the browser lays it out."""

    participant: str
    source: str
    width: float
    """Share of the screen's width."""
    large: bool


async def boxes(page: LessonPage, size: Size) -> list[Box]:
    """Every tile of a page at a size."""
    await page.page.resize(size)
    await asyncio.sleep(MOVED_S)
    found = await page.page.evaluate(
        """[...document.querySelectorAll("[data-tile]")].map((tile) => [
          tile.dataset.participant, tile.dataset.tile,
          tile.querySelector("video").getBoundingClientRect().width / innerWidth,
          tile.dataset.large === "true"])"""
    )
    return [
        Box(*cast("tuple[str, str, float, bool]", one)) for one in cast("list[list[object]]", found)
    ]


async def until_wide(page: LessonPage, size: Size, participant: str, share: float) -> None:
    """Wait until somebody's widest picture takes this share of the screen's width at least.

    What was done to the lesson may reach a page later than the one that was waited for.
    """

    async def is_wide() -> bool:
        widths = [box.width for box in await boxes(page, size) if box.participant == participant]
        seen.append(widths)
        return max(widths, default=0) >= share

    seen: list[list[float]] = []
    try:
        await until(is_wide, LATE_S)
    except TimeoutError:
        pytest.fail(f"{page.page.name} at {size}: {seen}")


class Buttons(NamedTuple):
    """The row of buttons as the browser lays it out."""

    rows: int
    names: set[str]
    width: float
    """Of the narrowest, in CSS pixels."""
    height: float
    """Of the lowest, in CSS pixels."""
    outside: list[str]
    """Those that do not lie wholly within the screen or do not hold their words."""


BUTTONS = """(() => {
  const all = [...document.querySelectorAll("[role=toolbar] .button")];
  const boxes = all.map((one) => one.getBoundingClientRect());
  const nameOf = (one) => one.closest("[data-do]").dataset.do;
  const fits = (one, box) => box.left >= 0 && box.right <= innerWidth && box.bottom <= innerHeight
    && one.scrollWidth <= one.clientWidth + 1 && one.scrollHeight <= one.clientHeight + 1;
  return [new Set(boxes.map(({top}) => Math.round(top))).size,
    all.map(nameOf),
    Math.min(...boxes.map(({width}) => width)), Math.min(...boxes.map(({height}) => height)),
    all.filter((one, at) => !fits(one, boxes[at])).map(nameOf)];
})()"""


async def buttons(page: LessonPage, size: Size) -> Buttons:
    """The buttons of a page at a size."""
    await page.page.resize(size)
    await asyncio.sleep(MOVED_S)
    found = cast(
        "tuple[int, list[str], float, float, list[str]]", await page.page.evaluate(BUTTONS)
    )
    rows, names, width, height, outside = found
    return Buttons(rows, set(names), width, height, outside)


async def test_the_other_class_is_large_on_every_screen(
    server: Served, chromium: Browsers, tmp_path: Path
) -> None:
    clip = tmp_path / "clip.mkv"
    await asyncio.to_thread(write_clip, clip, OTHER, 10.0)
    lesson = await server.lesson(rooms=("乙", "丙"))
    ids = [room["participant"] for room in lesson["rooms"]]
    host = await lesson_page(chromium, "host", HOST)
    room = await lesson_page(chromium, "room", 3)
    pupil = await lesson_page(chromium, "pupil", 5)
    async with room_program(room_link(server, lesson, 1, "room"), clip):
        await host.enter(room_link(server, lesson, 0))
        await host.until_shown(OTHER)
        await room.enter(room_link(server, lesson, 2))
        await room.until_shown(HOST)
        await pupil.enter(await pupils_link(server, lesson, "小红"))
        await pupil.until_shown(HOST)
        for size in (LAPTOP, PANEL):
            await until_wide(host, size, ids[1], 0.40)
            await until_wide(room, size, ids[0], 0.40)
            await until_wide(pupil, size, ids[0], 0.40)
        for page, who in ((host, ids[1]), (room, ids[0]), (pupil, ids[0])):
            await until_wide(page, PHONE, who, 0.99)

        await host.do("start")
        await host.page.press("[data-do=call-which] > button")
        await host.page.press(f"[data-do=call][data-participant='{ids[2]}']")
        await room.page.until("document.querySelector('.summons') !== null")
        marked = f".called[data-participant='{ids[2]}']"
        await room.page.until(f"document.querySelector({marked!r}) !== null")
        for size in (LAPTOP, PANEL):
            seen = await boxes(room, size)
            assert max(seen, key=lambda box: box.width).participant == ids[0]
            assert await room.page.evaluate(f"document.querySelector({marked!r}) !== null")
            mine = [box for box in seen if box.participant == ids[2]]
            assert [box.width < 0.25 for box in mine] == [True]
            await until_wide(host, size, ids[2], 0.40)
        await host.do("send-back")

        await host.page.resize(LAPTOP)
        await host.do("share")
        await room.until_shown(HOST + 1)
        for size in (LAPTOP, PANEL):
            await until_wide(host, size, ids[2], 0.25)
            await until_wide(room, size, ids[0], 0.25)
            await until_wide(pupil, size, ids[0], 0.25)
        await until_wide(pupil, PHONE, ids[0], 0.99)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_buttons_keep_to_one_row_and_on_a_phone_to_two(
    server: Served, chromium: Browsers, language: str
) -> None:
    lesson = await server.lesson()
    host = await lesson_page(chromium, "host", HOST)
    room = await lesson_page(chromium, "room", 3)
    for page in (host, room):
        await page.page.goto(f"{server.base}/lesson")
        await page.page.evaluate(f"localStorage.setItem('tongke.language', {language!r})")
        await page.page.goto("about:blank")
    await host.enter(room_link(server, lesson, 0))
    await room.enter(room_link(server, lesson, 1))
    lobby = await buttons(host, PHONE)
    assert (lobby.rows <= 2, lobby.outside) == (True, []), lobby
    await host.do("start")
    await host.page.until("document.querySelector('[data-do=end]') !== null")
    panel = await buttons(host, PANEL)
    assert panel.rows == 1
    assert min(panel.width, panel.height) >= 64, panel
    for deed in ("discussion", "share", "camera", "microphone"):
        await host.do(deed)
        assert (await buttons(host, LAPTOP)).rows == 1, deed
    for page in (host, room):
        held = await buttons(page, PHONE)
        assert (held.rows <= 2, held.outside) == (True, []), held
        assert min(held.width, held.height) >= 44, held
    assert (await buttons(host, PHONE)).names == panel.names

"""The check of a device before a lesson, and how large what a panel shows is to press."""

import asyncio
from typing import cast

import pytest

from tests.support.browsers import LAPTOP, Size, browsers
from tests.support.lesson_pages import LessonPage, lesson_page, room_link
from tests.support.served import Served

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PANEL = Size(3840, 2160)
CHECK_S = 60.0
GRADES = """Object.fromEntries([...document.querySelectorAll("[data-line]")].map(
  (one) => [one.dataset.line, one.dataset.grade]))"""
SMALL = """[...document.querySelectorAll("button, select, a.button, input:not([type=checkbox])")]
  .filter((one) => !one.classList.contains("enlarge") && one.offsetParent !== null)
  .map((one) => [one.closest("[data-do], [data-page], [data-field]")?.outerHTML.slice(0, 90),
    Math.round(one.getBoundingClientRect().width), Math.round(one.getBoundingClientRect().height)])
  .filter(([, width, height]) => Math.min(width, height) < 64)"""
HIGH = """[...document.querySelectorAll("[role=toolbar] button")].filter((one) =>
  one.getBoundingClientRect().top < innerHeight * 2 / 3).map((one) => one.outerHTML.slice(0, 90))"""
DRAWERS = ("people", "chat", "rules", "recording", "device")


async def small_controls(page: LessonPage, size: Size) -> list[object]:
    """What of a lesson's controls is smaller than a finger on a panel, in every drawer."""
    await page.page.resize(size)
    await asyncio.sleep(0.5)
    found = cast("list[object]", await page.page.evaluate(SMALL))
    found += cast("list[object]", await page.page.evaluate(HIGH))
    await page.do("more")
    for drawer in DRAWERS:
        await page.page.press(f"[data-page={drawer}]")
        await page.page.until(
            f"document.querySelector('[data-page={drawer}][aria-selected=true]') !== null"
        )
        found += cast("list[object]", await page.page.evaluate(SMALL))
    await page.do("more")
    return found


async def test_one_button_checks_a_device_and_the_door_shows_it(server: Served) -> None:
    async with browsers() as drivers:
        lesson = await server.lesson()
        await drivers.launch(
            "chromium", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"
        )
        page = await lesson_page(drivers, "host", 1, devices="own")
        link = room_link(server, lesson, 0)
        await page.page.goto(link.replace("/lesson#", "/check-devices#"))
        await page.page.until("document.querySelector('[data-room]') !== null")
        await page.do("check-devices")
        await page.page.until("document.querySelector('[data-stage=done]') !== null", CHECK_S)
        grades = await page.page.evaluate(GRADES)
        # The pretended microphone beeps, and does not hear the pretended loudspeaker.
        assert grades == {
            "camera": "good",
            "microphone": "good",
            "speaker": "poor",
            "echo": "unknown",
            "path": "good",
            "loss": "good",
            "jitter": "good",
            "bandwidth": "good",
            "round_trip": "good",
        }
        await page.page.goto("about:blank")
        await page.page.goto(link)
        await page.page.until("document.querySelector('[data-check]') !== null")
        assert await page.page.evaluate("document.querySelector('[data-part=network]').innerText")
        await page.enter(link)
        await page.do("start")
        await page.page.until("document.querySelector('[data-do=end]') !== null")
        for size in (LAPTOP, PANEL):
            assert await small_controls(page, size) == [], size
        assert await page.page.evaluate("interop.errors") == []

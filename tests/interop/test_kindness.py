"""What a browser, a phone call or a parent's contract does to a lesson, and how it goes on."""

import asyncio
from typing import cast

import pytest

from tests.support.browsers import browsers
from tests.support.lesson_pages import (
    LIVELY,
    LessonPage,
    lesson_link,
    lesson_page,
    room_link,
)
from tests.support.served import Served
from tests.support.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.browser]

HOST = 1
HEARD = "interop.streams().length > 0"
LIVE = "document.querySelector('[data-standing=live]') !== null"
LOCKED = "document.querySelector('[data-do=unlock]') !== null"
UNTAPPED_S = 6
"""In which nothing is asked of a page: the driver asks with a user's gesture."""
SAVED_S = 12
"""Longer than from one still to the next."""
OCTETS = """(async () => {
  const all = { audio: 0, video: 0 };
  for (const peer of new Set(interop.peers)) {
    for (const one of (await peer.getStats()).values()) {
      if (one.type === "inbound-rtp") {
        all[one.kind] += one.bytesReceived;
      }
    }
  }
  return all;
})()"""
HIDE = """(() => {
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => HOW });
  document.dispatchEvent(new Event("visibilitychange"));
})()"""
ENDED = """["camera", "microphone"].forEach((what) => {
  interop.own[what].stop();
  interop.own[what].dispatchEvent(new Event("ended"));
})"""


def there(selector: str) -> str:
    return f"document.querySelector({selector!r}) !== null"


async def received(page: LessonPage, seconds: float) -> dict[str, int]:
    """How many octets of sounds and of pictures a page receives in some seconds."""
    before = cast("dict[str, int]", await page.page.evaluate(OCTETS))
    await asyncio.sleep(seconds)
    after = cast("dict[str, int]", await page.page.evaluate(OCTETS))
    return {kind: octets - before[kind] for kind, octets in after.items()}


async def is_gone(page: LessonPage, source: str) -> bool:
    """Whether a page's statistics know of nothing of a source any more."""
    return await page.receives(source) is None


async def pictures(page: LessonPage, source: str) -> int:
    """How many pictures of a source were decoded."""
    found = await page.receives(source)
    return 0 if found is None else cast("int", found["framesDecoded"])


async def test_sound_waits_for_one_tap_and_a_reload_comes_back(server: Served) -> None:
    async with browsers() as drivers:
        lesson = await server.lesson()
        await drivers.launch("chromium", "--autoplay-policy=document-user-activation-required")
        host = await lesson_page(drivers, "host", HOST, rate=LIVELY)
        await host.enter(room_link(server, lesson, 0))
        await host.do("start")
        room = await lesson_page(drivers, "room", 3, enters=True)
        await room.page.goto(room_link(server, lesson, 1, "room"))
        await asyncio.sleep(UNTAPPED_S)
        await room.page.until(f"{LIVE} && {LOCKED}")
        assert not await room.page.evaluate(HEARD)
        await room.do("unlock")
        await room.page.until(f"{HEARD} && !({LOCKED})")
        await room.until_shown(HOST)

        await room.page.evaluate("setTimeout(() => location.reload(), 0) && null")
        await asyncio.sleep(UNTAPPED_S)
        await room.page.until(f"{LIVE} && ({HEARD} || {LOCKED})")

        viewer = await lesson_page(drivers, "viewer", 5)
        await viewer.enter(lesson_link(server, lesson, "viewer"), "家长")
        await viewer.until_shown(HOST)
        await saves_data(host, viewer)
        await survives_a_call(host, viewer)


async def saves_data(host: LessonPage, viewer: LessonPage) -> None:
    """The server really stops sending; of a screen that is shared a still comes at times."""
    camera = f"{(await host.stats())['participant']}/camera"
    screen = f"{(await host.stats())['participant']}/screen"
    before = await received(viewer, 3.0)
    assert min(before.values()) > 0
    await viewer.do("more")
    await viewer.page.press("[data-page=device]")
    await viewer.page.press("[data-field=saver]")
    await viewer.page.until(there("[data-sentence]"))
    await until(lambda: is_gone(viewer, camera), 5)
    await viewer.page.until(there("[data-cost]"))
    saved = await received(viewer, 3.0)
    assert saved["video"] == 0 < saved["audio"], (saved, before)
    assert await viewer.page.evaluate(f"{HEARD} || {LOCKED}")

    await host.do("share")
    await viewer.until_shown(HOST + 1)
    first = await pictures(viewer, screen)
    await asyncio.sleep(SAVED_S)
    more = await pictures(viewer, screen) - first
    assert 1 <= more < SAVED_S * LIVELY / 4
    await viewer.page.press("[data-field=saver]")
    await viewer.until_shown(HOST)
    await host.do("share")


async def survives_a_call(host: LessonPage, viewer: LessonPage) -> None:
    """A phone that rings locks its screen and takes camera and microphone."""
    await host.page.evaluate(HIDE.replace("HOW", "'hidden'"))
    await host.page.evaluate(ENDED)
    await host.page.until(there("[data-message=away-camera]"))
    await host.page.until(there("[data-message=away-microphone]"))
    await viewer.shown()
    await host.page.evaluate(HIDE.replace("HOW", "'visible'"))
    await host.page.until(f"!({there('[data-message=away-camera]')})")
    await viewer.until_shown(HOST)
    await host.page.evaluate("interop.own.microphone.dispatchEvent(new Event('mute')) && null")
    await host.page.until(there("[data-message=away-microphone]"))
    await host.page.evaluate("interop.own.microphone.dispatchEvent(new Event('unmute')) && null")
    await host.page.until(f"!({there('[data-message=away-microphone]')})")
    assert await host.page.evaluate("interop.errors") == []

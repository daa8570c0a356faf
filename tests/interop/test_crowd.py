"""Fifty pupils come at once; nobody who is there already negotiates anew."""

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from signaling.ids import PeerId
from signaling.messages import Answer, Offer
from tests.support.browsers import browsers
from tests.support.caller import Caller, called
from tests.support.lesson_pages import LIVELY, lesson_page, room_link
from tests.support.offers import offer
from tests.support.served import pupils_token, served

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.alone]

PUPILS, SECONDS = 50, 10.0
HOST, ROOM = 1, 3


async def test_fifty_pupils_renegotiate_nobody_elses_peers(tmp_path: Path) -> None:
    async with (
        served(tmp_path / "data") as server,
        browsers() as drivers,
        AsyncExitStack() as pupils,
    ):
        lesson = await server.lesson()
        await drivers.launch("chromium")
        host = await lesson_page(drivers, "host", HOST, rate=LIVELY)
        room = await lesson_page(drivers, "room", ROOM, rate=LIVELY)
        await host.enter(room_link(server, lesson, 0))
        await room.enter(room_link(server, lesson, 1))
        await host.do("start")
        await host.until_shown(ROOM)
        await room.until_shown(HOST)
        before = [await page.page.evaluate("interop.offers") for page in (host, room)]
        link = await pupils_token(server, lesson, "小明")
        begun = time.monotonic()
        for _ in range(PUPILS):
            pupil = called(server.base, link)
            assert await wants_to_see(await pupils.enter_async_context(pupil))
            await asyncio.sleep(SECONDS / PUPILS / 4)
        assert time.monotonic() - begun < SECONDS
        await asyncio.sleep(2.0)
        after = [await page.page.evaluate("interop.offers") for page in (host, room)]
        await host.shown()
        await host.until_shown(ROOM)
    assert before[0]
    assert after == before


async def wants_to_see(pupil: Caller) -> bool:
    """Whether a pupil's offer of a pool of slots is answered."""
    pool = offer("chromium_down")
    asked = await pupil.ask(lambda n: Offer(id=n, peer=PeerId("p"), direction="down", sdp=pool))
    return isinstance(asked, Answer)

"""A recorded lesson played back in real browsers: every frame shown says which it is."""

import asyncio
import itertools
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

import numpy as np
import pytest

from server.actions.links import LessonLinks
from tests.support.browsers import Name, Page, browsers
from tests.support.scrubber import press_scrubber
from tests.support.served import Served, token
from tests.support.stripes import read
from tests.support.taped import (
    CALLED,
    CHANGES,
    CHANGING,
    ENDED,
    GAP,
    HOST_CAMERA,
    OTHER_CAMERA,
    RATE,
    SAID,
    SCREEN,
    SHOTS,
    STARTED,
    SWITCHED,
    Shot,
    tape,
)

pytestmark = [pytest.mark.slow, pytest.mark.browser]

CLOSE_S = 0.1
"""A seek lands within this of its target."""
SEEKS = 6
EITHER: tuple[Name, Name] = ("chromium", "firefox")


BLOCKS_SHOWN = """(() => {
  const canvas = Object.assign(document.createElement("canvas"), {width: 128, height: 4});
  const pen = canvas.getContext("2d", {willReadFrequently: true});
  return Object.fromEntries([...document.querySelectorAll("[data-tile]")].map((tile) => {
    const video = tile.querySelector("video");
    pen.clearRect(0, 0, 128, 4);
    pen.drawImage(video, 0, 0, video.videoWidth, video.videoWidth / 32, 0, 0, 128, 4);
    const {data} = pen.getImageData(0, 0, 128, 4);
    const bright = (block) => data[4 * (128 + 4 * block + 1)];
    return [tile.dataset.tile, [...Array(32).keys()].map(bright)];
  }));
})()"""
"""The brightness of the 32 blocks of each tile's stripe."""


def lesson_time(blocks: list[int]) -> float | None:
    """What a stripe says; none if it is damaged."""
    stripe = read(np.repeat(np.array([blocks] * 4, np.uint8), 4, axis=1))
    return None if stripe is None else stripe.number / RATE


class Replay:
    """The page of a replay."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def stats(self) -> dict[str, Any]:
        """What `window.tongke` tells."""
        return cast("dict[str, Any]", await self.page.evaluate("window.tongke.replay()"))

    async def settle(self) -> dict[str, Any]:
        """Wait until everything that was recorded at this moment is on the screen."""
        await self.page.until(
            "(({waiting, tracks}) => !waiting && tracks.every(({ready}) => ready))(tongke.replay())"
        )
        return await self.stats()

    async def seek(self, time: float) -> None:
        """Press the scrubber where a lesson time lies."""
        await press_scrubber(self.page, (time - STARTED) / (ENDED - STARTED))

    async def shown(self) -> dict[str, float | None]:
        """The lesson time in the stripe of each picture as it stands on the screen."""
        found = cast("dict[str, list[int]]", await self.page.evaluate(BLOCKS_SHOWN))
        return {key.rpartition("/")[2]: lesson_time(blocks) for key, blocks in found.items()}

    async def numbers(self) -> dict[int, list[int]]:
        """By source the numbers of its frames that were shown since this was asked last."""
        found = cast("dict[str, Any]", await self.page.evaluate("interop.take()"))
        numbers: dict[int, list[int]] = defaultdict(list)
        for one in found.values():
            for _, source, number, _ in one["frames"]:
                numbers[source].append(number)
        return numbers


@asynccontextmanager
async def replayed(
    server: Served, browser: Name, moment: str = "", shots: Sequence[Shot] = SHOTS
) -> AsyncIterator[Replay]:
    """A viewer's page of a lesson that is over."""
    async with browsers() as drivers:
        lesson: LessonLinks = await server.lesson("古诗二首")
        await tape(server.data, lesson, shots)
        await drivers.launch(browser)
        page = await drivers.open("viewer", {"source": 60, "devices": "own"}, browser)
        await page.goto(f"{server.base}/replay{moment}#{token(lesson['links']['viewer'])}")
        await page.until("window.tongke !== undefined && tongke.replay().tracks.length > 3")
        replay = Replay(page)
        await replay.settle()
        yield replay


def is_close(time: float | None, target: float) -> bool:
    return time is not None and abs(time - target) <= CLOSE_S


TOGETHER = f"""(({{time, waiting, tracks}}) => !waiting && tracks
    .filter(({{place}}) => place === "media")
    .every(({{currentTime}}) => Math.abs(currentTime - time) <= {CLOSE_S})
)(tongke.replay())"""
"""An expression: whether every track plays within `CLOSE_S` of the lesson's time."""


@pytest.mark.parametrize("browser", EITHER)
async def test_random_seeks_land_within_100_ms(server: Served, browser: Name) -> None:
    chance = random.Random(browser)
    async with replayed(server, browser, "?t=10") as replay:
        assert is_close((await replay.stats())["time"], STARTED + 10)
        for _ in range(SEEKS):
            target = chance.uniform(STARTED + 0.5, ENDED - 0.5)
            await replay.seek(target)
            stats = await replay.settle()
            await asyncio.sleep(0.3)
            frames = await replay.shown()
            assert is_close(stats["time"], target)
            playing = {one["source"]: one for one in stats["tracks"] if one["place"] == "media"}
            assert all(is_close(one["currentTime"], target) for one in playing.values()), stats
            for source in playing:
                name = source.rpartition("/")[2]
                if name != "microphone":
                    assert is_close(frames[name], target), (target, frames)
        await replay.page.press("[data-do=toggle]")
        for _ in range(SEEKS):
            await replay.seek(chance.uniform(STARTED + 0.5, ENDED - 5))
            await replay.settle()
            # How soon they all run again is the machine's; that they run together is ours.
            await replay.page.until(TOGETHER)


@pytest.mark.parametrize("browser", EITHER)
async def test_it_plays_over_a_change_of_codec_and_a_gap(server: Served, browser: Name) -> None:
    async with replayed(server, browser) as replay:
        await replay.seek(GAP[0] - 0.5)
        await replay.page.press("[data-do=toggle]")
        await replay.page.until(f"tongke.replay().time > {GAP[0] + 1}")
        said = "document.querySelector('[data-tile$=class_camera] [data-sentence]')?.innerText"
        await replay.page.until(f"({said} ?? '').includes('发送方断线或关了')")
        await replay.page.until(f"tongke.replay().time > {SWITCHED + 1.5}")
        numbers = (await replay.numbers())[HOST_CAMERA]
        steps = [b - a for a, b in itertools.pairwise(numbers)]
        over = [number for number in numbers if abs(number / RATE - SWITCHED) < 1]
        assert min(over) < SWITCHED * RATE < max(over), numbers
        assert max(steps[1:]) < RATE, numbers
        await replay.page.until(f"tongke.replay().time > {GAP[1] + 1}")
        stats = await replay.settle()
        assert {one["place"] for one in stats["tracks"] if "class_camera" in one["source"]} == {
            "media"
        }
        assert not [one for one in stats["tracks"] if one["error"] is not None]


@pytest.mark.parametrize("browser", EITHER)
async def test_it_plays_over_a_picture_that_grows_and_shrinks_within_a_part(
    server: Served, browser: Name
) -> None:
    async with replayed(server, browser, shots=CHANGING) as replay:
        for change in CHANGES[:2]:
            await replay.seek(change - 1)
            await replay.settle()
            await replay.numbers()
            await replay.page.press("[data-do=toggle]")
            await replay.page.until(f"tongke.replay().time > {change + 1.5}")
            await replay.page.press("[data-do=toggle]")
            numbers = await replay.numbers()
            for stripe in (HOST_CAMERA, OTHER_CAMERA, SCREEN):
                shown = numbers[stripe]
                steps = [b - a for a, b in itertools.pairwise(shown)]
                assert min(shown) < change * RATE < max(shown), (stripe, shown)
                assert max(steps[1:]) < RATE, (stripe, shown)
        await replay.seek(CHANGES[2] + 2)
        stats = await replay.settle()
        await asyncio.sleep(0.3)
        times = await replay.shown()
        assert all(is_close(time, CHANGES[2] + 2) for time in times.values()), times
        assert not [one for one in stats["tracks"] if one["error"] is not None]


async def test_what_happened_follows_the_time_and_keys_work(server: Served) -> None:
    async with replayed(server, "chromium") as replay:
        page = replay.page
        await page.press("[data-do=talk]")
        await page.until(f"document.querySelector('[data-item]')?.innerText.includes('{SAID}')")
        tallies = (
            "[...document.querySelectorAll('[data-tally]')].map((one) => one.innerText).join()"
        )
        await page.until(f"/^00:24\\s+80%,00:06\\s+20%,*$/.test({tallies})")
        await page.press("[data-lane=sound] [data-mark='12.5']")
        assert is_close((await replay.settle())["time"], 12.5)
        await page.press("[data-lane=call] [data-mark]")
        assert is_close((await replay.settle())["time"], CALLED[0])
        await page.until(
            "document.querySelector('[data-large=true]')?.dataset.tile.match(/screen/)"
        )
        for key, moved in (("ArrowRight", 5), ("l", 10), ("j", -10), ("ArrowLeft", -5)):
            before = (await replay.stats())["time"]
            await page.key(key)
            assert is_close((await replay.settle())["time"], before + moved)
        await page.key("1")
        await page.until(
            "document.querySelector('[data-large=true]')?.dataset.tile.endsWith('/camera')"
        )
        await page.key(">")
        await page.until(
            "document.querySelector('[data-speed=\"1.25\"][aria-pressed=true]') !== null"
        )
        await page.key("k")
        await page.until("tongke.replay().playing")
        await page.key("k")
        await page.until("!tongke.replay().playing")
        await page.press("[data-do=copy]")
        await page.until("document.querySelector('[data-copied]')?.innerText.includes('00:10')")

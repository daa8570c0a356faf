"""Whose picture is whose: stripes from every sender to every receiver and into the recording."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

import pytest

from recorder.manifest import Track
from signaling.events import Codec
from tests.support.browsers import browsers
from tests.support.clips import write_clip
from tests.support.lesson_pages import (
    LIVELY,
    Counted,
    LessonPage,
    Tile,
    lesson_page,
    pupils_link,
    room_link,
)
from tests.support.recorders import kept
from tests.support.room_program import room_program
from tests.support.served import Served, served
from tests.support.waiting import until
from tests.support.watched import watch

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.alone, pytest.mark.timeout(240)]

HOST, FIREFOX, PROGRAM = 1, 3, 20
WATCHED_S = 10.0
LEAST = 30
"""Pictures in a stretch that can be called moving, however busy the machine is."""
SHARE = 0.95


class Span:
    """A stretch of time in which a page's camera is followed to its receivers."""

    def __init__(self, source: int, begun: Counted) -> None:
        self.source = source
        self.begun = begun
        self.ended = begun

    @property
    def encoded(self) -> int:
        """Pictures the publisher encoded in it."""
        return self.ended.encoded - self.begun.encoded

    def arrived(self, numbers: Iterable[int]) -> int:
        """How many of its pictures are among those of a receiver."""
        return len({n for n in numbers if self.begun.number < n <= self.ended.number})


def numbers_of(tiles: list[Tile], source: int) -> list[int]:
    """The numbers of a source's frames, wherever a page showed them."""
    far = [frame for tile in tiles if not tile.own for frame in tile.frames]
    return [frame.number for frame in far if frame.source == source]


def strangers(tiles: list[Tile], owners: dict[str, int]) -> list[tuple[str, int]]:
    """Frames in the wrong tile: what the tile says, what the stripe says."""
    return [
        (tile.source, frame.source)
        for tile in tiles
        for frame in tile.frames
        if owners[tile.source] != frame.source
    ]


async def follow(
    pages: dict[int | None, LessonPage], senders: list[int]
) -> tuple[list[Span], dict[int | None, list[Tile]]]:
    """Watch all pages for a while; what the senders sent and what each page showed."""
    for page in pages.values():
        await page.shown()
    spans = [Span(source, await pages[source].counted()) for source in senders]
    await asyncio.sleep(WATCHED_S)
    for span in spans:
        span.ended = await pages[span.source].counted()
    await asyncio.sleep(1.0)
    return spans, {number: await page.shown() for number, page in pages.items()}


def check(spans: list[Span], seen: dict[int | None, list[Tile]], owners: dict[str, int]) -> None:
    """Every page shows every other's pictures in their own tile, and nearly all of them."""
    for me, tiles in seen.items():
        assert not strangers(tiles, owners)
        assert not [tile for tile in tiles if not tile.own and owners[tile.source] == me]
        for span in spans:
            if span.source != me:
                share = span.arrived(numbers_of(tiles, span.source)) / span.encoded
                assert share >= SHARE, (span.source, me, share)


def check_program(seen: Iterable[list[Tile]], recorded: list[int]) -> None:
    """Every page showed nearly all pictures of the program, which the recording has."""
    for tiles in seen:
        numbers = set(numbers_of(tiles, PROGRAM))
        sent = {n for n in recorded if min(numbers) <= n <= max(numbers)}
        assert len(numbers & sent) >= SHARE * len(sent)
        assert len(sent) >= LEAST


async def tracks_of(server: Served, lesson: str) -> dict[str, Track]:
    """The tracks of an ended lesson by source."""
    folder = server.data / "lessons" / lesson
    await until(lambda: asyncio.to_thread((folder / "manifest.json").exists), 20)
    return {track.source: track for track in await kept(folder)}


async def test_every_picture_arrives_in_its_place_and_firefox_changes_the_codec(
    tmp_path: Path,
) -> None:
    clip = tmp_path / "clip.mkv"
    await asyncio.to_thread(write_clip, clip, PROGRAM, 90.0)
    async with served(tmp_path / "data") as server, browsers() as drivers:
        lesson = await server.lesson(rooms=("乙", "丙"))
        ids = [room["participant"] for room in lesson["rooms"]]
        owners = {
            f"{ids[0]}/camera": HOST,
            f"{ids[1]}/camera": FIREFOX,
            f"{ids[2]}/class_camera": PROGRAM,
        }
        await drivers.launch("chromium")
        host = await lesson_page(drivers, "host", HOST, reads="every", rate=LIVELY)
        pupil = await lesson_page(drivers, "pupil", 9, reads="every", rate=LIVELY)
        async with room_program(room_link(server, lesson, 2, "room"), clip):
            await host.enter(room_link(server, lesson, 0))
            await host.do("start")
            await pupil.enter(await pupils_link(server, lesson, "小明"))
            await pupil.until_shown(HOST)
            await pupil.until_shown(PROGRAM)
            before, first = await follow({HOST: host, None: pupil}, [HOST])
            check(before, first, owners)

            await drivers.launch("firefox")
            far = await lesson_page(drivers, "far", FIREFOX, browser="firefox", rate=LIVELY)
            await far.enter(room_link(server, lesson, 1))
            await far.until_shown(HOST)
            await far.until_shown(PROGRAM)
            await host.until_shown(FIREFOX)
            pages: dict[int | None, LessonPage] = {HOST: host, FIREFOX: far, None: pupil}
            after, second = await follow(pages, [HOST, FIREFOX])
            check(after, second, owners)
            await host.page.press("[data-do=end]", 1200)
            await host.page.until("document.querySelector('[data-standing=live]') === null")
        tracks = await tracks_of(server, lesson["lesson"])
        folder = server.data / "lessons" / lesson["lesson"]
        for source, number in owners.items():
            frames = await asyncio.to_thread(watch, folder, tracks[source])
            stripes = [frame.stripe for frame in frames if frame.stripe is not None]
            assert {stripe.source for stripe in stripes} == {number}
            numbers = [stripe.number for stripe in stripes]
            if number == PROGRAM:
                check_program([*first.values(), *second.values()], numbers)
            for span in [*before, *after]:
                if span.source == number:
                    assert span.arrived(numbers) >= SHARE * span.encoded
        codecs = [part.codec for part in tracks[f"{ids[0]}/camera"].parts]
        assert codecs == [Codec.H264, Codec.VP8]

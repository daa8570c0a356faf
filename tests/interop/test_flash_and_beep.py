"""A flash and a beep each second: found, evenly spaced and together, here and in the recording.

A room plays a file in which both begin at the full second, so whatever lies between them was added
on the way. Its sound is held back by 300 ms, so that only its sender reports can tell which sound
belongs to which picture.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple, cast

import aiohttp
import pytest

from client.room.feeds import pictures, sounds
from client.room.offers import Remote
from client.room.room import Doors, Room
from client.room.sources import PictureSource, SoundSource
from client.room.transport import Transport
from server.actions.links import LessonLinks
from signaling.events import Kind
from signaling.messages import Done, EndLesson, StartLesson
from tests.support.browsers import browsers
from tests.support.caller import Caller, called
from tests.support.clips import write_clip
from tests.support.lesson_pages import LessonPage, lesson_page, room_link
from tests.support.recorders import kept
from tests.support.relay import Way, free_port, media_relay
from tests.support.served import Served, served, token
from tests.support.waiting import until
from tests.support.watched import beeps, watch

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.quiet(92),
    pytest.mark.timeout(180),
]

FILM, WATCHER = 1, 3
RATE = 15
SECONDS = 60
FOUND = 0.98
SPACING_S = 0.07
TOGETHER_RECORDED_S = 0.06
TOGETHER_RECEIVED_S = 0.10
USUALLY_S = 0.045
OPUS = 111
"""Its payload type in a room's offer."""
LATE_S = 0.3
SETTLED_S = 20.0
"""The room reports once a second, and Chromium moves a picture a little each second until it is
with its sound."""


class Signs(NamedTuple):
    """What somebody saw and heard, by some clock of theirs, in seconds."""

    pictures: list[tuple[float, int, bool]]
    """When, which, and whether it is a flash."""
    beeps: list[float]
    """When each began."""


class Beat(NamedTuple):
    """The flash and the beep of one second."""

    flash: float
    """When its first picture came."""
    beep: float
    """When the beep that is nearest to it began."""

    @property
    def lag(self) -> float:
        """How much later than its flash the beep came."""
        return self.beep - self.flash


def beats(signs: Signs) -> dict[int, Beat]:
    """The beats by their second; one without flash or beep is left out."""
    found = {
        number // RATE: Beat(at, min(signs.beeps, key=lambda beep: abs(beep - at)))
        for (_, _, before), (at, number, white) in pairwise(signs.pictures)
        if white and not before
    }
    return {second: beat for second, beat in found.items() if abs(beat.lag) < 0.5}


def odd(times: list[float]) -> list[float]:
    """The steps that are too far from full seconds."""
    steps = [after - before - round(after - before) for before, after in pairwise(times)]
    return [step for step in steps if abs(step) > SPACING_S]


def since(number: int, signs: Signs) -> Signs:
    """What was seen from a picture on."""
    return signs._replace(pictures=[one for one in signs.pictures if one[1] >= number])


def check(signs: Signs, together: float) -> None:
    """Nearly all beats were found, in step, and each beep with its flash."""
    came = beats(signs)
    seconds = range(signs.pictures[0][1] // RATE + 1, signs.pictures[-1][1] // RATE)
    found = [came[second] for second in seconds if second in came]
    assert len(seconds) >= SECONDS
    assert len(found) >= FOUND * len(seconds)
    assert not odd([beat.flash for beat in found])
    assert not odd([beat.beep for beat in found])
    lags = sorted(beat.lag for beat in found)
    assert max(abs(lag) for lag in lags) <= together, lags
    assert abs(median(lags)) <= USUALLY_S, lags


class Lesson(NamedTuple):
    """A lesson under way: one room flashes and beeps, the other watches."""

    server: Served
    links: LessonLinks
    teacher: Caller
    watcher: LessonPage

    async def received(self, seconds: float) -> Signs:
        """Watch for a while what the other room receives."""
        await self.watcher.page.evaluate("interop.noteMet()")
        await asyncio.sleep(seconds)
        met = cast("dict[str, list[Any]]", await self.watcher.page.evaluate("interop.met()"))
        return Signs(
            [(at / 1000, number, white) for at, number, white in met["pictures"]],
            [at / 1000 for at in met["beeps"]],
        )

    async def recorded(self) -> Signs:
        """End the lesson and watch its recording."""
        assert isinstance(await self.teacher.ask(lambda number: EndLesson(id=number)), Done)
        folder = self.server.data / "lessons" / self.links["lesson"]
        await until(lambda: asyncio.to_thread((folder / "manifest.json").exists), 20)
        owner = self.links["rooms"][0]["participant"]
        tracks = {str(track.source): track for track in await kept(folder)}
        frames = await asyncio.to_thread(watch, folder, tracks[f"{owner}/camera"])
        heard = await asyncio.to_thread(beeps, folder, tracks[f"{owner}/microphone"])
        intact = [
            (one.at, one.stripe.number, one.flash) for one in frames if one.stripe is not None
        ]
        return Signs(intact, heard)


def by_way_of(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let rooms of this process reach every server by a relay's port."""
    connect = Transport.connect

    async def detour(self: Transport, remote: Remote) -> None:
        for candidate in remote.candidates:
            candidate.port = port
        await connect(self, remote)

    monkeypatch.setattr(Transport, "connect", detour)


@asynccontextmanager
async def playing(link: str, clip: Path) -> AsyncIterator[None]:
    """A room of this process that shows and plays a file."""
    sources = [
        PictureSource("camera", Kind.CAMERA, pictures(str(clip)), 500_000),
        SoundSource("microphone", sounds(str(clip))),
    ]
    async with aiohttp.ClientSession() as http:
        doors = Doors(link=link, loudspeaker=True, prove=False)
        running = asyncio.create_task(Room(doors, sources, http, lambda *_: None).run())
        try:
            yield
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


@asynccontextmanager
async def flashing(
    data: Path, clip: Path, way: Way, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Lesson]:
    """A lesson whose host sends by a way that may hold packets back."""
    media = free_port()
    async with (
        served(data, "--media-port", str(media)) as server,
        browsers() as drivers,
        media_relay(way, media) as by_media,
    ):
        links = await server.lesson()
        by_way_of(by_media, monkeypatch)
        host = links["rooms"][0]["links"]
        await drivers.launch("chromium")
        watcher = await lesson_page(drivers, "watcher", WATCHER)
        async with (
            called(server.base, token(host["teacher"]), loudspeaker=False) as teacher,
            playing(host["room"], clip),
        ):
            assert isinstance(await teacher.ask(lambda number: StartLesson(id=number)), Done)
            await watcher.enter(room_link(server, links, 1))
            await watcher.until_shown(FILM)
            yield Lesson(server, links, teacher, watcher)


async def test_flash_and_beep_stay_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = tmp_path / "clip.mkv"
    await asyncio.to_thread(write_clip, clip, FILM, SETTLED_S + SECONDS + 30.0)
    way = Way()
    way.late[OPUS] = LATE_S
    async with flashing(tmp_path / "data", clip, way, monkeypatch) as lesson:
        await asyncio.sleep(SETTLED_S)
        received = await lesson.received(SECONDS + 3.0)
        recorded = await lesson.recorded()
    assert way.payload_types[OPUS] > 50 * SECONDS
    check(since(received.pictures[0][1], recorded), TOGETHER_RECORDED_S)
    check(received, TOGETHER_RECEIVED_S)

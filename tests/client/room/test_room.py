import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from client.room.feeds import pictures, sounds
from client.room.room import Doors, Room
from client.room.sources import PictureSource, SoundSource
from signaling.errors import Code
from signaling.events import AudioMasterSet, Codec, EndReason, Kind, LessonEnded, SourcePublished
from signaling.ids import DeviceId, SourceId
from signaling.messages import Closed, Leave, Microphone, Offer, OfferAgain, RaiseHand, Told
from tests.support.answerer import until
from tests.support.clips import write_clip
from tests.support.far_lesson import DEVICE, ROOM, FarLesson, far_lesson

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("loopback")]

OTHER = DeviceId("another device")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clips") / "clip.mkv"
    write_clip(path, source=1, seconds=2)
    return path


class Running:
    """A room in a lesson, and what it said."""

    def __init__(self, lesson: FarLesson, clip: Path, http: aiohttp.ClientSession) -> None:
        self.said: list[tuple[str, dict[str, object]]] = []
        sources = [
            PictureSource("camera", Kind.CAMERA, pictures(str(clip)), 500_000),
            SoundSource("microphone", sounds(str(clip))),
        ]
        doors = Doors(link=lesson.link, loudspeaker=True, prove=False)
        self.room = Room(doors, sources, http, lambda word, data: self.said.append((word, data)))
        self.task = asyncio.create_task(self.room.run())

    def words(self) -> list[str]:
        return [word for word, _ in self.said]

    def sends(self, *sources: str) -> bool:
        """Whether that is what it last said it sends."""
        told = [data["sources"] for word, data in self.said if word == "sending"]
        return told[-1:] == [list(sources)]


@asynccontextmanager
async def running(lesson: FarLesson, clip: Path) -> AsyncIterator[Running]:
    async with aiohttp.ClientSession() as http:
        made = Running(lesson, clip, http)
        try:
            yield made
        finally:
            made.task.cancel()
            await asyncio.gather(made.task, return_exceptions=True)


async def test_a_room_joins_and_offers_both_peers(clip: Path) -> None:
    async with far_lesson() as lesson, running(lesson, clip) as room:
        await until(10, lambda: room.sends("camera", "microphone"))
        directions = {offer.direction for offer in lesson.heard if isinstance(offer, Offer)}
        assert directions == {"up", "down"}
        assert room.words()[0] == "joined"
        assert lesson.hellos[0].loudspeaker


async def test_a_room_whose_page_has_the_sound_sends_none(clip: Path) -> None:
    async with far_lesson() as lesson:
        lesson.master = OTHER
        async with running(lesson, clip) as room:
            await until(10, lambda: room.sends("camera"))
            mine = AudioMasterSet(participant=ROOM, device=DEVICE)
            await lesson.tell(Told(n=8, t=2.0, event=mine))
            await until(10, lambda: room.sends("camera", "microphone"))


async def test_an_opened_microphone_is_said_and_sent(clip: Path) -> None:
    async with far_lesson() as lesson, running(lesson, clip) as room:
        await until(10, lambda: room.sends("camera", "microphone"))
        await lesson.tell(Microphone(open=True, loudspeaker=True))
        await until(5, lambda: packets(room, "microphone") > 5)
        assert ("microphone", {"open": True}) in room.said


def packets(running: Running, name: str) -> int:
    sent = running.room.summary()["sent"]
    assert isinstance(sent, dict)
    count = sent[name]["packets"]
    assert isinstance(count, int)
    return count


async def test_peers_that_still_work_are_kept_after_a_lost_line(clip: Path) -> None:
    async with far_lesson() as lesson, running(lesson, clip) as room:
        await until(10, lambda: room.sends("camera", "microphone"))
        peers = {offer.peer for offer in lesson.heard if isinstance(offer, Offer)}
        await lesson.sockets[0].close()
        await until(5, lambda: "back" in room.words())
        await asyncio.sleep(0.3)
        after = {offer.peer for offer in lesson.heard if isinstance(offer, Offer)}
        assert after == peers


async def test_a_server_that_forgot_the_peers_gets_new_ones(clip: Path) -> None:
    async with far_lesson() as lesson, running(lesson, clip) as room:
        await until(10, lambda: room.sends("camera", "microphone"))
        lesson.resumes = False
        await lesson.sockets[0].close()
        await until(5, lambda: "back" in room.words())
        await until(
            10,
            lambda: len({o.peer for o in lesson.heard if isinstance(o, Offer)}) == 4,
        )


async def test_a_worker_that_died_gets_a_fresh_peer(clip: Path) -> None:
    async with far_lesson() as lesson, running(lesson, clip) as room:
        await until(10, lambda: room.sends("camera", "microphone"))
        await lesson.tell(OfferAgain(direction="up", fresh=True))
        await until(
            10,
            lambda: len({o.peer for o in lesson.heard if isinstance(o, Offer)}) == 3,
        )


async def test_a_source_that_another_device_took_over_is_given_up(clip: Path) -> None:
    async with far_lesson() as lesson, running(lesson, clip) as room:
        await until(10, lambda: room.sends("camera", "microphone"))
        camera = SourceId(f"{ROOM}/camera")
        taken = SourcePublished(source=camera, kind=Kind.CAMERA, device=OTHER, codec=Codec.VP8)
        await lesson.tell(Told(n=9, t=3.0, event=taken))
        await until(10, lambda: room.sends("microphone"))
        assert ("replaced", {"source": camera}) in room.said
        assert room.room.kinds[camera] is Kind.CAMERA


async def test_a_room_ends_with_its_lesson(clip: Path) -> None:
    async with far_lesson() as lesson, running(lesson, clip) as room:
        await until(10, lambda: room.sends("camera", "microphone"))
        over = LessonEnded(reason=EndReason.ENDED, by=None)
        await lesson.tell(Told(n=9, t=3.0, event=over))
        await asyncio.wait_for(room.task, 5)
        assert room.room.over
        assert ("ended", {"reason": "ended"}) in room.said


async def test_a_lesson_that_ends_while_a_room_is_away_has_ended_for_it(clip: Path) -> None:
    async with far_lesson() as lesson, running(lesson, clip) as room:
        await until(10, lambda: "joined" in room.words())
        lesson.refuses = Closed(code=Code.LESSON_OVER, data={}, may_resume=False)
        await lesson.sockets[0].close()
        await asyncio.wait_for(room.task, 8)
        assert room.room.over
        assert ("ended", {"reason": "lesson_over"}) in room.said


async def test_a_room_that_leaves_says_goodbye(clip: Path) -> None:
    async with far_lesson() as lesson, running(lesson, clip) as room:
        await until(10, lambda: "joined" in room.words())
        await room.room.leave()
        await asyncio.wait_for(room.task, 5)
        assert any(isinstance(message, Leave) for message in lesson.heard)


async def test_a_room_asks_for_what_it_is_told_to(clip: Path) -> None:
    async with far_lesson() as lesson, running(lesson, clip) as room:
        await until(10, lambda: "joined" in room.words())
        await room.room.command(lambda number: RaiseHand(id=number))
        assert any(isinstance(message, RaiseHand) for message in lesson.heard)

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiortc.contrib.media import MediaPlayer

from client.room.down import CAMERA_PAIRS, EXTRA_SOUNDS, Down
from client.room.incoming import Arrived
from signaling.ids import SourceId
from signaling.messages import Binding
from signaling.negotiation import agree_down
from tests.support.answerer import Answerer, answerer, until
from tests.support.clips import write_clip

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("loopback")]

CAMERA, MICROPHONE = SourceId("b/camera"), SourceId("b/microphone")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clips") / "clip.mkv"
    write_clip(path, source=1, seconds=5)
    return path


class Taken:
    """What was taken, by source."""

    def __init__(self) -> None:
        self.frames: dict[SourceId, list[Arrived]] = {CAMERA: [], MICROPHONE: []}

    def __call__(self, source: SourceId, arrived: Arrived) -> None:
        self.frames[source].append(arrived)


@asynccontextmanager
async def watching(far: Answerer, clip: Path, taken: Taken) -> AsyncIterator[Down]:
    """A down peer that receives a picture and a sound in its first slots."""
    down = Down(lambda: None, taken)
    sdp = await down.offer()
    player = await asyncio.to_thread(MediaPlayer, str(clip))
    for track in (player.video, player.audio):
        assert track is not None
        far.connection.addTrack(track)
    await down.answered(await far.answer(sdp))
    try:
        yield down
    finally:
        await down.close()


async def test_frames_are_taken_for_the_source_their_slot_is_bound_to(clip: Path) -> None:
    taken = Taken()
    async with answerer() as far, watching(far, clip, taken) as down:
        await asyncio.sleep(0.2)
        assert taken.frames == {CAMERA: [], MICROPHONE: []}, "nothing is bound yet"
        down.bind([Binding(mid="0", source=CAMERA), Binding(mid="1", source=MICROPHONE)])
        await until(10, lambda: min(map(len, taken.frames.values())) >= 10)
        down.bind([Binding(mid="0", source=None), Binding(mid="1", source=None)])
        before = len(taken.frames[MICROPHONE])
        await asyncio.sleep(0.2)
        assert len(taken.frames[MICROPHONE]) == before
        await down.ask()
        await down.report()
        assert down.loss() == 0.0


async def test_the_pool_is_offered_in_the_order_that_is_agreed() -> None:
    down = Down(lambda: None, Taken())
    _, slots = agree_down(await down.offer(), list(range(100)), None)
    assert [slot.use for slot in slots] == (
        ["camera", "camera_sound"] * CAMERA_PAIRS
        + ["extra_sound"] * EXTRA_SOUNDS
        + ["screen", "screen_sound"]
    )
    await down.close()


async def test_the_pool_grows_behind_its_end() -> None:
    down = Down(lambda: None, Taken())
    known, before = agree_down(await down.offer(), list(range(100)), None)
    _, after = agree_down(await down.offer(more_pairs=4), list(range(100)), known)
    assert after[: len(before)] == before
    assert [slot.use for slot in after[len(before) :]] == ["camera", "camera_sound"] * 4
    await down.close()


async def test_what_is_no_packet_of_ours_is_dropped() -> None:
    taken = Taken()
    down = Down(lambda: None, taken)
    for packet in (b"", b"\x80", bytes(12), b"\x80\x60" + bytes(20)):
        await down.rtp(packet, 0.0)
        await down.rtcp(packet, 0.0)
    assert taken.frames == {CAMERA: [], MICROPHONE: []}
    await down.close()

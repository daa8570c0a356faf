import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from client.room.feeds import pictures, sounds
from client.room.media import Media
from client.room.sight import Sight
from client.room.sources import PictureSource, SoundSource
from client.room.up import Spared, Up
from client.room.words import sentence
from signaling.errors import Code, UserError
from signaling.events import Kind
from signaling.ids import SourceId
from signaling.messages import Answer, Binding, Bound, Offer
from tests.support.answerer import Answerer, until
from tests.support.clips import write_clip

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("loopback")]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clips") / "clip.mkv"
    write_clip(path, source=1, seconds=2)
    return path


class Stage:
    """A room's media, and an aiortc peer for each new peer of it."""

    def __init__(self, clip: Path) -> None:
        self.camera = PictureSource("camera", Kind.CAMERA, pictures(str(clip)), 800_000)
        self.microphone = SoundSource("microphone", sounds(str(clip)))
        self.said: list[tuple[str, dict[str, object]]] = []
        self.offers: list[Offer] = []
        self.far: dict[str, Answerer] = {}
        self.refusals: list[Code] = []
        sight = Sight(False, lambda source, moment: None)
        self.media = Media(
            [self.camera, self.microphone],
            sight,
            self.ask,
            lambda word, data: self.said.append((word, data)),
        )

    async def ask(self, write: Callable[[int], Offer]) -> Answer:
        offer = write(len(self.offers))
        self.offers.append(offer)
        if self.refusals:
            raise UserError(self.refusals.pop(0))
        far = self.far.setdefault(offer.peer, Answerer())
        sdp = await far.answer(offer.sdp)
        return Answer(id=offer.id, peer=offer.peer, sdp=sdp, slots=())

    def sending(self) -> object:
        """What it last said it sends."""
        return next((data["sources"] for word, data in self.said[::-1] if word == "sending"), None)


@asynccontextmanager
async def stage(clip: Path) -> AsyncIterator[Stage]:
    made = Stage(clip)
    task = asyncio.create_task(made.media.run())
    try:
        yield made
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.gather(*(far.close() for far in made.far.values()))


async def test_a_room_without_the_sound_sends_pictures_alone(clip: Path) -> None:
    async with stage(clip) as room:
        room.media.offer_again("up", fresh=False, more_pairs=0)
        await until(5, lambda: room.sending() == ["camera"])
        await until(5, lambda: room.media.packets["camera"] > 0)
        assert [source.name for source in room.offers[0].sources] == ["camera"]


async def test_the_audio_master_offers_its_microphone_on_the_same_peer(clip: Path) -> None:
    async with stage(clip) as room:
        room.media.offer_again("up", fresh=False, more_pairs=0)
        await until(5, lambda: room.sending() == ["camera"])
        room.media.set_master(mine=True)
        await until(5, lambda: room.sending() == ["camera", "microphone"])
        assert room.offers[0].peer == room.offers[1].peer
        room.media.set_master(mine=False)
        await until(5, lambda: room.sending() == ["camera"])


async def test_a_closed_microphone_sends_nothing(clip: Path) -> None:
    async with stage(clip) as room:
        room.media.set_master(mine=True)
        await until(5, lambda: room.sending() == ["camera", "microphone"])
        await asyncio.sleep(0.2)
        assert room.media.packets["microphone"] == 0
        room.media.open_microphone(True)
        await until(5, lambda: room.media.packets["microphone"] >= 5)
        room.media.open_microphone(False)
        await asyncio.sleep(0.1)
        before = room.media.packets["microphone"]
        await asyncio.sleep(0.2)
        assert room.media.packets["microphone"] == before


async def test_a_fresh_peer_takes_the_place_of_the_old_one(clip: Path) -> None:
    async with stage(clip) as room:
        room.media.offer_again("up", fresh=False, more_pairs=0)
        await until(5, lambda: room.sending() == ["camera"])
        room.media.offer_again("up", fresh=True, more_pairs=0)
        await until(5, lambda: len(room.offers) == 2)
        assert room.offers[0].peer != room.offers[1].peer
        before = room.media.packets["camera"]
        await until(5, lambda: room.media.packets["camera"] > before)


async def test_a_peer_that_broke_is_made_anew_within_a_second(clip: Path) -> None:
    async with stage(clip) as room:
        room.media.offer_again("up", fresh=False, more_pairs=0)
        await until(5, lambda: room.media.packets["camera"] > 0)
        [first] = room.far.values()
        await first.connection.close()
        broken = time.monotonic()
        await until(5, lambda: len(room.offers) == 2)
        assert time.monotonic() - broken < 1


async def test_a_second_microphone_is_taken_back(clip: Path) -> None:
    async with stage(clip) as room:
        room.refusals.append(Code.SECOND_MICROPHONE)
        room.media.set_master(mine=True)
        await until(5, lambda: room.sending() == ["camera"])
        assert [len(offer.sources) for offer in room.offers] == [2, 1]
        assert room.said[0] == ("refused", {"code": "second_microphone", "data": {}})


async def test_what_another_device_sends_is_given_up(clip: Path) -> None:
    async with stage(clip) as room:
        room.media.set_master(mine=True)
        await until(5, lambda: room.sending() == ["camera", "microphone"])
        room.media.give_up(room.camera)
        await until(5, lambda: room.sending() == ["microphone"])
        assert not room.camera.setting.on


async def test_a_bit_rate_is_changed_while_it_runs(clip: Path) -> None:
    async with stage(clip) as room:
        assert room.media.set_bitrate("camera", 300_000)
        assert room.camera.setting.bitrate == 300_000
        assert not room.media.set_bitrate("screen", 300_000)
        assert not room.media.set_bitrate("microphone", 300_000)


async def test_the_pool_is_offered_and_grows(clip: Path) -> None:
    async with stage(clip) as room:
        room.media.offer_again("down", fresh=False, more_pairs=0)
        await until(10, lambda: len(room.offers) == 1)
        room.media.offer_again("down", fresh=False, more_pairs=4)
        await until(10, lambda: len(room.offers) == 2)
        sizes = [offer.sdp.count("\nm=") for offer in room.offers]
        assert sizes == [18, 26]
        room.media.bind(
            Bound(
                peer=room.offers[0].peer,
                bindings=(Binding(mid="0", source=SourceId("b/camera")),),
            )
        )
        assert room.media.loss() == 0.0


@pytest.mark.parametrize(("left_out", "more"), [(("h",), True), ((), False)])
async def test_what_is_left_out_for_want_of_time_is_told_in_a_sentence(
    clip: Path, monkeypatch: pytest.MonkeyPatch, left_out: tuple[str, ...], more: bool
) -> None:
    stage, up = Stage(clip), Up(lambda: None, 0.0)
    monkeypatch.setattr(up, "spare", lambda: [Spared("camera", left_out, more)])
    await stage.media._spare(up)
    [(word, data)] = stage.said
    text = sentence("short" if more else "again").format(source="camera")
    assert (word, data) == (
        "strain",
        {"source": "camera", "left_out": [*left_out], "text": text},
    )

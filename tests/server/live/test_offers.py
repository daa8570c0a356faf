import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

import pytest

from server.live.device import Device
from server.live.items import PeerReady
from server.live.media import LessonMedia
from server.live.offers import Offers, agreed_codecs
from server.live.recording import Recording
from signaling.errors import Code, TongkeError, UserError
from signaling.events import Codec, Kind, Role
from signaling.ids import PeerId
from signaling.messages import Offer, SourceOffer
from tests.support.lessons import HOST, PLAN, Classroom, source
from tests.support.listening import listening
from tests.support.offers import offer

CAMERA = source("camera", Kind.CAMERA, mid="0")
MICROPHONE = source("microphone", Kind.MICROPHONE, mid="1")


@dataclass
class Desk:
    """Where the host's page makes its offers."""

    room: Classroom
    offers: Offers
    device: Device
    ready: list[PeerReady] = field(default_factory=list)

    def take(self, name: str, *sources: SourceOffer, way: Literal["up", "down"] = "up") -> None:
        made = Offer(id=1, peer=PeerId("p"), direction=way, sdp=offer(name), sources=sources)
        self.offers.take(self.device, made, 1.0)

    def refused(self, name: str, *sources: SourceOffer) -> Code:
        with pytest.raises(TongkeError) as refusal:
            self.take(name, *sources)
        return refusal.value.code


@asynccontextmanager
async def desk(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    room = Classroom()
    device = Device(id=room.teacher(), participant=HOST, role=Role.TEACHER)
    with listening(monkeypatch) as told:
        recording = Recording(PLAN.lesson, told.plane.new_handle)
        media = LessonMedia(PLAN.lesson, told.plane, recording, {})
        async with asyncio.TaskGroup() as tasks:
            ready: list[PeerReady] = []
            yield Desk(room, Offers(room.lesson, media, tasks, ready.append), device, ready)


@pytest.mark.parametrize("name", ["chromium_up", "firefox_up"])
async def test_what_was_agreed_is_asked_of_the_worker(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    async with desk(monkeypatch) as here:
        here.take(name, CAMERA, MICROPHONE)
    ready = here.ready[0]
    codecs = agreed_codecs(ready.peer.agreement)
    assert codecs["1"] is Codec.OPUS
    assert codecs["0"] in (Codec.H264, Codec.VP8)
    assert ready.peer.worker.startswith(f"{PLAN.lesson}:{here.device.id}:")
    # There is no worker: the device is told to try again, and the lesson has gone on meanwhile.
    assert isinstance(ready.answer, UserError)
    assert ready.answer.code is Code.MEDIA_UNAVAILABLE


async def test_a_pool_of_slots_is_agreed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk(monkeypatch) as here:
        here.take("chromium_down", way="down")
    assert [slot.use for slot in here.ready[0].slots].count("camera") == 6


async def test_a_renegotiation_keeps_what_the_receiver_knows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with desk(monkeypatch) as here:
        here.take("chromium_down", way="down")
        await asyncio.sleep(0.01)
        first = here.ready[0].peer
        here.device.peers["down"] = first
        here.take("chromium_down", way="down")
    second = here.ready[1].peer
    assert second.version == first.version + 1
    assert second.worker == first.worker
    assert [s.ssrcs for s in second.agreement.sections] == [
        s.ssrcs for s in first.agreement.sections
    ]


async def test_a_wrong_offer_is_refused_before_the_worker_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with desk(monkeypatch) as here:
        missing = source("camera", Kind.CAMERA, mid="9")
        assert here.refused("chromium_up", missing) is Code.BAD_SDP
        sound = source("camera", Kind.CAMERA, mid="1")
        assert here.refused("chromium_up", sound) is Code.NO_COMMON_CODEC
        here.device.id = here.room.join(Role.VIEWER)
        assert here.refused("chromium_up", CAMERA) is Code.NOT_ALLOWED
    assert here.ready == []

"""The worker as a process: over its control socket, with aiortc at the far ends."""

from typing import Literal

import pytest

from server.media.requests import (
    Bind,
    SetGate,
    SetTap,
    SlotBinding,
    SourceFlows,
)
from signaling.events import Codec
from signaling.ids import PeerId, SourceId
from signaling.rtp import tap
from signaling.rtp.header import read
from tests.support.media_worker import MediaWorker, media_worker
from tests.support.rtc import VP8_DELTA, VP8_KEY, Device, loopback, publisher, receiver

__all__ = ["loopback"]

CAMERA = SourceId("host/camera")
MICROPHONE = SourceId("host/microphone")
SOURCES: dict[str, tuple[Literal["audio", "video"], Codec]] = {
    CAMERA: ("video", Codec.VP8),
    MICROPHONE: ("audio", Codec.OPUS),
}

pytestmark = pytest.mark.usefixtures("loopback")


def show(worker: MediaWorker, device: Device, mid: str, source: SourceId | None) -> None:
    """Bind one slot."""
    worker.send(Bind(peer=PeerId(device.peer), slots=(SlotBinding(mid=mid, source=source),)))


async def test_packets_reach_receiver_and_recorder() -> None:
    async with (
        media_worker() as worker,
        publisher(worker, "up", SOURCES) as up,
        receiver(worker, "down") as down,
    ):
        worker.send(SetGate(source=CAMERA, open=True))
        worker.send(SetTap(source=CAMERA, handle=7))
        show(worker, down, "0", CAMERA)
        await worker.load()
        for sequence in range(100, 110):
            payload = VP8_KEY if sequence == 100 else VP8_DELTA
            await up.send(up.packet("0", sequence, payload, sequence * 3000))
        await down.until(lambda: len(down.packets) == 10)
        flows = await worker.notice(SourceFlows)
        assert (flows.source, flows.codec) == (CAMERA, Codec.VP8)
        headers = [read(packet) for packet in down.packets]
        assert {each.ssrc for each in headers} == {down.section("0").ssrcs[0]}
        assert [each.sequence - headers[0].sequence for each in headers] == list(range(10))
        assert down.packets[0].endswith(VP8_KEY)
        taken = worker.tapped()
        assert [each.kind for each in taken] == [tap.PACKET] * 10
        assert {each.handle for each in taken} == {7}
        assert bytes(taken[0].body) == up.packet("0", 100, VP8_KEY, 300_000)

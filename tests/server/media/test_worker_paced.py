"""A worker lets what waits leave by a clock of its own, with nothing that comes to wake it."""

import asyncio
import contextlib
from dataclasses import replace

import pytest

from server.media.allocation import Rank
from server.media.requests import Bind, SetGate, SetView, Shown, SlotBinding
from server.media.transport_cc import TransportFeedback
from signaling.agreement import Agreement
from signaling.events import Codec
from signaling.ids import PeerId, SourceId
from signaling.rtp.header import extensions, read
from tests.support.media_worker import MediaWorker, media_worker
from tests.support.plane import numbered
from tests.support.rtc import VP8_DELTA, VP8_KEY, Device, loopback, publisher, receiver

__all__ = ["loopback"]

CAMERA = SourceId("host/camera")
BUDGET = 1_000_000
RATE, KEY = 100, 60
"""Packets a second of 800 octets; packets of a key frame."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timed,
    pytest.mark.usefixtures("loopback", "either_pump"),
]


def wide(made: Agreement) -> Agreement:
    """The first slot's packets are numbered, which aiortc does not know of."""
    return replace(made, sections=(numbered(made.sections[0]), *made.sections[1:]))


async def answer(down: Device) -> None:
    """Tell each tenth of a second what came, until it is stopped."""
    told, note = TransportFeedback(), down.dtls._handle_rtp_data

    async def arrived(data: bytes, arrival_time_ms: int) -> None:
        at, _ = extensions(data, read(data))[5]
        told.arrived(int.from_bytes(data[at : at + 2], "big"), asyncio.get_running_loop().time())
        await note(data, arrival_time_ms)

    down.dtls._handle_rtp_data = arrived  # type: ignore[method-assign]  # the test reads packets
    while True:
        await asyncio.sleep(0.1)
        for message in told.messages(5, 101):
            await down.send(message)


async def send(up: Device, first: int, count: int, pause: float = 0) -> None:
    """Packets of the picture, the first of them a key frame's."""
    for sequence in range(first, first + count):
        body = (VP8_DELTA if sequence > first else VP8_KEY) + bytes(770)
        await up.send(up.packet("0", sequence, body, first * 900 if not pause else sequence * 900))
        await asyncio.sleep(pause)


async def show(worker: MediaWorker) -> None:
    """The receiver gets and shows the camera over a line that carries little."""
    worker.send(SetGate(source=CAMERA, open=True))
    worker.send(Bind(peer=PeerId("down"), slots=(SlotBinding(mid="0", source=CAMERA),)))
    shown = Shown(source=CAMERA, rank=Rank.CALLED, rows=720)
    worker.send(SetView(peer=PeerId("down"), pictures=(shown,), budget=BUDGET))
    await worker.load()


async def test_a_key_frame_leaves_evenly_though_nothing_comes() -> None:
    async with (
        media_worker() as worker,
        publisher(worker, "up", {CAMERA: ("video", Codec.VP8)}) as up,
        receiver(worker, "down", wide) as down,
    ):
        answering = asyncio.create_task(answer(down))
        await show(worker)
        await send(up, 0, 3 * RATE, 1 / RATE)
        answering.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await answering
        down.packets.clear()
        began = asyncio.get_running_loop().time()
        await send(up, 3 * RATE, KEY)
        await down.until(lambda: len(down.packets) >= KEY)
        took = asyncio.get_running_loop().time() - began
    # 50 KB at 1.5 Mbit/s; by the rounds alone, each 60 ms, it would take more than a second.
    assert 0.15 < took < 0.9

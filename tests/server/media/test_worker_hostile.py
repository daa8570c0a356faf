"""A worker process under malformed and forged input, from strangers and from a peer with keys."""

import asyncio
import random
import socket
from collections.abc import Iterable
from contextlib import suppress

import pytest
from aiortc import rtp
from pylibsrtp import Error

from server.media.requests import Bind, SetGate, SlotBinding
from signaling.events import Codec
from signaling.ids import PeerId, SourceId
from tests.support.hostile import cases, spoilt
from tests.support.media_worker import MediaWorker, media_worker
from tests.support.rtc import VP8_DELTA, VP8_KEY, Device, loopback, publisher, receiver

__all__ = ["loopback"]

pytestmark = [pytest.mark.usefixtures("loopback", "either_pump"), pytest.mark.slow]

CAMERA = SourceId("host/camera")
GROWTH = 30 << 20
"""Octets of memory that a worker may grow by under a storm: buffers, arenas, a few peers."""


async def storm(worker: MediaWorker, datagrams: Iterable[bytes]) -> None:
    """Send from one stranger's address, slowly enough that the kernel drops little."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.connect(worker.addresses[0])
        for number, datagram in enumerate(datagrams):
            stranger.send(datagram)
            if number % 50 == 49:
                await asyncio.sleep(0.005)


async def flows(worker: MediaWorker, sender: Device, viewer: Device, first: int) -> None:
    """Prove that pictures still pass from one to the other."""
    before = len(viewer.packets)
    for sequence in range(first, first + 20):
        payload = VP8_KEY if sequence == first else VP8_DELTA
        await sender.send(sender.packet("0", sequence, payload, sequence * 3000))
        await asyncio.sleep(0.005)
    await viewer.until(lambda: len(viewer.packets) >= before + 20)


async def bind(worker: MediaWorker, viewer: Device) -> None:
    """Show the camera in the viewer's first slot."""
    worker.send(SetGate(source=CAMERA, open=True))
    worker.send(Bind(peer=PeerId(viewer.peer), slots=(SlotBinding(mid="0", source=CAMERA),)))
    await worker.load()  # both have been carried out


async def test_strangers_neither_stop_a_worker_nor_fill_its_memory() -> None:
    dice = random.Random(7)
    kept = [*cases("stun"), *cases("dtls"), *cases("rtp"), *cases("rtcp")]
    async with (
        media_worker() as worker,
        publisher(worker, "up", {CAMERA: ("video", Codec.VP8)}) as sender,
        receiver(worker, "down") as viewer,
    ):
        await bind(worker, viewer)
        await flows(worker, sender, viewer, 0)
        before = await worker.load()
        await storm(worker, [b"", *kept, bytes(65_000)])
        await storm(worker, (spoilt(dice.choice(kept), dice) for _ in range(5000)))
        await storm(worker, (dice.randbytes(dice.randrange(1500)) for _ in range(2000)))
        after = await worker.load()
        assert after.rss - before.rss < GROWTH
        assert after.peers == before.peers
        await flows(worker, sender, viewer, 20)


async def test_a_peer_with_keys_neither_stops_a_worker_nor_fills_its_memory() -> None:
    dice = random.Random(8)
    async with (
        media_worker() as worker,
        publisher(worker, "up", {CAMERA: ("video", Codec.VP8)}) as sender,
        receiver(worker, "down") as viewer,
    ):
        await bind(worker, viewer)
        await flows(worker, sender, viewer, 0)
        before = await worker.load()
        for data in forged(sender, dice):
            for device in (sender, viewer):
                with suppress(Error):  # the library refuses to encrypt the worst
                    await device.send(data)
            await asyncio.sleep(0)
        after = await worker.load()
        assert after.rss - before.rss < GROWTH
        await flows(worker, sender, viewer, 20)


def forged(sender: Device, dice: random.Random) -> list[bytes]:
    """What only somebody with keys gets past the decryption: strange RTP and RTCP."""
    kept = [*cases("rtp"), *cases("rtcp")]
    strangers = [
        sender.packet("0", 1, VP8_KEY)[:8] + dice.randbytes(4) + VP8_KEY for _ in range(500)
    ]
    reports = [rtp.pack_rtcp_packet(kind, 1, dice.randbytes(24)) for kind in range(200, 208)]
    spoiled = [spoilt(dice.choice([*kept, *reports]), dice) for _ in range(1500)]
    return [*kept, *strangers, *reports, *spoiled]

"""The worker as a process: over its control socket, with aiortc at the far ends."""

import asyncio
import secrets
import socket
from dataclasses import replace
from typing import Literal

import pytest
from aiortc import RTCPeerConnection

from server.media import feedback
from server.media.addresses import LOOK_SECONDS
from server.media.requests import (
    Bind,
    ClosePeer,
    PeerLost,
    Reports,
    SetGate,
    SetTap,
    SlotBinding,
    SourceFlows,
    Want,
)
from signaling.agreement import Fingerprint
from signaling.events import Codec
from signaling.ids import PeerId, SourceId
from signaling.negotiation import agree_up
from signaling.rtp.header import read
from tests.support.extra_address import EXTRA, extra_address
from tests.support.media_worker import PATIENCE, MediaWorker, media_worker
from tests.support.plane import agreement, up_section
from tests.support.rtc import (
    VP8_DELTA,
    VP8_KEY,
    Device,
    lean_device,
    loopback,
    publisher,
    receiver,
)

__all__ = ["loopback"]

CAMERA = SourceId("host/camera")
MICROPHONE = SourceId("host/microphone")
FAR_CAMERA = SourceId("far/camera")
Sources = dict[str, tuple[Literal["audio", "video"], Codec]]
SOURCES: Sources = {CAMERA: ("video", Codec.VP8), MICROPHONE: ("audio", Codec.OPUS)}
FAR_SOURCES: Sources = {FAR_CAMERA: ("video", Codec.VP8)}

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("loopback", "either_pump")]


def show(worker: MediaWorker, device: Device, mid: str, source: SourceId | None) -> None:
    """Bind one slot."""
    worker.send(Bind(peer=PeerId(device.peer), slots=(SlotBinding(mid=mid, source=source),)))


async def play(device: Device, first: int, count: int, *, begins: bool = True) -> None:
    """Send pictures from the device's first section, the first of them a key frame."""
    for sequence in range(first, first + count):
        payload = VP8_KEY if begins and sequence == first else VP8_DELTA
        await device.send(device.packet("0", sequence, payload, sequence * 3000))


async def asked(device: Device) -> None:
    """Wait until the device was asked for a key frame."""

    def pli() -> bool:
        items = [item for report in device.reports for item in feedback.read(report)]
        return any(isinstance(each, feedback.KeyFrameRequest) for each in items)

    await device.until(pli)
    device.reports.clear()


async def dropped(worker: MediaWorker, count: int) -> None:
    """Wait until the worker has dropped so many datagrams."""
    async with asyncio.timeout(PATIENCE):
        while (await worker.load()).dropped < count:
            continue


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
        await play(up, 100, 10)
        await down.until(lambda: len(down.packets) == 10)
        flows = await worker.notice(SourceFlows)
        assert (flows.source, flows.codec) == (CAMERA, Codec.VP8)
        headers = [read(packet) for packet in down.packets]
        assert {each.ssrc for each in headers} == {down.section("0").ssrcs[0]}
        assert [(each.sequence - headers[0].sequence) & 0xFFFF for each in headers] == [*range(10)]
        assert down.packets[0].endswith(VP8_KEY)
        taken = await worker.tapped(10)
        assert len(taken) == 10
        assert {each.handle for each in taken} == {7}
        assert bytes(taken[0].body) == up.packet("0", 100, VP8_KEY, 300_000)
        load = await worker.load()
        assert (load.peers, load.received, load.forwarded, load.tapped) == (2, 10, 10, 10)


async def test_a_slot_is_rebound_with_one_key_frame() -> None:
    async with (
        media_worker() as worker,
        publisher(worker, "near", SOURCES) as near,
        publisher(worker, "far", FAR_SOURCES) as far,
        receiver(worker, "down") as down,
    ):
        for source in (CAMERA, FAR_CAMERA):
            worker.send(SetGate(source=source, open=True))
        show(worker, down, "0", CAMERA)
        await worker.load()
        await play(near, 100, 5)
        await down.until(lambda: len(down.packets) == 5)
        await play(far, 900, 3)
        await worker.notice(SourceFlows, source=FAR_CAMERA)
        far.reports.clear()
        show(worker, down, "0", FAR_CAMERA)
        await asked(far)
        await play(far, 903, 2)
        await down.until(lambda: len(down.packets) == 7)
        numbers = [read(packet).sequence for packet in down.packets]
        assert [(each - numbers[0]) & 0xFFFF for each in numbers] == list(range(7))
        assert len({read(packet).ssrc for packet in down.packets}) == 1


async def test_a_slot_that_is_to_get_nothing_begins_again_when_it_is_to_get_a_layer() -> None:
    async with (
        media_worker() as worker,
        publisher(worker, "up", SOURCES) as up,
        receiver(worker, "down") as down,
    ):
        worker.send(SetGate(source=CAMERA, open=True))
        show(worker, down, "0", CAMERA)
        worker.send(Want(peer=PeerId("down"), mid="0", layer=None))
        await worker.load()
        await play(up, 100, 3)
        await worker.notice(SourceFlows)
        assert (await worker.load()).forwarded == 0
        worker.send(Want(peer=PeerId("down"), mid="0", layer=2))
        await worker.load()
        await play(up, 103, 2)
        await down.until(lambda: len(down.packets) == 2)


async def test_a_shut_gate_lets_nothing_pass() -> None:
    async with (
        media_worker() as worker,
        publisher(worker, "up", SOURCES) as up,
        receiver(worker, "down") as down,
    ):
        worker.send(SetTap(source=CAMERA, handle=7))
        show(worker, down, "0", CAMERA)
        await worker.load()
        await play(up, 100, 5)
        await worker.notice(SourceFlows)
        assert (await worker.load()).forwarded == 0
        assert await worker.tapped() == []
        assert down.packets == []


@pytest.mark.parametrize("pattern", [{3}, {2, 5, 9}, set(range(4, 12)), {1, 2, 4, 8, 16, 18}])
async def test_what_the_publisher_lost_on_the_way_is_repaired(pattern: set[int]) -> None:
    async with (
        media_worker() as worker,
        publisher(worker, "up", SOURCES) as up,
        receiver(worker, "down") as down,
    ):
        worker.send(SetGate(source=CAMERA, open=True))
        show(worker, down, "0", CAMERA)
        await worker.load()
        for sequence in range(20):
            if sequence not in pattern:
                await play(up, sequence, 1, begins=sequence == 0)
        missing: set[int] = set()

        def all_asked() -> bool:
            for item in [item for report in up.reports for item in feedback.read(report)]:
                if isinstance(item, feedback.Nack):
                    missing.update(item.sequences)
            return missing == pattern

        await up.until(all_asked)
        for sequence in sorted(pattern):
            await play(up, sequence, 1, begins=False)
        await down.until(lambda: len(down.packets) == 20)
        numbers = [read(packet).sequence for packet in down.packets]
        assert sorted((each - numbers[0]) & 0xFFFF for each in numbers) == list(range(20))


async def test_what_a_receiver_lost_is_sent_again() -> None:
    async with (
        media_worker() as worker,
        publisher(worker, "up", SOURCES) as up,
        receiver(worker, "down") as down,
    ):
        worker.send(SetGate(source=CAMERA, open=True))
        show(worker, down, "0", CAMERA)
        await worker.load()
        await play(up, 100, 30)
        await down.until(lambda: len(down.packets) == 30)
        lost = [read(down.packets[place]).sequence for place in (4, 5, 6, 17, 29)]
        media, repair = down.section("0").ssrcs
        await down.send(feedback.nack(1, media, lost))
        await down.until(lambda: len(down.packets) == 35)
        again = down.packets[30:]
        assert {read(each).ssrc for each in again} == {repair}
        starts = [read(each).payload for each in again]
        assert [
            int.from_bytes(each[start : start + 2], "big")
            for each, start in zip(again, starts, strict=True)
        ] == lost


async def test_a_renegotiated_peer_keeps_flowing() -> None:
    async with media_worker() as worker, publisher(worker, "up", SOURCES) as up:
        await play(up, 1, 3)
        await worker.notice(SourceFlows, source=CAMERA)
        up.connection.addTransceiver("video", direction="sendonly")
        chosen = {"0": (CAMERA, Codec.VP8), "2": (FAR_CAMERA, Codec.VP8)}
        await up.negotiate(worker, lambda sdp: agree_up(sdp, chosen))
        await up.send(up.packet("2", 7, VP8_KEY))
        await worker.notice(SourceFlows, source=FAR_CAMERA)
        await play(up, 4, 2)
        assert (await worker.load()).peers == 1


async def test_peers_are_reported() -> None:
    async with media_worker() as worker, publisher(worker, "up", SOURCES) as up:
        await worker.notice(Reports)
        await play(up, 1, 20)
        seen = 0
        while seen < 20:
            reports = await worker.notice(Reports)
            seen += sum(each.packets for each in reports.peers)
        assert seen == 20


async def test_a_device_that_closes_is_lost() -> None:
    async with media_worker() as worker, publisher(worker, "up", SOURCES) as up:
        await up.connection.close()
        lost = await worker.notice(PeerLost)
        assert (lost.peer, lost.why) == (up.peer, "closed")
        assert (await worker.load()).peers == 0


async def test_a_closed_peer_is_forgotten() -> None:
    async with media_worker() as worker, publisher(worker, "up", SOURCES) as up:
        worker.send(ClosePeer(peer=up.peer))
        assert (await worker.load()).peers == 0


async def test_another_certificate_is_refused() -> None:
    wrong = Fingerprint(algorithm="sha-256", value=":".join(["00"] * 32))
    section = up_section("0", CAMERA, Codec.VP8, (11, 12))
    async with media_worker() as worker:
        agreed = replace(agreement([section]), fingerprints=(wrong,))
        transport = await worker.open("up", agreed)
        async with lean_device(transport) as device:
            lost = await worker.notice(PeerLost)
            assert (lost.peer, lost.why) == ("up", "handshake")
            assert device.state == "failed"  # it is told at once


async def test_dtls_from_an_address_that_proved_nothing_is_dropped() -> None:
    async with media_worker() as worker, publisher(worker, "up", SOURCES):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.setblocking(False)
            for first in (20, 22, 63):
                stranger.sendto(bytes([first, 0xFE, 0xFD]) + bytes(200), worker.addresses[0])
            await dropped(worker, 3)
            with pytest.raises(BlockingIOError):
                stranger.recv(2048)


async def test_garbage_neither_stops_nor_feeds_the_worker() -> None:
    async with (
        media_worker() as worker,
        publisher(worker, "up", SOURCES) as up,
        receiver(worker, "down") as down,
    ):
        worker.send(SetGate(source=CAMERA, open=True))
        show(worker, down, "0", CAMERA)
        before = await worker.load()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            for number in range(3000):
                size = (number * 37) % 1400
                datagram = bytes([number & 0xFF]) + secrets.token_bytes(size)
                stranger.sendto(datagram, worker.addresses[0])
        # The same from an address that is a peer's: nothing of it is authentic.
        for number in range(500):
            await up.dtls.transport._send(bytes([128 + number % 64]) + secrets.token_bytes(60))
        await play(up, 100, 10)
        await down.until(lambda: len(down.packets) == 10)
        after = await worker.load()
        assert after.peers == 2
        assert after.rss - before.rss < 16 << 20


@pytest.mark.slow
async def test_many_receivers_join_at_once() -> None:
    async with media_worker() as worker, publisher(worker, "up", SOURCES) as up:
        worker.send(SetGate(source=CAMERA, open=True))
        stop = asyncio.Event()
        joined: list[int] = []

        async def join(number: int) -> None:
            async with receiver(worker, f"down{number}") as down:
                show(worker, down, "0", CAMERA)
                await down.until(lambda: len(down.packets) > 3)
                joined.append(number)
                if len(joined) == 12:
                    stop.set()

        async def film() -> None:
            first = 1
            while not stop.is_set():
                await play(up, first, 2)
                first += 2
                await asyncio.sleep(0.03)

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(film())
            for number in range(12):
                tasks.create_task(join(number))
        assert len(joined) == 12


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
async def test_it_listens_where_it_is_told(address: str) -> None:
    async with media_worker(listen=f"{address}:0") as worker:
        assert worker.addresses[0][0] == address.strip("[]")


async def test_it_listens_on_several_addresses_and_names_each() -> None:
    async with media_worker("--listen", "[::1]:0") as worker:
        assert [host for host, _ in worker.addresses] == ["127.0.0.1", "::1"]
        wanted = agreement([up_section("0", CAMERA, Codec.VP8, (11, 12))])
        named = (await worker.open("up", wanted)).candidates
        ports = [port for _, port in worker.addresses]
        here = list(zip(("127.0.0.1", "::1"), ports, strict=True))
        for transport in ("udp", "tcp"):
            told = [(one.address, one.port) for one in named if one.transport == transport]
            assert told == here


async def test_candidates_are_the_public_addresses() -> None:
    async with media_worker("--public", "192.0.2.9", "--public", "2001:db8::9") as worker:
        connection = RTCPeerConnection()
        connection.addTransceiver("video", direction="sendonly")
        await connection.setLocalDescription(await connection.createOffer())
        agreement = agree_up(connection.localDescription.sdp, {"0": (CAMERA, Codec.VP8)})
        transport = await worker.open("up", agreement)
        assert [each.address for each in transport.candidates] == 2 * ["192.0.2.9"]
        assert transport.candidates[0].port == worker.addresses[0][1]
        await connection.close()


@pytest.mark.alone
async def test_an_address_that_the_machine_gets_meanwhile_is_told_to_whoever_comes_next() -> None:
    async def told(peer: str) -> list[str]:
        transport = await worker.open(peer, agreement([up_section("0", CAMERA, Codec.VP8)]))
        return [each.address for each in transport.candidates if each.transport == "udp"]

    async with media_worker(listen="0.0.0.0:0") as worker:
        before = await told("before")
        with extra_address():
            await asyncio.sleep(LOOK_SECONDS)
            assert await told("meanwhile") == [EXTRA, *before]
            assert EXTRA in [each.address for each in (await worker.load()).announced]
        await asyncio.sleep(LOOK_SECONDS)
        assert await told("after") == before

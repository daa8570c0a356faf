"""ICE-TCP: what connections may do, and that a peer behind one has everything that others have."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.media import tcp
from server.media.requests import Bind, PeerLost, SetGate, SlotBinding
from server.media.sockets import UdpSocket, raw_of
from server.media.tcp import WAITING, Listeners, Relay, open_port
from signaling.events import Codec
from signaling.ids import PeerId, SourceId
from signaling.rtp.framing import frame
from tests.support.media_worker import PATIENCE, media_worker
from tests.support.plane import VP8_DELTA, VP8_KEY, agreement, down_section, rtp, up_section
from tests.support.streamed import Stream, binding_request, keyed_stream, stream

CAMERA = SourceId("host/camera")


async def holds(true: Callable[[], object]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - the kernel has no event to wait for
            await asyncio.sleep(0.01)


class Ground:
    """Listeners whose pump is the test."""

    def __init__(self, host: str) -> None:
        self.relay = Relay()
        self.udp, listening = open_port(host, 0)
        self.known: set[bytes] = set()
        self.gone: list[bytes] = []
        assert listening is not None
        self.listeners = Listeners(
            self.relay, [listening], self.known.__contains__, self.gone.append
        )

    async def connect(self) -> Stream:
        """One more connection."""
        return Stream(*await asyncio.open_connection(self.udp.address, self.udp.port))

    async def came(self) -> tuple[bytes, tuple[str, int]]:
        """The next packet that a connection brought, and its address."""
        async with asyncio.timeout(PATIENCE):
            return await asyncio.get_running_loop().sock_recvfrom(self.relay.socket, 4096)

    async def let_in(self) -> tuple[Stream, bytes]:
        """A connection that is a peer's, and its address."""
        made = await self.connect()
        made.send(b"first")
        _, address = await self.came()
        self.known.add(raw_of(*address))
        return made, raw_of(*address)


@asynccontextmanager
async def grounded(host: str = "127.0.0.1") -> AsyncIterator[Ground]:
    """Listeners that run during the block."""
    made = Ground(host)
    task = asyncio.create_task(made.listeners.run())
    try:
        yield made
    finally:
        task.cancel()
        await asyncio.wait([task])
        await holds(lambda: not made.listeners.open)
        made.udp.close()
        made.relay.close()


@pytest.fixture(autouse=True)
def no_head_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Listeners in this process look at once at what comes."""
    monkeypatch.setattr(tcp, "HEAD_START", 0.0)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Listeners that wait for nothing long."""
    monkeypatch.setattr(tcp, "PROOF", 1.0)
    monkeypatch.setattr(tcp, "LOOK", 0.05)
    monkeypatch.setattr(tcp, "STALLED", 0.5)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_packets_go_both_ways_by_an_address_on_loopback(host: str) -> None:
    async with grounded(host) as ground:
        far = await ground.connect()
        far.write(frame(b"one") + frame(b"") + frame(b"two")[:3])
        packet, address = await ground.came()
        assert packet == b"one"
        far.write(frame(b"two")[3:])
        assert await ground.came() == (b"two", address)
        assert ground.relay.seen(raw_of(*address)) == far.local
        for packet in (b"back", b"again"):
            ground.relay.socket.sendto(packet, address)
        assert [await far.packet(), await far.packet()] == [b"back", b"again"]
        await far.close()
        await holds(lambda: ground.gone)
        assert ground.gone == [raw_of(*address)]
        assert not ground.relay.remotes


async def test_a_new_connection_is_looked_at_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "HEAD_START", 0.3)
    async with grounded() as ground:
        far, begun = await ground.connect(), time.monotonic()
        far.send(b"early")
        assert (await ground.came())[0] == b"early"
        assert time.monotonic() - begun > 0.25
        await far.close()


async def test_who_proves_nothing_is_closed_and_who_does_stays(hasty: None) -> None:
    async with grounded() as ground:
        peer, raw = await ground.let_in()
        silent = await ground.connect()
        await silent.closed(PATIENCE)
        await asyncio.sleep(tcp.PROOF)
        assert ground.gone != [raw]
        # As soon as its peer is no more, it is nobody's.
        ground.known.clear()
        await peer.closed(PATIENCE)
        await silent.close()
        await peer.close()


async def test_what_is_no_stream_of_packets_is_closed_at_once() -> None:
    async with grounded() as ground:
        far = await ground.connect()
        far.write(b"GET / HTTP/1.1\r\n\r\n")
        await far.closed(PATIENCE)
        await far.close()


async def test_a_slow_reader_loses_whole_packets_and_then_the_connection(hasty: None) -> None:
    async with grounded() as ground:
        far, raw = await ground.let_in()
        address = ("127.0.0.1", int.from_bytes(raw[2:4], "big"))
        (connection,) = ground.listeners.open
        packets = [number.to_bytes(4, "big") * 250 for number in range(20_000)]
        sent = 0
        while not ground.relay.dropped:
            for packet in packets[sent : sent + 32]:
                ground.relay.socket.sendto(packet, address)
            sent += 32
            await asyncio.sleep(0)
            assert connection._transport.get_write_buffer_size() <= WAITING
        await holds(lambda: ground.gone)
        got = []
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                got.append(await far.packet())
        assert got
        assert set(got) <= set(packets)
        assert ground.gone == [raw]
        await far.close()


async def test_a_reader_that_keeps_up_loses_nothing(hasty: None) -> None:
    async with grounded() as ground:
        far, raw = await ground.let_in()
        address = ("127.0.0.1", int.from_bytes(raw[2:4], "big"))
        packets = [number.to_bytes(4, "big") * 250 for number in range(1000)]
        for packet in packets:
            ground.relay.socket.sendto(packet, address)
            assert await far.packet() == packet
        assert ground.relay.dropped == 0
        await far.close()


async def test_one_address_and_all_together_have_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "PER_ADDRESS", 2)
    async with grounded() as ground:
        inside = [await ground.let_in() for _ in range(2)]
        third = await ground.connect()
        await third.closed(PATIENCE)
        await inside[0][0].close()
        await holds(lambda: len(ground.listeners.open) == 1)
        monkeypatch.setattr(tcp, "OVERALL", 2)
        inside.append(await ground.let_in())
        monkeypatch.setattr(tcp, "PER_ADDRESS", 9)
        last = await ground.connect()
        await last.closed(PATIENCE)
        for each in (third, last, *(one for one, _ in inside)):
            await each.close()


@settings(deadline=None, max_examples=30, suppress_health_check=list(HealthCheck))
@given(st.lists(st.binary(min_size=1, max_size=4000), max_size=6))
async def test_no_stream_of_octets_breaks_the_listener(pieces: list[bytes]) -> None:
    async with grounded() as ground:
        hostile = await ground.connect()
        for piece in pieces:
            hostile.write(piece)
        await hostile.close()
        far = await ground.connect()
        far.send(b"\x00first")
        while (await ground.came())[0] != b"\x00first":
            pass
        await far.close()


def test_a_port_that_is_taken_is_no_reason_to_end(caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        udp, listening = open_port("127.0.0.1", port)
    assert (udp.port, listening) == (port, None)
    assert "no media over TCP" in caplog.text
    udp.close()


def test_where_any_port_will_do_both_are_free(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = iter([True, True, False])
    beside = tcp._listen_beside

    def sometimes(udp: UdpSocket) -> socket.socket:
        if next(refused):
            raise OSError("taken")
        return beside(udp)

    monkeypatch.setattr(tcp, "_listen_beside", sometimes)
    udp, listening = open_port("127.0.0.1", 0)
    assert listening is not None
    assert listening.getsockname()[1] == udp.port
    listening.close()
    udp.close()


@pytest.mark.slow
@pytest.mark.usefixtures("either_pump")
@pytest.mark.parametrize("nominates", [True, False])
async def test_media_pass_both_ways_over_tcp_alone(nominates: bool) -> None:
    sends = up_section("0", CAMERA, Codec.VP8, (11, 12))
    takes = down_section("0", (Codec.VP8,), (101, 102))
    async with (
        media_worker() as worker,
        keyed_stream(worker, "up", sends, nominates=nominates) as up,
        keyed_stream(worker, "down", takes, nominates=nominates) as down,
    ):
        arrived: asyncio.Queue[bytes] = asyncio.Queue()

        async def taken(data: bytes, arrival_time_ms: int) -> None:
            arrived.put_nowait(data)

        down._handle_rtp_data = taken  # type: ignore[method-assign]  # the test reads packets
        worker.send(SetGate(source=CAMERA, open=True))
        worker.send(Bind(peer=PeerId("down"), slots=(SlotBinding(mid="0", source=CAMERA),)))
        await worker.load()
        packets: list[bytes] = []
        for sequence in range(1, 300):
            await up._send_rtp(rtp(11, sequence, VP8_KEY if sequence == 1 else VP8_DELTA))
            if sequence % 50 == 0:
                async with asyncio.timeout(PATIENCE):
                    packets += [await arrived.get() for _ in range(50)]
        numbers = [int.from_bytes(each[2:4], "big") for each in packets]
        assert numbers == [(numbers[0] + ahead) % 65536 for ahead in range(250)]
        assert (await worker.load()).dropped == 0


@pytest.mark.slow
async def test_the_answer_to_a_check_names_the_far_end_of_the_connection() -> None:
    takes = down_section("0", (Codec.VP8,), (101, 102))
    async with media_worker() as worker:
        transport = await worker.open("down", agreement([takes]))
        async with stream(transport) as far:
            answer = await far.check(transport)
            assert answer.attributes["XOR-MAPPED-ADDRESS"] == far.local


@pytest.mark.slow
async def test_a_wrong_password_opens_nothing() -> None:
    takes = down_section("0", (Codec.VP8,), (101, 102))
    async with media_worker() as worker:
        transport = await worker.open("down", agreement([takes]))
        async with stream(transport) as far:
            far.send(binding_request(transport, "wrong"))
            await far.closed(tcp.PROOF + 2 * tcp.LOOK + 1)
            assert not [each for each in worker.notices if isinstance(each, PeerLost)]

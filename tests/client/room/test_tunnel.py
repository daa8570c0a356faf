import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from aiortc import RTCIceCandidate

from client.room.tunnel import CONNECTIONS, WAITING, Tunnel, is_passive
from signaling.rtp.framing import LONGEST
from tests.support.answerer import until
from tests.support.gateway import HERE, echo

CHECK = b"\x00\x01a check"
MEDIA = b"\x80\x60a packet"


def candidate(port: int, ip: str = HERE, tcp: str | None = "passive") -> RTCIceCandidate:
    """One of the server's, by TCP."""
    return RTCIceCandidate(
        component=1,
        foundation="1",
        ip=ip,
        port=port,
        priority=7,
        protocol="udp" if tcp is None else "tcp",
        tcpType=tcp,
        type="host",
    )


@asynccontextmanager
async def tunnel(
    port: int, lost: Callable[[], None] = lambda: None
) -> AsyncIterator[tuple[Tunnel, RTCIceCandidate]]:
    """A tunnel to a port of this machine, and what stands for it."""
    made = Tunnel(candidate(port), lost)
    near = await made.open()
    assert near is not None
    try:
        yield made, near
    finally:
        await made.close()


@asynccontextmanager
async def sender(near: RTCIceCandidate) -> AsyncIterator[socket.socket]:
    """A socket as ICE has it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.setblocking(False)
        made.bind((HERE, 0))
        made.connect((near.ip, near.port))
        yield made


async def answered(made: socket.socket, packet: bytes) -> bytes:
    """What comes back first; what was sent before the connection stood is lost, as ICE bears."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(5):
        while True:
            made.send(packet)
            try:
                async with asyncio.timeout(0.05):
                    return await loop.sock_recv(made, 4096)
            except TimeoutError:
                continue


def test_only_candidates_that_wait_for_connections_are_led_to() -> None:
    assert is_passive(candidate(1))
    assert not is_passive(candidate(1, tcp="active"))
    assert not is_passive(candidate(1, tcp=None))


async def test_what_stands_for_a_candidate_is_udp_on_loopback() -> None:
    async with tunnel(9) as (_, near):
        assert (near.ip, near.protocol, near.tcpType) == (HERE, "udp", None)
        assert (near.priority, near.component, near.type) == (7, 1, "host")
    six = Tunnel(candidate(9, "2001:db8::7"), lambda: None)
    stands = await six.open()
    assert stands is not None
    assert stands.ip == "::1"
    await six.close()


async def test_where_a_kind_of_ip_is_off_nothing_stands_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("client.room.tunnel.LOOPBACK_6", "2001:db8::9")
    six = Tunnel(candidate(9, "2001:db8::7"), lambda: None)
    assert await six.open() is None
    await six.close()


async def test_each_sender_has_a_connection_of_its_own() -> None:
    async with (
        echo() as far,
        tunnel(far.port) as (_, near),
        sender(near) as one,
        sender(near) as other,
    ):
        assert await answered(one, CHECK + b"1") == CHECK + b"1"
        assert await answered(other, CHECK + b"2") == CHECK + b"2"
        assert len(far.lines) == 2


async def test_nothing_is_opened_before_it_is_needed_nor_without_end() -> None:
    async with echo() as far, tunnel(far.port) as (made, _):
        await asyncio.sleep(0.05)
        assert far.lines == []
        for port in range(1, 2 * CONNECTIONS):
            made.datagram_received(CHECK, (HERE, port))
        await until(5, lambda: len(far.lines) == CONNECTIONS)


@pytest.mark.parametrize("packet", [CHECK, MEDIA])
async def test_only_the_end_of_the_way_that_was_chosen_is_a_loss(packet: bytes) -> None:
    lost: list[bool] = []
    async with (
        echo() as far,
        tunnel(far.port, lambda: lost.append(True)) as (_, near),
        sender(near) as made,
    ):
        await answered(made, packet)
        far.lines[0].transport.abort()
        await asyncio.sleep(0.05)
    assert lost == ([True] if packet is MEDIA else [])


async def test_ones_own_end_is_no_loss() -> None:
    lost: list[bool] = []
    async with echo() as far:
        async with tunnel(far.port, lambda: lost.append(True)) as (_, near), sender(near) as made:
            await answered(made, MEDIA)
        await asyncio.sleep(0.05)
    assert lost == []


async def test_a_port_that_is_shut_is_no_way() -> None:
    with socket.create_server((HERE, 0)) as shut:
        port = shut.getsockname()[1]
    async with tunnel(port) as (_, near), sender(near) as made:
        made.send(CHECK)
        await asyncio.sleep(0.05)
        with pytest.raises(BlockingIOError):
            made.recv(4096)


async def test_what_is_no_stream_of_packets_ends() -> None:
    async with echo() as far, tunnel(far.port) as (_, near), sender(near) as made:
        await answered(made, CHECK)
        far.lines[0].write((LONGEST + 1).to_bytes(2, "big"))
        await until(5, lambda: far.lines[0].is_closing())


async def test_what_a_slow_line_does_not_take_is_dropped_whole() -> None:
    asleep = asyncio.Event()

    async def sleep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asleep.wait()
        writer.close()

    server = await asyncio.start_server(sleep, HERE, 0, limit=1024)
    async with tunnel(server.sockets[0].getsockname()[1]) as (made, near), sender(near) as one:
        one.send(CHECK)
        await asyncio.sleep(0.05)
        (stream,) = made._streams.values()
        line = stream._transport
        assert line is not None
        for _ in range(20_000):
            stream.send(bytes([128]) * 1200)
        assert 0 < line.get_write_buffer_size() <= WAITING + 2
    asleep.set()
    server.close()
    await asyncio.sleep(0.01)

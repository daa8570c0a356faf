import asyncio
import re
from contextlib import suppress
from dataclasses import replace

import psutil
import pytest

from client.room.offers import Remote, Section, offer, read_answer
from client.room.transport import Transport, Way
from signaling.messages import IceServer
from tests.support.answerer import Answerer, answerer, until
from tests.support.gateway import gateway

pytestmark = pytest.mark.usefixtures("loopback")

SOUND = Section(mid="0", sound=True, direction="sendonly", ssrc=5, stream="room")


class Nobody:
    async def rtp(self, packet: bytes, now: float) -> None:
        pass

    async def rtcp(self, packet: bytes, now: float) -> None:
        pass


async def opened(far: Answerer, transport: Transport) -> None:
    answer = await far.answer(offer(await transport.gather(), [SOUND], "cname", 1))
    await transport.connect(read_answer(answer))


async def test_a_peer_connects_and_says_so() -> None:
    transport = Transport(Nobody(), lambda: None)
    async with answerer() as far:
        assert not transport.connected
        await opened(far, transport)
        assert transport.connected
        await transport.close()
        assert not transport.usable


async def test_a_goodbye_of_the_other_end_is_a_loss() -> None:
    lost = asyncio.Event()
    transport = Transport(Nobody(), lost.set)
    async with answerer() as far:
        await opened(far, transport)
        await until(5, lambda: far.connection.connectionState == "connected")
        await far.connection.close()
        async with asyncio.timeout(5):
            await lost.wait()
    assert not transport.connected
    await transport.send(b"\x80\x60" + bytes(20))
    await transport.close()


async def test_ones_own_goodbye_is_none() -> None:
    lost = asyncio.Event()
    transport = Transport(Nobody(), lost.set)
    async with answerer() as far:
        await opened(far, transport)
        await transport.close()
    assert not lost.is_set()


@pytest.mark.parametrize("turns", range(1, 8))
async def test_whoever_is_cancelled_while_closing_knows_it(turns: int) -> None:
    transport = Transport(Nobody(), lambda: None)
    async with answerer() as far:
        await opened(far, transport)
        closing = asyncio.create_task(transport.close())
        for _ in range(turns):
            await asyncio.sleep(0)
        if not closing.done():
            closing.cancel()
            with pytest.raises(asyncio.CancelledError):
                await closing
        await transport.close()


async def test_a_server_that_is_not_there_is_given_up() -> None:
    transport = Transport(Nobody(), lambda: None, Way(seconds=0.2))
    async with answerer() as far:
        answer = await far.answer(offer(await transport.gather(), [SOUND], "cname", 1))
        await far.connection.close()
        with pytest.raises(ConnectionError):
            await transport.connect(read_answer(answer))
    await transport.close()


async def test_a_stranger_with_another_certificate_is_refused() -> None:
    transport = Transport(Nobody(), lambda: None)
    async with answerer() as far:
        answer = await far.answer(offer(await transport.gather(), [SOUND], "cname", 1))
        before = answer.index("a=fingerprint:sha-256 ")
        wrong = answer[: before + 22] + ":".join(["00"] * 32) + answer[before + 22 + 95 :]
        with pytest.raises(ConnectionError):
            await transport.connect(read_answer(wrong))
        await until(5, lambda: far.connection.connectionState == "connected")
    await transport.close()


async def answered(far: Answerer, transport: Transport) -> Remote:
    """The answer of an end that is told wrong ports of ours, so that it finds no way by itself."""
    ours = offer(await transport.gather(), [SOUND], "cname", 1)
    return read_answer(await far.answer(re.sub(r" \d+ typ host", " 9 typ host", ours)))


def by_tcp(remote: Remote, port: int) -> Remote:
    """An answer of whose addresses none but this TCP port can be reached."""
    one = remote.candidates[0]
    waits = replace(one, ip="127.0.0.1", port=port, protocol="tcp", tcpType="passive")
    return replace(remote, candidates=(replace(one, ip="127.0.0.1", port=9), waits))


async def test_where_no_udp_passes_media_go_over_tcp() -> None:
    lost = asyncio.Event()
    transport = Transport(Nobody(), lost.set)
    async with answerer() as far:
        remote = await answered(far, transport)
        udp = next(each for each in remote.candidates if each.ip == "127.0.0.1")
        async with gateway((udp.ip, udp.port)) as way:
            await transport.connect(by_tcp(remote, way.port))
            assert transport.connected
            assert way.lines
        async with asyncio.timeout(1):
            await lost.wait()
        await transport.close()


async def test_a_relay_is_asked_for_no_way_to_our_own_loopback() -> None:
    relays = (IceServer(urls=("turn:127.0.0.1:9?transport=tcp",), username="", credential=""),)
    for way, ways in ((Way(relays=relays, seconds=0.2), 0), (Way(seconds=0.2), 1)):
        transport = Transport(Nobody(), lambda: None, way)
        async with answerer() as far:
            remote = await answered(far, transport)
            with pytest.raises(ConnectionError):
                await transport.connect(by_tcp(remote, 9))
            assert len(transport._tunnels) == ways
            await transport.close()


@pytest.mark.parametrize("turns", range(5))
async def test_a_gathering_that_is_cancelled_leaves_no_socket_open(turns: int) -> None:
    before = psutil.Process().net_connections("udp")
    transport = Transport(Nobody(), lambda: None)
    gathering = asyncio.create_task(transport.gather())
    for _ in range(turns):
        await asyncio.sleep(0)
    gathering.cancel()
    with suppress(asyncio.CancelledError):
        await gathering
    await transport.close()
    assert psutil.Process().net_connections("udp") == before

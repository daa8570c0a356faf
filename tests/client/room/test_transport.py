import asyncio
from contextlib import suppress

import psutil
import pytest

from client.room.offers import Section, offer, read_answer
from client.room.transport import Transport
from tests.support.answerer import Answerer, answerer, until

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


async def test_a_server_that_is_not_there_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("client.room.transport.CONNECT_S", 0.2)
    transport = Transport(Nobody(), lambda: None)
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

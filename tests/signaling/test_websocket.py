"""Real sockets: hello, answers, and connections that are slow, silent, huge or rude."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, web

from signaling import wire
from signaling.errors import Code, UserError
from signaling.ids import ParticipantId
from signaling.messages import (
    Closed,
    Command,
    Done,
    FromDevice,
    Hello,
    Leave,
    People,
    Person,
    Ping,
    Pong,
    RaiseHand,
    Report,
    ToDevice,
)
from signaling.session import Answers, Outlet
from signaling.websocket import OUTBOX, serve
from signaling.wire import SIZE_LIMIT
from tests.support.lessons import hello

HAND = RaiseHand(id=1)


class Owner:
    """The other side of a connection: greets, and answers every command with `Done`."""

    def __init__(self) -> None:
        self.zero = time.monotonic() - 100
        self.answers = Answers()
        self.outlet: Outlet | None = None
        self.got: list[Command | Report] = []
        self.hearings = 0
        self.detached = 0
        self.refuse: Code | None = None
        self.greeted = asyncio.Event()
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def attach(self, _: Hello, outlet: Outlet) -> "Owner":
        if self.refuse is not None:
            raise UserError(self.refuse)
        self.outlet = outlet
        self.greeted.set()
        outlet.tell(People(people=()))
        return self

    def heard(self, now: float) -> None:
        self.hearings += 1

    async def receive(self, message: Command | Report) -> None:
        await self.go_on.wait()
        self.got.append(message)
        if self.outlet is not None and not isinstance(message, Report):
            self.outlet.tell(Done(id=message.id))

    def detach(self) -> None:
        self.detached += 1


class Device:
    """A client of few words."""

    def __init__(self, socket_: ClientWebSocketResponse) -> None:
        self.socket = socket_

    async def say(self, message: FromDevice) -> None:
        await self.socket.send_str(wire.write(message))

    async def hear(self) -> ToDevice:
        return wire.to_device(await self.socket.receive_str(timeout=10))

    async def greet(self) -> None:
        await self.say(hello())
        assert isinstance(await self.hear(), People)

    async def is_closed(self) -> bool:
        kind = (await self.socket.receive(timeout=10)).type
        return kind in (WSMsgType.CLOSE, WSMsgType.CLOSED, WSMsgType.CLOSING)


@pytest.fixture
def owner() -> Owner:
    return Owner()


@pytest.fixture
async def url(owner: Owner) -> AsyncIterator[str]:
    async def handle(request: web.Request) -> web.StreamResponse:
        return await serve(request, owner.attach)

    app = web.Application()
    app.router.add_get("/ws", handle)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    yield f"http://127.0.0.1:{port}/ws"
    await runner.cleanup()


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Device]:
    """A device with an open socket."""
    async with ClientSession() as session, session.ws_connect(url, max_msg_size=0) as socket_:
        yield Device(socket_)


async def eventually(holds: Callable[[], bool], seconds: float = 10) -> None:
    """Wait until something holds."""
    for _ in range(int(seconds * 100)):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it does not hold")


async def test_a_device_is_greeted_asks_and_is_answered(owner: Owner, url: str) -> None:
    async with connected(url) as device:
        await device.greet()
        await device.say(Ping(sent=7.5))
        pong = await device.hear()
        assert isinstance(pong, Pong)
        assert pong.sent == 7.5
        assert 100 <= pong.now < 130
        await device.say(HAND)
        assert await device.hear() == Done(id=1)
        await device.say(HAND)
        assert await device.hear() == Done(id=1)
    await eventually(lambda: owner.detached == 1)
    assert owner.got == [HAND]
    assert owner.hearings == 4


async def test_a_refused_hello_is_told_why(owner: Owner, url: str) -> None:
    owner.refuse = Code.LINK_EXPIRED
    async with connected(url) as device:
        await device.say(hello())
        assert await device.hear() == Closed(code=Code.LINK_EXPIRED, data={}, may_resume=False)
        assert await device.is_closed()
    assert owner.detached == 0


@pytest.mark.parametrize("text", ["", "{}", '{"type":"moon"}', "x" * (SIZE_LIMIT + 1)])
async def test_a_wrong_message_gets_a_coded_error(owner: Owner, url: str, text: str) -> None:
    async with connected(url) as device:
        await device.greet()
        await device.socket.send_str(text)
        assert isinstance(await device.hear(), Closed)
        assert await device.is_closed()
    await eventually(lambda: owner.detached == 1)


async def test_bytes_are_read_like_text(owner: Owner, url: str) -> None:
    async with connected(url) as device:
        await device.greet()
        await device.socket.send_bytes(wire.write(HAND).encode())
        assert await device.hear() == Done(id=1)


async def test_a_message_far_too_large_is_not_even_taken_in(owner: Owner, url: str) -> None:
    async with connected(url) as device:
        await device.greet()
        await device.socket.send_str("x" * (3 * SIZE_LIMIT))
        assert await device.is_closed()
    await eventually(lambda: owner.detached == 1)


async def test_the_owner_has_the_last_word(owner: Owner, url: str) -> None:
    async with connected(url) as device:
        await device.greet()
        assert owner.outlet is not None
        last = Closed(code=Code.REMOVED, data={}, may_resume=False)
        owner.outlet.close(last)
        owner.outlet.tell(People(people=()))
        assert await device.hear() == last
        assert await device.is_closed()
    await eventually(lambda: owner.detached == 1)


async def test_a_flood_ends_with_its_reason(owner: Owner, url: str) -> None:
    async with connected(url) as device:
        await device.greet()
        for _ in range(150):
            await device.say(Ping(sent=1.0))
        while isinstance(last := await device.hear(), Pong):
            continue
        assert last == Closed(code=Code.TOO_FAST, data={}, may_resume=True)


async def test_a_busy_owner_makes_the_device_wait_and_nobody_else(owner: Owner, url: str) -> None:
    owner.go_on.clear()
    async with connected(url) as device:
        await device.greet()
        for number in range(20):
            await device.say(RaiseHand(id=number))
        await asyncio.sleep(0.2)
        assert owner.got == []
        owner.go_on.set()
        for number in range(20):
            assert await device.hear() == Done(id=number)


async def test_a_connection_ends_though_its_owner_reads_no_more(owner: Owner, url: str) -> None:
    owner.go_on.clear()
    async with connected(url) as device:
        await device.greet()
        await device.say(HAND)
        await eventually(lambda: owner.hearings == 1)
        await asyncio.sleep(0.1)
        assert owner.outlet is not None
        owner.outlet.close(Closed(code=Code.SERVER_STOPPING, data={}, may_resume=True))
        assert isinstance(await device.hear(), Closed)
        assert await device.is_closed()
        await eventually(lambda: owner.detached == 1)


async def test_a_device_that_does_not_read_is_disconnected_and_holds_nobody(
    owner: Owner, url: str
) -> None:
    host, port = "127.0.0.1", int(url.split(":")[2].split("/")[0])
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    deaf.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(deaf, (host, port))
    await loop.sock_sendall(deaf, UPGRADE + masked(wire.write(hello()).encode()))
    await asyncio.wait_for(owner.greeted.wait(), 5)
    assert owner.outlet is not None
    large = People(people=(Person(participant=ParticipantId("p"), name="名" * 20_000),))
    begin = time.monotonic()
    for _ in range(4 * OUTBOX):
        owner.outlet.tell(large)
    assert time.monotonic() - begin < 5
    await eventually(lambda: owner.detached == 1, 8)
    deaf.close()


async def test_many_messages_reach_a_device_that_reads(owner: Owner, url: str) -> None:
    async with connected(url) as device:
        await device.greet()
        assert owner.outlet is not None
        for number in range(OUTBOX):
            owner.outlet.tell(Done(id=number))
        assert [await device.hear() for _ in range(OUTBOX)] == [
            Done(id=number) for number in range(OUTBOX)
        ]


@pytest.mark.slow
async def test_a_silent_connection_is_closed_after_five_seconds(owner: Owner, url: str) -> None:
    async with connected(url) as device:
        await device.greet()
        begin = time.monotonic()
        assert await device.is_closed()
        assert 4 < time.monotonic() - begin < 9
    await eventually(lambda: owner.detached == 1)


@pytest.mark.slow
async def test_whoever_connects_and_says_nothing_is_sent_away(url: str) -> None:
    async with connected(url) as device:
        last = await device.hear()
        assert isinstance(last, Closed)
        assert last.code is Code.HELLO_EXPECTED


async def test_a_connection_that_is_cut_detaches(owner: Owner, url: str) -> None:
    async with connected(url) as device:
        await device.greet()
        await device.say(Leave(id=1))
        await device.hear()
        transport = device.socket.get_extra_info("socket")
        assert transport is not None
        transport.shutdown(socket.SHUT_RDWR)
        await eventually(lambda: owner.detached == 1)


UPGRADE = (
    b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)


def masked(payload: bytes) -> bytes:
    """A client's text frame (RFC 6455, 5.2) under a mask of zeros; 126 to 65,535 bytes."""
    return bytes([0x81, 0x80 | 126]) + len(payload).to_bytes(2, "big") + bytes(4) + payload


async def test_a_device_that_left_during_the_upgrade_is_no_error(
    owner: Owner, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    port = int(url.rpartition(":")[2].partition("/")[0])
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    writer.close()
    await asyncio.sleep(0.3)
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
    assert not owner.greeted.is_set()

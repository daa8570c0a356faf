"""Handshakes with aiortc's client at the far end."""

import asyncio
import secrets
import time
import weakref
from collections.abc import AsyncIterator, Callable, Sequence

import pytest
from aiortc.rtcdtlstransport import (
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
)
from OpenSSL import SSL

from server.media import dtls
from server.media.association import Association, HandshakeError, Identity
from signaling.agreement import Fingerprint
from signaling.rtp.header import FIXED
from tests.support.dtls import DtlsClient

CHANGE_CIPHER_SPEC = 20
"""The record type that a server's last flight begins with."""


class Wire:
    """An ICE transport of the client: what it sends goes to the handshake under test."""

    role = "controlling"

    def __init__(self) -> None:
        self.inbox: asyncio.Queue[bytes] = asyncio.Queue()
        self.near: dtls.Handshake | None = None
        self.sent: list[bytes] = []

    async def _recv(self) -> bytes:
        return await self.inbox.get()

    async def _send(self, data: bytes) -> None:
        self.sent.append(data)
        if self.near is not None:
            self.near.receive(data)


class Pair:
    """A client of aiortc's and our end, joined."""

    def __init__(self) -> None:
        self.certificate = RTCCertificate.generateCertificate()
        self.wire = Wire()
        self.client = RTCDtlsTransport(self.wire, [self.certificate])  # type: ignore[arg-type]
        self.client._set_role("client")
        self.ours = Identity()
        self.thread = dtls.Thread()
        self.near = dtls.Handshake(self.ours, self.thread, self.wire.inbox.put_nowait)
        self.wire.near = self.near

    def fingerprints(self) -> list[Fingerprint]:
        """The client's, as its offer would say."""
        return [
            Fingerprint(algorithm=each.algorithm, value=each.value)
            for each in self.certificate.getFingerprints()
        ]

    async def start_client(self) -> None:
        """The client's half of the handshake."""
        ours = self.ours.fingerprint
        await self.client.start(RTCDtlsParameters([RTCDtlsFingerprint(ours.algorithm, ours.value)]))


@pytest.fixture
async def pair() -> AsyncIterator[Pair]:
    """A fresh pair, stopped afterwards."""
    made = Pair()
    yield made
    await made.near.stop()
    await made.client.stop()
    await asyncio.sleep(0)  # aiortc cancels its readers and does not wait for them


async def test_both_ends_have_the_same_keys(pair: Pair) -> None:
    (received, sent), _ = await asyncio.gather(
        pair.near.run(pair.fingerprints()), pair.start_client()
    )
    packet = FIXED.pack(0x80, 96, 1, 2, 3) + b"payload"
    assert received.unprotect(pair.client._tx_srtp.protect(packet)) == packet
    assert pair.client._rx_srtp.unprotect(sent.protect(packet)) == packet


async def test_a_gcm_profile_is_chosen(pair: Pair) -> None:
    await asyncio.gather(pair.near.run(pair.fingerprints()), pair.start_client())
    assert pair.client._ssl is not None
    assert b"GCM" in pair.client._ssl.get_selected_srtp_profile()


@pytest.mark.parametrize("lost", [1, 2])
async def test_a_flight_that_is_lost_is_not_waited_for_a_second(pair: Pair, lost: int) -> None:
    sent: list[bytes] = []

    def out(data: bytes) -> None:
        sent.append(data)
        if len(sent) > lost:
            pair.wire.inbox.put_nowait(data)

    pair.near = pair.wire.near = dtls.Handshake(pair.ours, dtls.Thread(), out)
    began = time.monotonic()
    await asyncio.gather(pair.near.run(pair.fingerprints()), pair.start_client())
    assert time.monotonic() - began < 0.95
    assert sent[lost] == sent[0]


async def test_a_last_flight_that_is_lost_goes_out_again_to_the_octet(pair: Pair) -> None:
    last: list[bytes] = []

    def out(data: bytes) -> None:
        if data[0] == CHANGE_CIPHER_SPEC:
            last.append(data)
        if data[0] != CHANGE_CIPHER_SPEC or len(last) > 1:
            pair.wire.inbox.put_nowait(data)

    pair.near = pair.wire.near = dtls.Handshake(pair.ours, dtls.Thread(), out)
    client = asyncio.create_task(pair.start_client())
    received, _ = await pair.near.run(pair.fingerprints())
    await client  # OpenSSL shows its own again after a second
    packet = FIXED.pack(0x80, 96, 1, 2, 3) + b"payload"
    assert received.unprotect(pair.client._tx_srtp.protect(packet)) == packet
    assert last == [last[0]] * 2


async def test_another_certificate_is_refused(pair: Pair) -> None:
    wrong = Fingerprint(algorithm="sha-256", value=":".join(["00"] * 32))
    client = asyncio.create_task(pair.start_client())
    with pytest.raises(HandshakeError):
        await pair.near.run([wrong])
    await pair.near.stop()
    await client  # hears of it at once


async def test_garbage_fails_the_handshake_and_nothing_else(pair: Pair) -> None:
    pair.near.receive(b"\x16\xfe\xfd" + secrets.token_bytes(60))
    results = await asyncio.gather(
        pair.near.run(pair.fingerprints()), pair.start_client(), return_exceptions=True
    )
    assert isinstance(results[0], HandshakeError | tuple)


async def test_the_end_is_noticed_when_the_client_closes(pair: Pair) -> None:
    await asyncio.gather(pair.near.run(pair.fingerprints()), pair.start_client())
    closed = asyncio.create_task(pair.near.closed())
    await pair.client.stop()
    async with asyncio.timeout(5):
        await closed


class Short:
    """A client without a wire, and our end; `done` is called when the client is."""

    def __init__(self, done: Callable[[], None]) -> None:
        self.client = DtlsClient()
        self.near = dtls.Handshake(Identity(), dtls.Thread(), self._out)
        self._done = done

    def _out(self, data: bytes) -> None:
        if self.client.shake([data]):
            self._done()
        else:
            self.near.receive(self.client.sent()[0])

    async def shake(self) -> None:
        """The whole handshake."""
        self.client.shake()
        self.near.receive(self.client.sent()[0])
        await self.near.run(self.client.fingerprints)


async def test_a_goodbye_that_comes_while_the_last_step_is_taken_is_heard() -> None:
    pair = Short(lambda: taken.append(pair.near.receive(pair.client.goodbye())))
    taken: list[bool] = []
    await pair.shake()
    async with asyncio.timeout(5):
        await pair.near.closed()
    assert taken == [True]


async def test_a_goodbye_may_come_twice() -> None:
    pair = Short(lambda: None)
    await pair.shake()
    closed = asyncio.create_task(pair.near.closed())
    await asyncio.sleep(0)  # it waits
    taken = [pair.near.receive(each) for each in 2 * [pair.client.goodbye()]]
    async with asyncio.timeout(5):
        await closed
    assert taken == [True, True]


async def test_the_client_hears_our_goodbye(pair: Pair) -> None:
    await asyncio.gather(pair.near.run(pair.fingerprints()), pair.start_client())
    heard = asyncio.Event()
    pair.client.on("statechange", heard.set)
    await pair.near.stop()
    async with asyncio.timeout(5):
        await heard.wait()
    assert pair.client.state == "closed"


async def test_nothing_of_openssl_outlives_the_handshake(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[weakref.ref[SSL.Connection]] = []

    class Watched(Association):
        def __init__(self, identity: Identity, fingerprints: Sequence[Fingerprint]) -> None:
            super().__init__(identity, fingerprints)
            made.append(weakref.ref(self._ssl))

    monkeypatch.setattr(dtls, "Association", Watched)
    await asyncio.gather(pair.near.run(pair.fingerprints()), pair.start_client())
    await pair.thread.take(int)  # it has put away the step before
    assert [each() for each in made] == [None]


async def test_a_handshake_that_stands_still_is_given_up(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dtls, "TIMEOUT", 0.05)
    with pytest.raises(HandshakeError, match="timeout"):
        await pair.near.run(pair.fingerprints())


async def test_datagrams_wait_up_to_a_bound(pair: Pair) -> None:
    taken = [pair.near.receive(b"\x16") for _ in range(dtls.QUEUE + 5)]
    assert taken == [True] * dtls.QUEUE + [False] * 5


class Afar(Pair):
    """A pair whose client has a thread and a loop of its own: what it costs is not in ours."""

    def __init__(self) -> None:
        super().__init__()
        here, self.loop = asyncio.get_running_loop(), asyncio.new_event_loop()

        def out(data: bytes) -> None:
            self.loop.call_soon_threadsafe(self.wire.inbox.put_nowait, data)

        near = self.near = dtls.Handshake(self.ours, self.thread, out)

        async def back(data: bytes) -> None:
            here.call_soon_threadsafe(near.receive, data)

        self.wire._send = back  # type: ignore[method-assign]

    async def _client(self) -> None:
        await self.start_client()
        await self.client.stop()
        await asyncio.sleep(0)  # aiortc cancels its reader and does not wait for it

    def run_client(self) -> None:
        """Its whole handshake."""
        self.loop.run_until_complete(self._client())


@pytest.mark.alone
async def test_a_thread_takes_the_steps_of_handshakes() -> None:
    ours = theirs = 0.0
    for _ in range(5):
        pair = Afar()
        began, before = await pair.thread.take(time.thread_time), time.thread_time()
        client = asyncio.create_task(asyncio.to_thread(pair.run_client))
        await pair.near.run(pair.fingerprints())
        ours += time.thread_time() - before
        theirs += await pair.thread.take(time.thread_time) - began
        await client
        await pair.near.stop()
        pair.loop.close()
    # The loop's part is of tasks and datagrams; with all steps in it the thread's would be none.
    assert theirs > ours / 3

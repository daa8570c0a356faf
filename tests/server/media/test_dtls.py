"""Handshakes with aiortc's client at the far end."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator

import pytest
from aiortc.rtcdtlstransport import (
    SRTP_AEAD_AES_128_GCM,
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
)
from pylibsrtp import Error

from server.media import dtls
from signaling.agreement import Fingerprint
from signaling.rtp.header import FIXED


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
        self.ours = dtls.make_certificate()
        self.near = dtls.Handshake(self.ours, self.wire.inbox.put_nowait)
        self.wire.near = self.near

    def fingerprints(self) -> list[Fingerprint]:
        """The client's, as its offer would say."""
        return [
            Fingerprint(algorithm=each.algorithm, value=each.value)
            for each in self.certificate.getFingerprints()
        ]

    async def start_client(self) -> None:
        """The client's half of the handshake."""
        ours = dtls.fingerprint(self.ours)
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


async def test_another_certificate_is_refused(pair: Pair) -> None:
    wrong = Fingerprint(algorithm="sha-256", value=":".join(["00"] * 32))
    client = asyncio.create_task(pair.start_client())
    with pytest.raises(dtls.HandshakeError):
        await pair.near.run([wrong])
    await client


async def test_garbage_fails_the_handshake_and_nothing_else(pair: Pair) -> None:
    pair.near.receive(b"\x16\xfe\xfd" + secrets.token_bytes(60))
    results = await asyncio.gather(
        pair.near.run(pair.fingerprints()), pair.start_client(), return_exceptions=True
    )
    assert isinstance(results[0], dtls.HandshakeError | tuple)


async def test_the_end_is_noticed_when_the_client_closes(pair: Pair) -> None:
    await asyncio.gather(pair.near.run(pair.fingerprints()), pair.start_client())
    closed = asyncio.create_task(pair.near.closed())
    await pair.client.stop()
    async with asyncio.timeout(5):
        await closed


async def test_a_handshake_that_stands_still_is_given_up(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dtls, "TIMEOUT", 0.05)
    with pytest.raises(dtls.HandshakeError, match="timeout"):
        await pair.near.run(pair.fingerprints())


async def test_datagrams_wait_up_to_a_bound(pair: Pair) -> None:
    taken = [pair.near.receive(b"\x16") for _ in range(dtls.QUEUE + 5)]
    assert taken == [True] * dtls.QUEUE + [False] * 5


def test_a_session_never_encrypts_one_sequence_number_twice() -> None:
    session = dtls.session(SRTP_AEAD_AES_128_GCM, secrets.token_bytes(28), inbound=False)
    session.protect(FIXED.pack(0x80, 96, 7, 0, 1) + b"one")
    with pytest.raises(Error, match="replay"):
        session.protect(FIXED.pack(0x80, 96, 7, 0, 1) + b"two")


def test_a_session_never_decrypts_one_packet_twice() -> None:
    key = secrets.token_bytes(28)
    far = dtls.session(SRTP_AEAD_AES_128_GCM, key, inbound=False)
    near = dtls.session(SRTP_AEAD_AES_128_GCM, key, inbound=True)
    datagram = far.protect(FIXED.pack(0x80, 96, 7, 0, 1) + b"one")
    near.unprotect(datagram)
    with pytest.raises(Error, match="replay"):
        near.unprotect(datagram)


@pytest.mark.alone
async def test_no_step_of_a_handshake_holds_the_loop(pair: Pair) -> None:
    slowest = 0.0
    done = asyncio.Event()

    async def watch() -> None:
        nonlocal slowest
        while not done.is_set():
            before = time.thread_time()
            await asyncio.sleep(0)
            slowest = max(slowest, time.thread_time() - before)

    watching = asyncio.create_task(watch())
    await asyncio.gather(pair.near.run(pair.fingerprints()), pair.start_client())
    done.set()
    await watching
    # Both ends step in this loop, often in one turn of it: twice the 5 ms of one end.
    assert slowest < 0.010

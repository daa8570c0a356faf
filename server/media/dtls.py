"""The DTLS handshake by aiortc's transport, over an ICE that we play; keys for SRTP come out.

A shell: tasks and queues. We are always the server (`a=setup:passive`), so that browsers pick an
AES-GCM profile. The private names of aiortc and pylibsrtp that this needs are used here alone.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import Final

from aiortc.rtcdtlstransport import (
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
    SRTPProtectionProfile,
)
from pylibsrtp import Policy, Session

from signaling.agreement import Fingerprint

QUEUE: Final = 16
"""Datagrams a handshake may have waiting; more are dropped, DTLS sends them again."""
TIMEOUT: Final = 10.0
"""Seconds a handshake may take."""
WINDOW: Final = 1024
"""Packets by which libsrtp lets one come late, in and out."""


class HandshakeError(Exception):
    """The handshake did not succeed; nothing may be sent to this peer."""


def make_certificate() -> RTCCertificate:
    """A certificate for the life of this worker; ECDSA, as browsers prefer."""
    return RTCCertificate.generateCertificate()


def fingerprint(certificate: RTCCertificate) -> Fingerprint:
    """What the answer says of our certificate."""
    first = next(each for each in certificate.getFingerprints() if each.algorithm == "sha-256")
    return Fingerprint(algorithm=first.algorithm, value=first.value)


class _Ice:
    """What aiortc's DTLS needs of an ICE transport.

    Holds at most `QUEUE` datagrams and drops the newest.
    """

    role = "controlled"

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self.queue: asyncio.Queue[bytes] = asyncio.Queue(QUEUE)
        self._transmit = send

    async def _recv(self) -> bytes:
        return await self.queue.get()

    async def _send(self, data: bytes) -> None:
        self._transmit(data)


class _Transport(RTCDtlsTransport):
    """aiortc's transport with sessions of our own policy."""

    def _setup_srtp(self) -> None:
        super()._setup_srtp()
        if self.state == "failed":
            return
        assert self._ssl is not None
        name = self._ssl.get_selected_srtp_profile()
        profile = next(each for each in self._srtp_profiles if each.openssl_profile == name)
        material = self._ssl.export_keying_material(
            b"EXTRACTOR-dtls_srtp", 2 * (profile.key_length + profile.salt_length)
        )
        self._rx_srtp = session(profile, profile.get_key_and_salt(material, 0), inbound=True)
        self._tx_srtp = session(profile, profile.get_key_and_salt(material, 1), inbound=False)


def session(profile: SRTPProtectionProfile, key: bytes, *, inbound: bool) -> Session:
    """A libsrtp session that refuses to encrypt the same sequence number twice.

    A second packet under one (SSRC, ROC, sequence) would reveal AES-GCM's authentication key.
    """
    kind = Policy.SSRC_ANY_INBOUND if inbound else Policy.SSRC_ANY_OUTBOUND
    policy = Policy(key=key, ssrc_type=kind, srtp_profile=profile.libsrtp_profile)
    policy.allow_repeat_tx = False
    policy.window_size = WINDOW
    return Session(policy)


class Handshake:
    """One peer's DTLS association, from its first datagram to its end.

    `receive` hands in datagrams; `run` completes when SRTP is keyed, `closed` when it has ended.
    """

    def __init__(self, certificate: RTCCertificate, send: Callable[[bytes], None]) -> None:
        self._ice = _Ice(send)
        self._transport = _Transport(self._ice, [certificate])  # type: ignore[arg-type]  # plays it
        self._transport._set_role("server")
        self._ended = asyncio.Event()
        self._transport.on("statechange", self._changed)

    def receive(self, datagram: bytes) -> bool:
        """Take a datagram of this peer; false when it is dropped because too many wait."""
        with contextlib.suppress(asyncio.QueueFull):
            self._ice.queue.put_nowait(datagram)
            return True
        return False

    async def run(self, fingerprints: Sequence[Fingerprint]) -> tuple[Session, Session]:
        """Shake hands; the sessions for what comes and for what goes.

        Raises `HandshakeError` on a wrong certificate, no common profile, or after `TIMEOUT`.
        """
        theirs = RTCDtlsParameters(
            [RTCDtlsFingerprint(each.algorithm, each.value) for each in fingerprints]
        )
        try:
            async with asyncio.timeout(TIMEOUT):
                await self._transport.start(theirs)
        except TimeoutError as error:
            raise HandshakeError("timeout") from error
        if self._transport.state != "connected":
            raise HandshakeError(self._transport.state)
        return self._transport._rx_srtp, self._transport._tx_srtp

    async def closed(self) -> None:
        """Wait until the other end has closed the association."""
        await self._ended.wait()

    async def stop(self) -> None:
        """Say goodbye and forget it."""
        await self._transport.stop()

    def _changed(self) -> None:
        if self._transport.state in ("closed", "failed"):
            self._ended.set()

"""One DTLS association; we are the server, so that browsers pick an AES-GCM profile.

Datagrams in, datagrams and SRTP sessions out (RFC 5764): no task, no socket. A step may cost
milliseconds of public-key cryptography, so `dtls` takes them in a thread. The private names of
aiortc that the keys need are used here alone.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from aiortc.rtcdtlstransport import (
    SRTP_PROFILES,
    X509_DIGEST_ALGORITHMS,
    RTCCertificate,
    SRTPProtectionProfile,
    certificate_digest,
)
from OpenSSL import SSL
from pylibsrtp import Policy, Session

from signaling.agreement import Fingerprint

WINDOW: Final = 1024
"""Packets by which libsrtp lets one come late, in and out."""
FLIGHT: Final = 1500
"""Octets of one datagram; our longest flight has about 900."""
AGAIN_FIRST: Final = 0.1
"""Seconds after which our flight goes out once more, twice as long each time. OpenSSL waits a whole
one first and says nothing to a browser that asks again after 50 ms (RFC 6347, 4.2.4.1)."""
AGAIN_MOST: Final = 0.8
"""Seconds that this grows to."""
_LABEL: Final = b"EXTRACTOR-dtls_srtp"


class HandshakeError(Exception):
    """The handshake did not succeed; nothing may be sent to this peer."""


class Keys(NamedTuple):
    """What a handshake is for."""

    received: Session
    """Decrypts what comes."""
    sent: Session
    """Encrypts what goes."""


class Identity:
    """Who we are to every peer; for the life of a worker. ECDSA, as browsers prefer."""

    def __init__(self) -> None:
        self._certificate = RTCCertificate.generateCertificate()
        # One for all: each of its own would cost a peer 16 KB, a session kept for resumption more.
        self.context = self._certificate._create_ssl_context(SRTP_PROFILES)
        """What associations are made from."""
        self.context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
        self.context.set_mode(SSL.MODE_RELEASE_BUFFERS)

    @property
    def fingerprint(self) -> Fingerprint:
        """What the answer says of our certificate."""
        ours = self._certificate.getFingerprints()
        first = next(each for each in ours if each.algorithm == "sha-256")
        return Fingerprint(algorithm=first.algorithm, value=first.value)


class Association:
    """One peer's, from its first datagram to its end."""

    def __init__(self, identity: Identity, fingerprints: Sequence[Fingerprint]) -> None:
        self.keys: Keys | None = None
        """None before the handshake is done."""
        self.is_open = True
        """Whether the other end has not closed it."""
        self._theirs = fingerprints
        self._flight: list[bytes] = []
        self._wait = AGAIN_FIRST
        self._ssl = SSL.Connection(identity.context)
        self._ssl.set_accept_state()

    @property
    def patience(self) -> float | None:
        """Seconds until `again` is due if nothing comes; none: it is the peer's turn."""
        theirs = self._ssl.DTLSv1_get_timeout()
        if self.keys is not None or not self._flight:
            return theirs
        return self._wait if theirs is None else min(self._wait, theirs)

    def step(self, datagrams: Sequence[bytes]) -> list[bytes]:
        """Take in what came; what is to be sent.

        Raises:
            HandshakeError: on another certificate, no common profile, or nonsense.
        """
        for datagram in datagrams:
            self._ssl.bio_write(datagram)
            self._advance(self._read if self.keys else self._shake)
        flight = list(self._flights())
        if flight:
            self._flight, self._wait = flight, AGAIN_FIRST
        return flight

    def again(self) -> list[bytes]:
        """Nothing came: what is to be sent once more, to the octet as it was.

        Whoever has had it drops it as a replay (RFC 6347, 4.1.2.6).
        """
        self._ssl.DTLSv1_handle_timeout()
        self._wait = min(2 * self._wait, AGAIN_MOST)
        return list(self._flights()) or self._flight

    def close(self) -> list[bytes]:
        """End it from our side: the goodbye that is to be sent."""
        if self.is_open:
            self.is_open = False
            self._advance(self._ssl.shutdown)
        return list(self._flights())

    def _advance(self, act: Callable[[], object]) -> None:
        try:
            act()
        except SSL.WantReadError:
            pass
        except SSL.ZeroReturnError:
            self.is_open = False
        except SSL.Error as error:
            if act == self._shake:
                raise HandshakeError(str(error)) from error

    def _shake(self) -> None:
        self._ssl.do_handshake()
        self._identify()
        self.keys = self._derived()

    def _read(self) -> None:
        """Take in what follows the handshake: flights that were lost, and the end."""
        self._ssl.recv(FLIGHT)

    def _flights(self) -> Iterator[bytes]:
        while True:
            try:
                yield self._ssl.bio_read(FLIGHT)
            except SSL.Error:  # there is no more
                return

    def _identify(self) -> None:
        """Whether the certificate is the one that was signaled (RFC 8122, 5)."""
        certificate = self._ssl.get_peer_certificate(as_cryptography=True)
        known = [each for each in self._theirs if each.algorithm.lower() in X509_DIGEST_ALGORITHMS]
        fits = [
            each.value.upper() == certificate_digest(certificate, each.algorithm.lower())
            for each in known
            if certificate is not None
        ]
        if not fits or not all(fits):
            raise HandshakeError("another certificate")

    def _derived(self) -> Keys:
        name = self._ssl.get_selected_srtp_profile()
        profile = next((each for each in SRTP_PROFILES if each.openssl_profile == name), None)
        if profile is None:
            raise HandshakeError("no common profile")
        octets = 2 * (profile.key_length + profile.salt_length)
        material = self._ssl.export_keying_material(_LABEL, octets)
        theirs, ours = (profile.get_key_and_salt(material, end) for end in (0, 1))
        return Keys(session(profile, theirs, inbound=True), session(profile, ours, inbound=False))


def session(profile: SRTPProtectionProfile, key: bytes, *, inbound: bool) -> Session:
    """A libsrtp session that refuses to encrypt the same sequence number twice.

    A second packet under one (SSRC, ROC, sequence) would reveal AES-GCM's authentication key.
    """
    kind = Policy.SSRC_ANY_INBOUND if inbound else Policy.SSRC_ANY_OUTBOUND
    policy = Policy(key=key, ssrc_type=kind, srtp_profile=profile.libsrtp_profile)
    policy.allow_repeat_tx = False
    policy.window_size = WINDOW
    return Session(policy)

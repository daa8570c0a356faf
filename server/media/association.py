"""The handshake of a DTLS association; we are the server: browsers pick an AES-GCM profile.

Datagrams in, datagrams and SRTP sessions out (RFC 5764): no task, no socket. A step may cost
milliseconds of public-key cryptography, so `dtls` takes them in a thread. What follows the
handshake is `finished`. The private names of aiortc that the keys need are used here alone.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
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

from server.media.finished import SUITE, VERSION, Finished, Secrets
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
        # What `finished` can read, and what everybody has (RFC 8827, 6.5).
        self.context.set_min_proto_version(VERSION)
        self.context.set_max_proto_version(VERSION)
        self.context.set_cipher_list(SUITE.encode())

    @property
    def fingerprint(self) -> Fingerprint:
        """What the answer says of our certificate."""
        ours = self._certificate.getFingerprints()
        first = next(each for each in ours if each.algorithm == "sha-256")
        return Fingerprint(algorithm=first.algorithm, value=first.value)


class Association:
    """One peer's, from its first datagram until its handshake is done."""

    def __init__(self, identity: Identity, fingerprints: Sequence[Fingerprint]) -> None:
        self.keys: Keys | None = None
        """None before the handshake is done."""
        self.finished: Finished | None = None
        """What is left of the association when it is; none before."""
        self._theirs = fingerprints
        self._flight: list[bytes] = []
        self._wait = AGAIN_FIRST
        self._ssl = SSL.Connection(identity.context)
        self._ssl.set_accept_state()

    @property
    def patience(self) -> float | None:
        """Seconds until `again` is due if nothing comes; none: it is the peer's turn."""
        theirs = self._ssl.DTLSv1_get_timeout()
        if not self._flight:
            return theirs
        return self._wait if theirs is None else min(self._wait, theirs)

    def step(self, datagrams: Sequence[bytes]) -> list[bytes]:
        """Take in what came; what is to be sent. The last step is that after which it is finished.

        Raises:
            HandshakeError: on another certificate, no common profile, or nonsense.
        """
        coming = iter(datagrams)
        for datagram in coming:
            self._ssl.bio_write(datagram)
            self._shake()
            if self.keys is not None:
                break
        flight = list(self._flights())
        if flight:
            self._flight, self._wait = flight, AGAIN_FIRST
        if self.keys is not None:
            self.finished = self._finish()
            flight += [each for datagram in coming for each in self.finished.step(datagram)]
        return flight

    def again(self) -> list[bytes]:
        """Nothing came: what is to be sent once more, to the octet as it was.

        Whoever has had it drops it as a replay (RFC 6347, 4.1.2.6).
        """
        self._ssl.DTLSv1_handle_timeout()
        self._wait = min(2 * self._wait, AGAIN_MOST)
        return list(self._flights()) or self._flight

    def close(self) -> Sequence[bytes]:
        """Break it off: what is to be sent."""
        if self.finished is not None:
            return self.finished.close()
        with suppress(SSL.Error):  # it has failed already, and says so itself
            self._ssl.shutdown()
        return list(self._flights())

    def _shake(self) -> None:
        try:
            self._ssl.do_handshake()
        except SSL.WantReadError:
            return
        except SSL.Error as error:
            raise HandshakeError(str(error)) from error
        self._identify()
        self.keys = self._derived()

    def _finish(self) -> Finished:
        """Let OpenSSL say goodbye, to be sent at the end, and keep nothing of it but that."""
        connection = self._ssl
        made = connection.master_key(), connection.client_random(), connection.server_random()
        secrets = Secrets(*(each or b"" for each in made))
        connection.shutdown()
        return Finished(secrets, self._flight, list(self._flights()))

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

"""What is left of a DTLS association whose handshake is done (RFC 6347, 4.2.4: state FINISHED).

OpenSSL's connection costs a peer some 85 KB, and SRTP needs nothing of it. Kept are our last
flight, for a peer that lost it; our goodbye, encrypted beforehand; and the key that tells the
peer's alerts from anybody's. Nothing is ever encrypted here, so that no nonce can come twice. Pure.
"""

import hmac
from collections.abc import Iterator, Sequence
from struct import Struct
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SUITE: Final = "ECDHE-ECDSA-AES128-GCM-SHA256"
"""The one cipher suite; everybody who speaks WebRTC has it (RFC 8827, 6.5)."""
VERSION: Final = 0xFEFD
"""DTLS 1.2."""
ALERT: Final = 21
HANDSHAKE: Final = 22
CLOSE_NOTIFY: Final = 0
FATAL: Final = 2

_HEADER: Final = Struct("!BH8sH")
"""Type, version, epoch with sequence number, length (RFC 6347, 4.1)."""
_COVERED: Final = Struct("!8sBHH")
"""The same in the order that is authenticated (RFC 5246, 6.2.3.3)."""
_ENCRYPTED: Final = b"\0\1"
"""The epoch of the first handshake's keys; there is no second one."""
_KEY, _FIXED, _EXPLICIT, _TAG = 16, 4, 8, 16
"""Octets of a key, of a nonce's two parts and of a tag (RFC 5288, 3)."""


class Secrets(NamedTuple):
    """What a handshake's keys are made of (RFC 5246, 6.3)."""

    master: bytes
    """The master secret."""
    client: bytes
    """The client's random."""
    server: bytes
    """Ours."""


class Finished:
    """A server's end after the handshake, over DTLS 1.2 and `SUITE`."""

    __slots__ = ("_fixed", "_flight", "_goodbye", "_key", "is_open")

    def __init__(self, secrets: Secrets, flight: Sequence[bytes], goodbye: Sequence[bytes]) -> None:
        self.is_open = True
        """Whether neither end has closed it."""
        self._flight = tuple(flight)
        self._goodbye = tuple(goodbye)
        seed = b"key expansion" + secrets.server + secrets.client
        block = _expanded(secrets.master, seed, 2 * _KEY + _FIXED)
        self._key, self._fixed = block[:_KEY], block[2 * _KEY :]

    def step(self, datagram: bytes) -> Sequence[bytes]:
        """Take in what came; what is to be sent.

        A peer that shows its last flight again has lost ours. It gets that to the octet as it was,
        and drops as a replay what it has (RFC 6347, 4.1.2.6).
        """
        again = False
        for kind, plain in self._authentic(datagram):
            if kind == HANDSHAKE:
                again = True
            elif plain[:1] == bytes([FATAL]) or plain[1:] == bytes([CLOSE_NOTIFY]):
                self.is_open = False
        return self._flight if again else ()

    def close(self) -> Sequence[bytes]:
        """End it from our side: the goodbye that is to be sent, none if it has ended."""
        goodbye = self._goodbye if self.is_open else ()
        self.is_open = False
        return goodbye

    def _authentic(self, datagram: bytes) -> Iterator[tuple[int, bytes]]:
        """Alerts and handshake messages that the peer's key encrypted: type and content."""
        at = 0
        while len(datagram) - at >= _HEADER.size:
            kind, version, number, length = _HEADER.unpack_from(datagram, at)
            body = datagram[at + _HEADER.size : at + _HEADER.size + length]
            at += _HEADER.size + length
            octets = length - _EXPLICIT - _TAG
            is_whole = len(body) == length and octets >= 0
            if kind not in (ALERT, HANDSHAKE) or number[:2] != _ENCRYPTED or not is_whole:
                continue
            nonce, covered = self._fixed + body[:_EXPLICIT], (number, kind, version, octets)
            try:
                plain = AESGCM(self._key).decrypt(nonce, body[_EXPLICIT:], _COVERED.pack(*covered))
            except InvalidTag:  # anybody may send such a thing
                continue
            yield kind, plain


def _expanded(secret: bytes, seed: bytes, octets: int) -> bytes:
    """TLS's pseudorandom function with SHA-256 (RFC 5246, 5)."""
    block, link = b"", seed
    while len(block) < octets:
        link = hmac.digest(secret, link, "sha256")
        block += hmac.digest(secret, link + seed, "sha256")
    return block[:octets]

"""ICE-lite (RFC 8445, 2.5), consent by authenticated packets: datagrams and time in, answers out.

An address becomes a peer's by a Binding Request (RFC 8489) with valid USERNAME, MESSAGE-INTEGRITY
and FINGERPRINT, and by nothing else. What is not authentic gets no answer at all. Pure.
"""

import hmac
import ipaddress
import struct
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha1
from typing import Final

COOKIE: Final = 0x2112A442
BINDING_REQUEST: Final = 0x0001
BINDING_SUCCESS: Final = 0x0101
USERNAME: Final = 0x0006
MESSAGE_INTEGRITY: Final = 0x0008
XOR_MAPPED_ADDRESS: Final = 0x0020
USE_CANDIDATE: Final = 0x0025
FINGERPRINT: Final = 0x8028
FINGERPRINT_XOR: Final = 0x5354554E

QUIET: Final = 6.0
"""A peer of which nothing authentic came for so many seconds is sent nothing until it is heard."""
SILENCE: Final = 15.0
"""After so many seconds without it the server is told, and who never came is lost."""
REQUEST_LIMIT: Final = 512
"""Octets; a longer request is none of a browser's."""

_HEADER = struct.Struct("!HHI12s")
_ATTRIBUTE = struct.Struct("!HH")


@dataclass(frozen=True, kw_only=True)
class Request:
    """A Binding Request, read but not yet believed."""

    transaction: bytes
    """12 octets that the answer repeats."""
    username: str
    """`<ours>:<theirs>` fragments."""
    nominates: bool
    """Whether it carries USE-CANDIDATE."""
    signed: bytes
    """What the integrity covers, its length field set right (RFC 8489, 14.5)."""
    integrity: bytes
    """HMAC-SHA1 that must come out."""


def read(datagram: bytes) -> Request:
    """A Binding Request with a right FINGERPRINT; raises `ValueError` for anything else."""
    if not 20 <= len(datagram) <= REQUEST_LIMIT:
        raise ValueError("not a STUN message of our size")
    kind, length, cookie, transaction = _HEADER.unpack_from(datagram)
    if kind != BINDING_REQUEST or cookie != COOKIE or length != len(datagram) - 20:
        raise ValueError("not a Binding Request")
    found = _attributes(datagram)
    signed_to = found[MESSAGE_INTEGRITY][0] if MESSAGE_INTEGRITY in found else 0
    if not signed_to or USERNAME not in found or not _fingerprint_fits(datagram, found):
        raise ValueError("a Binding Request that is not complete")
    head = _HEADER.pack(kind, signed_to - 20 + 24, cookie, transaction)
    return Request(
        transaction=transaction,
        username=found[USERNAME][1].decode(),
        nominates=USE_CANDIDATE in found,
        signed=head + datagram[20:signed_to],
        integrity=found[MESSAGE_INTEGRITY][1],
    )


def _attributes(datagram: bytes) -> dict[int, tuple[int, bytes]]:
    """Kind to offset and value; behind the integrity only the fingerprint counts."""
    found: dict[int, tuple[int, bytes]] = {}
    at = 20
    while at < len(datagram):
        if at + 4 > len(datagram):
            raise ValueError("a STUN attribute is cut short")
        kind, length = _ATTRIBUTE.unpack_from(datagram, at)
        value = datagram[at + 4 : at + 4 + length]
        if len(value) != length:
            raise ValueError("a STUN attribute is cut short")
        if MESSAGE_INTEGRITY not in found or kind == FINGERPRINT:
            found.setdefault(kind, (at, value))
        at += 4 + (length + 3 & ~3)
    return found


def _fingerprint_fits(datagram: bytes, found: dict[int, tuple[int, bytes]]) -> bool:
    if FINGERPRINT not in found:
        return False
    at, value = found[FINGERPRINT]
    return at + 8 == len(datagram) and value == _fingerprint(datagram[:at])


def _fingerprint(message: bytes) -> bytes:
    """The value over a message whose length field already counts the fingerprint."""
    return struct.pack("!I", zlib.crc32(message) ^ FINGERPRINT_XOR)


def is_signed_with(request: Request, password: str) -> bool:
    """Whether the sender knows our password (RFC 8489, 9.1.3)."""
    return hmac.compare_digest(
        hmac.digest(password.encode(), request.signed, sha1), request.integrity
    )


def success(request: Request, password: str, host: str, port: int) -> bytes:
    """The answer: your address as we see it, signed and with a fingerprint."""
    mapped = _xor_address(host, port, request.transaction)
    body = _ATTRIBUTE.pack(XOR_MAPPED_ADDRESS, len(mapped)) + mapped
    head = _HEADER.pack(BINDING_SUCCESS, len(body) + 24, COOKIE, request.transaction)
    digest = hmac.digest(password.encode(), head + body, sha1)
    body += _ATTRIBUTE.pack(MESSAGE_INTEGRITY, 20) + digest
    head = _HEADER.pack(BINDING_SUCCESS, len(body) + 8, COOKIE, request.transaction)
    return head + body + _ATTRIBUTE.pack(FINGERPRINT, 4) + _fingerprint(head + body)


def _xor_address(host: str, port: int, transaction: bytes) -> bytes:
    """The value of XOR-MAPPED-ADDRESS (RFC 8489, 14.2)."""
    packed = ipaddress.ip_address(host).packed
    mask = (struct.pack("!I", COOKIE) + transaction)[: len(packed)]
    mixed = bytes(one ^ other for one, other in zip(packed, mask, strict=True))
    family = 1 if len(packed) == 4 else 2
    return struct.pack("!BBH", 0, family, port ^ COOKIE >> 16) + mixed


class Bucket:
    """A token bucket: so many a second, so many at once."""

    __slots__ = ("_burst", "_left", "_rate", "_then")

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst, self._left = rate, burst, burst
        self._then = float("-inf")

    def take(self, now: float) -> bool:
        """Whether one more may pass."""
        self._left = min(self._burst, self._left + (now - self._then) * self._rate)
        self._then = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Limits:
    """How many requests are looked at: per address and overall.

    Bounded to `ADDRESSES` addresses; the one that was quiet longest is forgotten.
    """

    ADDRESSES: Final = 4096
    PER_ADDRESS: Final = (25.0, 50.0)
    OVERALL: Final = (2000.0, 4000.0)

    def __init__(self) -> None:
        self._overall = Bucket(*self.OVERALL)
        self._by_address: OrderedDict[bytes, Bucket] = OrderedDict()

    def admit(self, address: bytes, now: float) -> bool:
        """Whether a request from this raw address is looked at."""
        bucket = self._by_address.get(address)
        if bucket is None:
            bucket = self._by_address[address] = Bucket(*self.PER_ADDRESS)
            if len(self._by_address) > self.ADDRESSES:
                self._by_address.popitem(last=False)
        self._by_address.move_to_end(address)
        return bucket.take(now) and self._overall.take(now)

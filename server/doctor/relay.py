"""Whether a TURN server gives us an address, as it would a device (RFC 8656, 7). Blocking."""

import hmac
import re
import secrets
import socket
import ssl
import struct
from contextlib import closing
from hashlib import md5, sha1
from typing import Final, Literal

from signaling.messages import IceServer

ANSWER_SECONDS: Final = 2.0
COOKIE: Final = 0x2112A442
ALLOCATE: Final = 0x0003
ALLOCATED: Final = 0x0103
USERNAME: Final = 0x0006
MESSAGE_INTEGRITY: Final = 0x0008
REALM: Final = 0x0014
NONCE: Final = 0x0015
REQUESTED_TRANSPORT: Final = 0x0019
UDP: Final = bytes([17, 0, 0, 0])
LARGEST: Final = 4096

Relaying = Literal["relays", "refuses", "silent"]

_URL: Final = re.compile(r"(turns?):(\[.+\]|[^:?]+)(?::(\d+))?(?:\?transport=(udp|tcp))?")
_HEADER: Final = struct.Struct("!HHI12s")
_ATTRIBUTE: Final = struct.Struct("!HH")


def look_at_relay(server: IceServer) -> list[tuple[str, Relaying]]:
    """Each of its URLs, and what came of asking for an address there."""
    return [(url, _asked(url, server)) for url in server.urls]


def _asked(url: str, server: IceServer) -> Relaying:
    """Ask without a name first, which is answered by realm and nonce (RFC 8489, 9.2)."""
    try:
        with closing(_connected(url)) as way:
            found = _exchange(way, _message([(REQUESTED_TRANSPORT, UDP)]))[1]
            key = md5(f"{server.username}:{found[REALM].decode()}:{server.credential}".encode())
            named = [
                (REQUESTED_TRANSPORT, UDP),
                (USERNAME, server.username.encode()),
                (REALM, found[REALM]),
                (NONCE, found[NONCE]),
            ]
            kind, _ = _exchange(way, _message(named, key.digest()))
    except (OSError, ValueError, KeyError, struct.error):
        return "silent"
    return "relays" if kind == ALLOCATED else "refuses"


def _connected(url: str) -> socket.socket:
    """A socket to where a URL leads (RFC 7065); what it allocates ends with it, or soon."""
    parts = _URL.fullmatch(url)
    if parts is None:
        raise ValueError(url)
    scheme, host, port, transport = parts.groups()
    at = (host.strip("[]"), int(port or (5349 if scheme == "turns" else 3478)))
    if scheme == "turns":
        plain = socket.create_connection(at, ANSWER_SECONDS)
        return ssl.create_default_context().wrap_socket(plain, server_hostname=at[0])
    if transport == "tcp":
        return socket.create_connection(at, ANSWER_SECONDS)
    family, kind, number, _, address = socket.getaddrinfo(*at, type=socket.SOCK_DGRAM)[0]
    way = socket.socket(family, kind, number)
    way.settimeout(ANSWER_SECONDS)
    way.connect(address)
    return way


def _exchange(way: socket.socket, request: bytes) -> tuple[int, dict[int, bytes]]:
    """The kind and the attributes of what a request is answered with."""
    way.sendall(request)
    data = way.recv(LARGEST)
    while data and len(data) < 20 + int.from_bytes(data[2:4]):
        more = way.recv(LARGEST)
        if not more:
            raise ValueError("the relay hung up")
        data += more
    kind, length, _, _ = _HEADER.unpack_from(data)
    return kind, _attributes(data[20 : 20 + length])


def _attributes(body: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    at = 0
    while at < len(body):
        kind, length = _ATTRIBUTE.unpack_from(body, at)
        found[kind] = body[at + 4 : at + 4 + length]
        at += 4 + (length + 3 & ~3)
    return found


def _message(attributes: list[tuple[int, bytes]], key: bytes | None = None) -> bytes:
    """An Allocate request; signed with a key where there is one (RFC 8489, 14.5)."""
    body = b"".join(_attribute(kind, value) for kind, value in attributes)
    transaction = secrets.token_bytes(12)
    if key is None:
        return _HEADER.pack(ALLOCATE, len(body), COOKIE, transaction) + body
    head = _HEADER.pack(ALLOCATE, len(body) + 24, COOKIE, transaction)
    digest = hmac.digest(key, head + body, sha1)
    return head + body + _attribute(MESSAGE_INTEGRITY, digest)


def _attribute(kind: int, value: bytes) -> bytes:
    return _ATTRIBUTE.pack(kind, len(value)) + value + bytes(-len(value) % 4)

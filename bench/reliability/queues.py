"""How much waits in the queue of a network device, asked of the kernel by rtnetlink (Linux).

Layouts of `linux/rtnetlink.h`, `linux/pkt_sched.h` and `linux/gen_stats.h`.
"""

import ctypes
import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

RTM_NEWQDISC, RTM_GETQDISC = 36, 38
NLM_F_REQUEST, NLM_F_DUMP = 1, 0x300
TCA_STATS2: Final = 7
TCA_STATS_BASIC, TCA_STATS_QUEUE = 1, 3
NESTED: Final = 0x8000
ROOT: Final = 0xFFFFFFFF
_HEAD: Final = struct.Struct("=IHHII")
_ASKS: Final = struct.Struct("=BxxxiIII")
_ATTRIBUTE: Final = struct.Struct("=HH")
LONGEST: Final = 32_768
PATIENCE_S: Final = 1.0
"""The kernel answers at once or not at all."""


class Queue(NamedTuple):
    """A queue at one instant."""

    waits: int
    """Octets in it."""
    passed: int
    """Octets that have left it since it was made."""
    dropped: int
    """Packets that it has refused since."""


def request(number: int) -> bytes:
    """Asks for every queue of this network."""
    asks = _ASKS.pack(socket.AF_UNSPEC, 0, 0, 0, 0)
    size = _HEAD.size + len(asks)
    return _HEAD.pack(size, RTM_GETQDISC, NLM_F_REQUEST | NLM_F_DUMP, number, 0) + asks


def messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and content of the messages of one datagram."""
    at = 0
    while at + _HEAD.size <= len(data):
        size, kind, *_ = _HEAD.unpack_from(data, at)
        yield kind, data[at + _HEAD.size : at + size]
        at += max(size + 3 & ~3, _HEAD.size)


def root(content: bytes) -> tuple[int, Queue] | None:
    """The device and its queue, if that is what the kernel tells of and not of one inside it."""
    _, device, _, parent, _ = _ASKS.unpack_from(content)
    found = dict(_attributes(content[_ASKS.size :]))
    stats = dict(_attributes(found.get(TCA_STATS2, b"")))
    if parent != ROOT or TCA_STATS_BASIC not in stats or TCA_STATS_QUEUE not in stats:
        return None
    (passed,) = struct.unpack_from("=Q", stats[TCA_STATS_BASIC])
    _, waits, dropped = struct.unpack_from("=III", stats[TCA_STATS_QUEUE])
    return device, Queue(waits, passed, dropped)


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + _ATTRIBUTE.size <= len(data):
        size, kind = _ATTRIBUTE.unpack_from(data, at)
        yield kind & ~NESTED, data[at + _ATTRIBUTE.size : at + size]
        at += max(size + 3 & ~3, _ATTRIBUTE.size)


class Gauge:
    """Reads the queue of a device of this network, or of the named namespace."""

    def __init__(self, device: str, namespace: str | None = None) -> None:
        self._number = 0
        self._failure: OSError | None = None
        opening = threading.Thread(target=self._open, args=(device, namespace))
        opening.start()
        opening.join()
        if self._failure is not None:
            raise self._failure

    def _open(self, device: str, namespace: str | None) -> None:
        """A thread may enter a namespace and leave its sockets behind when it ends."""
        try:
            if namespace is not None:
                _enter(namespace)
            self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
            self._socket.settimeout(PATIENCE_S)
            self._device = socket.if_nametoindex(device)
        except OSError as error:
            self._failure = error

    def read(self) -> Queue | None:
        """The queue now; none if the device is gone."""
        self._number += 1
        self._socket.send(request(self._number))
        found = None
        while True:
            for kind, content in messages(self._socket.recv(LONGEST)):
                if kind != RTM_NEWQDISC:
                    return found
                told = root(content)
                found = told[1] if told is not None and told[0] == self._device else found

    def close(self) -> None:
        """Give the socket back."""
        self._socket.close()


def _enter(namespace: str) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    with Path("/run/netns", namespace).open() as there:
        if libc.setns(there.fileno(), 0) != 0:
            raise OSError(ctypes.get_errno(), f"setns {namespace}")

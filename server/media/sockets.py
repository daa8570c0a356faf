"""UDP sockets of the media worker: batches in and out by `recvmmsg` and `sendmmsg`.

A shell. One `UdpSocket` per listen address; the pump reads and writes its buffers in place.
"""

import errno
import socket
import struct
from functools import cached_property
from typing import Any, Final

from cffi import FFI

from server.media.bursts import Bursts

BATCH: Final = 64
"""Datagrams read at once."""
SLOTS: Final = 512
"""Datagrams that wait to be sent at once: a frame of five packets for a hundred receivers."""
FEW: Final = 16
"""So few are sent as they are: putting them into bursts costs more than it saves."""
IN_STRIDE: Final = 2048
"""Octets per datagram read; more is no packet of WebRTC and fails its authentication."""
OUT_STRIDE: Final = 2048
"""Octets per datagram sent."""
PACKET_LIMIT: Final = 1600
"""A longer RTP packet is not forwarded: header, extensions and cipher need room."""
BUFFER: Final = 4 << 20
"""Octets of the kernel's buffers."""

_DONTWAIT: Final = 0x40
_WORDS: Final = 8
"""64-bit words of `struct mmsghdr`: name, its length, iovec, count, control, length, flags, len."""

_ffi = FFI()
_ffi.cdef(
    """
    struct iovec { void *iov_base; size_t iov_len; };
    struct msghdr { void *msg_name; unsigned int msg_namelen; struct iovec *msg_iov;
                    size_t msg_iovlen; void *msg_control; size_t msg_controllen; int msg_flags; };
    struct mmsghdr { struct msghdr msg_hdr; unsigned int msg_len; };
    int sendmmsg(int, struct mmsghdr *, unsigned int, int);
    int recvmmsg(int, struct mmsghdr *, unsigned int, int, void *);
    """
)
_libc: Any = _ffi.dlopen(None)  # its functions are known to the C declarations alone

Address = tuple[str, int]
"""Host and port."""

_V4 = struct.Struct("=H2s4s8x")
_V6 = struct.Struct("=H2s4s16sI")


class Name:
    """A socket address where the kernel can read it."""

    __slots__ = ("_memory", "address")

    def __init__(self, raw: bytes) -> None:
        self._memory = _ffi.new("char[]", raw)
        self.address = int(_ffi.cast("uintptr_t", self._memory))
        """Where it lies; valid as long as this object."""


def raw_of(host: str, port: int) -> bytes:
    """An IPv4 address as the kernel writes it."""
    packed = socket.inet_pton(socket.AF_INET, host)
    return _V4.pack(socket.AF_INET, port.to_bytes(2, "big"), packed)


def host_and_port(raw: bytes) -> Address:
    """What a raw socket address names."""
    if len(raw) == _V4.size:
        _, port, packed = _V4.unpack(raw)
        return socket.inet_ntop(socket.AF_INET, packed), int.from_bytes(port, "big")
    _, port, _, packed, _ = _V6.unpack(raw)
    return socket.inet_ntop(socket.AF_INET6, packed), int.from_bytes(port, "big")


class Batch:
    """A row of buffers with the `mmsghdr` array that describes them to the kernel."""

    def __init__(self, count: int, stride: int, name_length: int) -> None:
        self._data = _ffi.new(f"char[{count * stride}]")
        self._names = _ffi.new(f"char[{count * name_length}]")
        self._vectors = _ffi.new(f"struct iovec[{count}]")
        self.headers = _ffi.new(f"struct mmsghdr[{count}]")
        """What the system calls take."""
        self.data = memoryview(_ffi.buffer(self._data)).cast("B")
        """All buffers, `stride` octets each."""
        self.names = memoryview(_ffi.buffer(self._names)).cast("B")
        """Addresses of what was read, one after another."""
        self.header_words = memoryview(_ffi.buffer(self.headers)).cast("B").cast("Q")
        """The headers, 8 words each: word 0 is the pointer to the name."""
        self.lengths = self.header_words.cast("B").cast("I")
        """The headers, 16 half words each: the 14th is the length of what was read."""
        self.vector_words = memoryview(_ffi.buffer(self._vectors)).cast("B").cast("Q")
        """The vectors, 2 words each: the second is the length."""
        base = int(_ffi.cast("uintptr_t", self._data))
        self.addresses = tuple(base + index * stride for index in range(count))
        """Where each buffer lies."""
        sizes = int(_ffi.cast("uintptr_t", self._vectors))
        self.sizes = tuple(sizes + index * 16 + 8 for index in range(count))
        """Where the length of each vector lies; its lower half first, as an int would."""
        self._describe(count, stride, name_length)

    def _describe(self, count: int, stride: int, name_length: int) -> None:
        for index in range(count):
            self._vectors[index].iov_base = self._data + index * stride
            self._vectors[index].iov_len = stride
            header = self.headers[index].msg_hdr
            header.msg_name = self._names + index * name_length
            header.msg_namelen = name_length
            header.msg_iov = self._vectors + index
            header.msg_iovlen = 1


class UdpSocket:
    """One listen address.

    Out: `SLOTS` datagrams wait at most; when the kernel's buffer is full the rest of a batch is
    dropped and counted, the network's loss like any other, and receivers ask again.
    """

    is_stream = False
    """Whether it stands for connections, in which what is lost holds up what follows."""

    def __init__(self, address: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        """The socket itself, non-blocking."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        if family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        self.socket.bind((address, port))
        self.socket.setblocking(False)
        self.address: str = address
        """What it is bound to."""
        self.port: int = self.socket.getsockname()[1]
        """Its port."""
        self.name_length = _V6.size if family == socket.AF_INET6 else _V4.size
        """Octets of a raw address here."""
        self.queued = 0
        """How many slots of the outbox are filled."""
        self.unsent = 0
        """Datagrams the kernel did not take, since the start."""
        self._fd = self.socket.fileno()

    @cached_property
    def inbox(self) -> Batch:
        """What was read last; the compiled pump has buffers of its own."""
        return Batch(BATCH, IN_STRIDE, self.name_length)

    @cached_property
    def outbox(self) -> Batch:
        """What waits to be sent."""
        return Batch(SLOTS, OUT_STRIDE, self.name_length)

    @cached_property
    def _bursts(self) -> Bursts:
        box = self.outbox
        return Bursts(_ffi, box.header_words, box.vector_words, self.name_length)

    def close(self) -> None:
        """Give the port back."""
        self.socket.close()

    def receive(self) -> int:
        """Read up to `BATCH` datagrams into the inbox; how many came."""
        count = _libc.recvmmsg(self._fd, self.inbox.headers, BATCH, _DONTWAIT, _ffi.NULL)
        return max(0, int(count))

    def seen(self, raw: bytes) -> Address:
        """Where a sender is, as we see it."""
        return host_and_port(raw)

    def name(self, index: int) -> bytes:
        """The raw address of the sender of a datagram just read."""
        at = index * self.name_length
        return bytes(self.inbox.names[at : at + self.name_length])

    def flush(self) -> None:
        """Send what waits; what the kernel will not take is dropped and counted."""
        count, self.queued = self.queued, 0
        if count <= FEW:
            self._send_all(self.outbox.headers, count)
            return
        bursts = self._bursts.gather(count)
        for entry in self._send_all(self._bursts.headers, bursts):
            # Each refused entry was counted once.
            self.unsent += self._bursts.segments(entry) - 1

    def _send_all(self, headers: Any, count: int) -> list[int]:  # noqa: ANN401  # known to C alone
        """Send entries of a header array; those that were refused, each counted once."""
        sent = 0
        refused: list[int] = []
        while sent < count:
            taken = _libc.sendmmsg(self._fd, headers + sent, count - sent, _DONTWAIT)
            if taken > 0:
                sent += taken
                continue
            full = _ffi.errno in (errno.EAGAIN, errno.ENOBUFS)
            # Otherwise it is an address that cannot be reached: the others can.
            end = count if full else sent + 1
            refused.extend(range(sent, end))
            sent = end
        self.unsent += len(refused)
        return refused

    def send(self, datagram: bytes, raw: bytes) -> None:
        """Send one datagram of the control half; what the kernel will not take is dropped."""
        try:
            self.socket.sendto(datagram, host_and_port(raw))
        except OSError:
            self.unsent += 1

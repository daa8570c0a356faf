"""UDP sockets of the load generator: batches by `recvmmsg`, each datagram with the kernel's time.

That time (CLOCK_REALTIME) is the moment of arrival, however late the generator looks.
"""

import socket
import struct
from collections.abc import Iterator
from typing import Any, NamedTuple

from cffi import FFI

BATCH = 64
STRIDE = 2048
CONTROL = 64
TIMESTAMPS = 35  # SO_TIMESTAMPNS of Linux, which Python does not name
DONTWAIT = 0x40

_ffi = FFI()
_ffi.cdef(
    """
    struct iovec { void *iov_base; size_t iov_len; };
    struct msghdr { void *msg_name; unsigned int msg_namelen; struct iovec *msg_iov;
                    size_t msg_iovlen; void *msg_control; size_t msg_controllen; int msg_flags; };
    struct mmsghdr { struct msghdr msg_hdr; unsigned int msg_len; };
    int recvmmsg(int, struct mmsghdr *, unsigned int, int, void *);
    """
)
_libc: Any = _ffi.dlopen(None)  # its functions are known to the C declarations alone
_TIME = struct.Struct("=qq")


class Datagram(NamedTuple):
    """One datagram, valid until the next batch is read."""

    data: memoryview
    """Its octets."""
    arrival: float
    """When the kernel got it, CLOCK_REALTIME in seconds."""


def open_socket(server: tuple[str, int]) -> socket.socket:
    """A non-blocking socket connected to the server, with the kernel's time on what comes."""
    family = socket.AF_INET6 if ":" in server[0] else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_DGRAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    opened.setsockopt(socket.SOL_SOCKET, TIMESTAMPS, 1)
    opened.setblocking(False)
    opened.connect(server)
    return opened


class Batch:
    """Buffers for one batch, shared by all sockets of a process."""

    def __init__(self) -> None:
        self._data = _ffi.new(f"char[{BATCH * STRIDE}]")
        self._control = _ffi.new(f"char[{BATCH * CONTROL}]")
        self._vectors = _ffi.new(f"struct iovec[{BATCH}]")
        self._headers = _ffi.new(f"struct mmsghdr[{BATCH}]")
        self._octets = memoryview(_ffi.buffer(self._data)).cast("B")
        self._times = memoryview(_ffi.buffer(self._control)).cast("B")
        for index in range(BATCH):
            self._vectors[index].iov_base = self._data + index * STRIDE
            self._vectors[index].iov_len = STRIDE
            header = self._headers[index].msg_hdr
            header.msg_iov = self._vectors + index
            header.msg_iovlen = 1
            header.msg_control = self._control + index * CONTROL
            header.msg_controllen = CONTROL

    def read(self, fd: int) -> Iterator[Datagram]:
        """All that waits on a socket; the iterator must be used up."""
        while True:
            count = _libc.recvmmsg(fd, self._headers, BATCH, DONTWAIT, _ffi.NULL)
            for index in range(count):
                message = self._headers[index]
                message.msg_hdr.msg_controllen = CONTROL
                start = index * STRIDE
                # One control message: 16 octets of header, then a timespec.
                seconds, nanos = _TIME.unpack_from(self._times, index * CONTROL + 16)
                yield Datagram(
                    self._octets[start : start + message.msg_len], seconds + nanos * 1e-9
                )
            if count < BATCH:
                return

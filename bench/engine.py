"""The load generator's sending and receiving, in C: built where it is needed, called by cffi.

`bench/native` is compiled by `cc` into `.bench_cache/`, under a name that holds the hash of its
sources. Its one thread owns the sockets that are handed over to it and runs without the
interpreter; what it keeps is a table of peers, so nothing is ever taken back.
"""

import hashlib
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any, Protocol, cast

from cffi import FFI
from pylibsrtp import Session
from pylibsrtp._binding import ffi as srtp_ffi  # type: ignore[import-not-found]  # has no stubs
from pylibsrtp._binding import lib as srtp

from bench.footage import Picture

SOURCES = Path(__file__).with_name("native")
CACHE = Path(__file__).parents[1] / ".bench_cache"
FLAGS = ("-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared")
LAST_OF_PICTURE, KEY_PICTURE = 1, 2
SEEN = 64
"""Receivers asked for at once."""


class NoCompilerError(RuntimeError):
    """The generator can't be built here."""


@dataclass(frozen=True, kw_only=True)
class Stream:
    """One RTP stream of a publisher."""

    ssrc: int
    """Of the stream."""
    clip: int
    """What it repeats, by `Engine.clip`."""
    payload_type: int
    """In the header."""
    clock_rate: int
    """RTP ticks per second."""
    video: bool
    """Whether key frames can be asked for."""
    every_s: float
    """From picture to picture, or from sound to sound."""
    mid: str
    """Its section."""
    rid: str = ""
    """Its layer; empty: there is one."""
    extensions: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)
    """Ids of mid, abs-send-time, transport-wide number, audio level and rid; 0 leaves one out."""


@dataclass(frozen=True, kw_only=True)
class Watch:
    """What a receiver gets."""

    publisher: int
    """By `Engine.publish`."""
    video_type: int
    """Payload type of the picture."""
    audio_type: int
    """Payload type of the sound."""
    wide_id: int
    """Header extension of the transport-wide number, 0 without; its packets are reported."""
    remb: bool
    """Whether it also tells a bandwidth."""
    each: int
    """Every so many turns one packet of each stream is decrypted and recognised; 1: all are."""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What came of a window."""

    expected: int
    """Packets sent to those that watched before it began."""
    received: int
    """Those of them that came."""
    forwarded: int
    """Packets that came, newcomers' too, none twice."""
    lowered: int
    """Those of them that were of a picture of which a better layer is sent too."""
    repaired: int
    """Packets of other payload types: retransmissions."""
    nacks: int
    """Packets asked for again."""
    wide_feedbacks: int
    """Messages of transport-wide feedback sent."""
    unknown: int
    """Packets that failed their authentication or were none of the publisher's."""
    median_ms: float
    """From sending to arriving."""
    p99_ms: float
    """The same, 99th percentile."""
    worst_ms: float
    """The same, the latest of all."""
    late_ms: float
    """99th percentile of how late the engine sent."""


def built() -> Path:
    """The shared library, compiled if these sources have not been yet.

    Raises:
        NoCompilerError: there is no `cc`.
    """
    sources = sorted(SOURCES.iterdir())
    content = hashlib.sha256(b"".join(source.read_bytes() for source in sources))
    path = CACHE / f"engine-{content.hexdigest()[:16]}.so"
    if path.exists():
        return path
    compiler = shutil.which("cc")
    if compiler is None:
        raise NoCompilerError("the load generator is written in C: install a C compiler (cc)")
    CACHE.mkdir(exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    units = [str(source) for source in sources if source.suffix == ".c"]
    subprocess.run([compiler, *FLAGS, "-o", str(fresh), *units, "-lpthread"], check=True)
    fresh.replace(path)
    return path


def _declared() -> str:
    text = (SOURCES / "engine.h").read_text()
    found = re.search(r"/\* <declared> \*/(.*)/\* </declared> \*/", text, re.DOTALL)
    assert found is not None
    return found[1]


class End(Protocol):
    """A connected peer, as `bench.endpoint.Endpoint` leaves it."""

    socket: socket.socket
    """Connected, non-blocking, with the kernel's times."""

    def sessions(self) -> tuple[Session, Session]:
        """What encrypts and what decrypts."""

    def check(self) -> bytes:
        """An ICE check, which is sent again and again."""


class Engine:
    """One engine; its thread runs until the process ends or `stop`."""

    def __init__(self) -> None:
        self._ffi: Any = FFI()  # what it makes is known to the C declarations alone
        self._ffi.cdef(_declared())
        self._lib = cast("Any", self._ffi.dlopen(str(built())))
        names = ("srtp_protect", "srtp_unprotect", "srtp_protect_rtcp", "srtp_unprotect_rtcp")
        ciphers = [
            self._ffi.cast("cipher", self._address(srtp_ffi.addressof(srtp, name)))
            for name in names
        ]
        self._engine = self._lib.engine_new(self._ffi.new("struct ciphers *", ciphers))
        self._seen = self._ffi.new(f"struct seen[{SEEN}]")
        self._kept: list[object] = []  # sessions and sockets, which C uses

    def _address(self, pointer: object) -> int:
        return int(srtp_ffi.cast("uintptr_t", pointer))

    def start(self) -> None:
        """Begin to send and receive."""
        if self._lib.engine_start(self._engine):
            raise OSError("the engine's thread can't be started")

    def stop(self) -> None:
        """End the thread."""
        self._lib.engine_stop(self._engine)

    def clip(self, pictures: Sequence[Picture]) -> int:
        """Keep what streams repeat; its number."""
        flags = bytearray()
        for picture in pictures:
            ours = bytearray([KEY_PICTURE if picture.key else 0] * len(picture.payloads))
            ours[-1] |= LAST_OF_PICTURE
            flags += ours
        packets = [payload for picture in pictures for payload in picture.payloads]
        ends = self._ffi.new("uint32_t[]", list(accumulate(map(len, packets))))
        number = self._lib.engine_clip(
            self._engine, b"".join(packets), ends, bytes(flags), len(packets)
        )
        return self._number(number)

    def publish(self, endpoint: End, streams: Sequence[Stream]) -> int:
        """Hand a connected peer over, which sends these from now on; its number."""
        plans = self._ffi.new(f"struct stream_plan[{len(streams)}]")
        for plan, stream in zip(plans, streams, strict=True):
            plan.ssrc, plan.clock_rate, plan.clip = stream.ssrc, stream.clock_rate, stream.clip
            plan.payload_type, plan.video = stream.payload_type, stream.video
            plan.every_ns = round(stream.every_s * 1e9)
            plan.mid, plan.rid = stream.mid.encode(), stream.rid.encode()
            plan.mid_id, plan.time_id, plan.wide_id, plan.level_id, plan.rid_id = stream.extensions
        end = self._end(endpoint)
        return self._number(self._lib.engine_publish(self._engine, end, plans, len(streams)))

    def watch(self, endpoint: End, watch: Watch) -> int:
        """Hand a connected peer over, which receives from now on; its number."""
        plan = self._ffi.new("struct watch_plan *")
        plan.room, plan.wide_id, plan.remb = watch.publisher, watch.wide_id, watch.remb
        plan.video_type, plan.audio_type = watch.video_type, watch.audio_type
        plan.each = watch.each
        return self._number(self._lib.engine_watch(self._engine, self._end(endpoint), plan))

    def _end(self, endpoint: End) -> Any:  # noqa: ANN401  # known to C alone
        outbound, inbound = endpoint.sessions()
        check = self._ffi.new("uint8_t[]", endpoint.check())
        end = self._ffi.new("struct end_plan *")
        end.socket = endpoint.socket.fileno()
        end.outbound = self._ffi.cast("void *", self._address(outbound._srtp[0]))
        end.inbound = self._ffi.cast("void *", self._address(inbound._srtp[0]))
        end.check, end.check_size = check, len(check)
        self._kept += [endpoint, check]
        return end

    @staticmethod
    def _number(number: int) -> int:
        if number < 0:
            raise ValueError("the engine's tables are full")
        return number

    def seen(self) -> list[tuple[int, float]]:
        """Receivers whose first picture came since the last call, and how many seconds ago."""
        count = self._lib.engine_seen(self._engine, self._seen, SEEN)
        return [(one.watcher, one.after_ns / 1e9) for one in self._seen[0:count]]

    def begin(self, seconds: float) -> None:
        """Open a window: what is sent within so many seconds counts."""
        self._lib.engine_begin(self._engine, round(seconds * 1e9))

    def counted(self) -> Counted:
        """What came of it; ask once, when its last packets have had time to come."""
        figures = self._ffi.new("struct figures *")
        self._lib.engine_figures(self._engine, figures)
        return Counted(**{name: getattr(figures, name) for name in Counted.__dataclass_fields__})

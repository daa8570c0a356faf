"""Pump and plane in the test's own process, with real sockets and real libsrtp at the far ends."""

import random
import secrets
import socket
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from aiortc.rtcdtlstransport import SRTP_AEAD_AES_128_GCM

from server.media import association
from server.media.inbound import Inbound
from server.media.peer import Keyed, Peer, Route
from server.media.plane import Plane
from server.media.pump import Pump
from server.media.requests import Bind, Notice, OpenPeer, SetGate, SlotBinding
from server.media.rounds import Rounds
from server.media.sockets import Name, UdpSocket
from server.media.tapping import Tap
from server.media.twin.pump import CompiledPump
from server.media.twin.tap import TwinTap
from signaling.agreement import Agreement, Candidate, Fingerprint, Payload, Section, Transport
from signaling.events import Codec
from signaling.ids import LessonId, PeerId, SourceId
from signaling.rtp.extensions import ABS_SEND_TIME, AUDIO_LEVEL, MID, TRANSPORT_CC
from signaling.rtp.header import FIXED, LENGTH, extension_block
from signaling.rtp.tap import BATCH_LIMIT, Record, records

FINGERPRINT = Fingerprint(algorithm="sha-256", value=":".join(["00"] * 32))
NUMBERS = {Codec.OPUS: 111, Codec.VP8: 96, Codec.H264: 102, Codec.VP9: 98}
RTX = {Codec.VP8: 97, Codec.H264: 103, Codec.VP9: 99}
RED = {Codec.OPUS: 63}
CLOCKS = {Codec.OPUS: 48_000}
UP_IDS = {MID: 1, ABS_SEND_TIME: 2, TRANSPORT_CC: 3, AUDIO_LEVEL: 4}
DOWN_IDS = {MID: 4, ABS_SEND_TIME: 3}
VP8_KEY = b"\x10\x00\x00\x00\x9d\x01\x2a" + bytes(20)
"""A VP8 payload with which a picture begins: a key frame."""
VP8_DELTA = b"\x10\x01\x00\x00" + bytes(20)
"""One that needs those before it."""


def payload(codec: Codec, shift: int = 0) -> Payload:
    """A codec under its usual number."""
    rtx = RTX.get(codec)
    return Payload(
        codec=codec,
        number=NUMBERS[codec] + shift,
        rtx=None if rtx is None else rtx + shift,
        clock_rate=CLOCKS.get(codec, 90_000),
        parameters="",
        red=RED.get(codec),
    )


def up_section(mid: str, source: str, codec: Codec, ssrcs: tuple[int, ...] = ()) -> Section:
    """What an up peer sends in one section."""
    return Section(
        mid=mid,
        kind="audio" if codec is Codec.OPUS else "video",
        active=True,
        payloads=(payload(codec),),
        extensions=UP_IDS,
        feedback=("nack", "nack pli", "transport-cc", "goog-remb"),
        source=SourceId(source),
        ssrcs=ssrcs,
        msid="",
    )


def down_section(mid: str, codecs: Sequence[Codec], ssrcs: tuple[int, ...]) -> Section:
    """One slot of a down peer."""
    return Section(
        mid=mid,
        kind="audio" if Codec.OPUS in codecs else "video",
        active=True,
        payloads=tuple(payload(codec, 10) for codec in codecs),
        extensions=DOWN_IDS,
        feedback=("nack", "nack pli"),
        source=None,
        ssrcs=ssrcs,
        msid="s t",
    )


def numbered(section: Section) -> Section:
    """A slot whose receiver agreed on transport-wide numbers and tells what came of them."""
    return replace(
        section,
        extensions={**section.extensions, TRANSPORT_CC: 5},
        feedback=(*section.feedback, "transport-cc"),
    )


def agreement(sections: Sequence[Section]) -> Agreement:
    """What the SDP of a peer with these sections settles."""
    return Agreement(
        direction="up" if any(each.source for each in sections) else "down",
        sections=tuple(sections),
        remote_ufrag="theirs",
        remote_password="their password",
        fingerprints=(FINGERPRINT,),
    )


AGAIN = b"again "
"""In front of what a far end got once more."""


class Far:
    """The other end of a peer: a socket of its own and its two SRTP sessions."""

    def __init__(self, identity: str, near: UdpSocket) -> None:
        self.id = PeerId(identity)
        self._near = near
        family = socket.AF_INET6 if ":" in near.address else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.socket.bind((near.address, 0))
        self.socket.setblocking(False)
        self._came: deque[bytes] = deque(maxlen=1000)
        keys = [secrets.token_bytes(28) for _ in range(2)]
        profile = SRTP_AEAD_AES_128_GCM
        self._out = association.session(profile, keys[0], inbound=False)
        self.incoming = association.session(profile, keys[1], inbound=True)
        self.near_keys = (
            Keyed(association.session(profile, keys[0], inbound=True)),
            Keyed(association.session(profile, keys[1], inbound=False)),
        )

    def close(self) -> None:
        """Give the port back."""
        self.socket.close()

    def protect(self, packet: bytes) -> bytes:
        """One RTP packet as it goes over the wire."""
        return self._out.protect(packet)

    def throw(self, datagram: bytes) -> None:
        """Send a datagram as it is."""
        self.socket.sendto(datagram, (self._near.address, self._near.port))

    def send(self, packet: bytes) -> None:
        """Encrypt and send RTP."""
        self.throw(self.protect(packet))

    def report(self, rtcp: bytes) -> None:
        """Encrypt and send RTCP."""
        self.throw(self._out.protect_rtcp(rtcp))

    def raw(self) -> list[bytes]:
        """The datagrams that lie in the socket."""
        found = []
        while True:
            try:
                found.append(self.socket.recv(2048))
            except BlockingIOError:
                return found

    def packets(self) -> list[bytes]:
        """The RTP packets that lie in the socket, decrypted; RTCP is left out.

        Of one that came before and is sent again as it was only the head is told.
        """
        return [self.opened(each) for each in self.raw() if not is_rtcp(each)]

    def opened(self, datagram: bytes) -> bytes:
        """One RTP packet, decrypted; `AGAIN` and its head if it came before."""
        if datagram in self._came:
            return AGAIN + datagram[:LENGTH]
        self._came.append(datagram)
        return self.incoming.unprotect(datagram)

    def reports(self) -> list[bytes]:
        """The RTCP that lies in the socket, decrypted; RTP is left out."""
        return [self.incoming.unprotect_rtcp(each) for each in self.raw() if is_rtcp(each)]


def is_rtcp(datagram: bytes) -> bool:
    """By the second octet (RFC 5761)."""
    return 192 <= datagram[1] <= 223


def rtp(
    ssrc: int,
    sequence: int,
    body: bytes,
    *,
    codec: Codec = Codec.VP8,
    timestamp: int = 0,
    number: int | None = None,
    extensions: dict[int, bytes] | None = None,
) -> bytes:
    """A plain RTP packet of an up section."""
    block = extension_block(extensions or {})
    kind = NUMBERS[codec] if number is None else number
    head = FIXED.pack(
        0x90 if block else 0x80, kind, sequence & 0xFFFF, timestamp & 0xFFFF_FFFF, ssrc
    )
    return head + block + body


PUMPS: dict[str, type[Pump]] = {"python": Pump, "compiled": CompiledPump}


class Ground:
    """A plane with its pump and clock; peers are keyed without ICE and DTLS."""

    def __init__(self, kind: str = "python", address: str = "127.0.0.1") -> None:
        self.kind = kind
        self.now = 1000.0
        self.notices: list[Notice] = []
        self.socket = UdpSocket(address, 0)
        self.tap, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.tap.setblocking(False)
        self.near_tap = (TwinTap if kind == "compiled" else Tap)(
            far.detach(), lambda *told: self.overruns.append(told)
        )
        self.overruns: list[tuple[object, float, float]] = []
        self.pump = PUMPS[kind]([self.socket], self.near_tap, lambda: self.now)
        here = (Candidate(address=address, port=self.socket.port),)
        self.plane = Plane(
            self.pump,
            lambda _: here,
            FINGERPRINT,
            self.notices.append,
            random.Random(1).getrandbits,
        )
        self.inbound = Inbound(self.plane, self.pump)
        self.rounds = Rounds(self.plane, self.pump, self.notices.append)
        self.far: list[Far] = []

    def close(self) -> None:
        """Give everything back."""
        self.socket.close()
        self.near_tap.close()
        self.tap.close()
        for each in self.far:
            each.close()

    def agree(self, identity: str, *sections: Section, theirs: str = "theirs") -> Transport:
        """Open a peer, or renegotiate it; with another fragment of theirs restart its ICE."""
        agreed = replace(agreement(sections), remote_ufrag=theirs)
        request = OpenPeer(id=1, peer=PeerId(identity), lesson=LessonId("l"), agreement=agreed)
        return self.plane.open_peer(request, self.now)

    def peer(self, identity: str, *sections: Section) -> Far:
        """Open a peer whose ICE and DTLS are done."""
        self.agree(identity, *sections)
        far = Far(identity, self.socket)
        self.far.append(far)
        near = self.near(far)
        host, port, *_ = far.socket.getsockname()
        raw = raw_address(host, port)
        self.pump.by_address[self.socket][raw] = near
        near.addresses[(self.socket, raw)] = None
        near.route = Route(self.socket, raw, Name(raw))
        self.plane.keyed(near, *far.near_keys, self.now)
        return far

    def near(self, far: Far) -> Peer:
        """Our end of it."""
        return self.plane.peers[far.id]

    def bind(self, far: Far, mid: str, source: str | None) -> None:
        """Bind a slot."""
        identity = SourceId(source) if source is not None else None
        self.plane.bind(Bind(peer=far.id, slots=(SlotBinding(mid=mid, source=identity),)))

    def gate(self, source: str, *, is_open: bool = True) -> None:
        """Open or shut a source's gate."""
        self.plane.set_gate(SetGate(source=SourceId(source), open=is_open))

    def turn(self) -> None:
        """Let the pump read what waits, and the control half after it."""
        self.pump.wake(self.socket)
        while self.pump.control:
            datagram = self.pump.control.popleft()
            if datagram.peer is not None:
                self.inbound.rtcp(datagram.peer, datagram, self.now)
            elif datagram.data[0] < 4:
                self.inbound.stun(datagram, self.now)
        self.pump.flush()

    def pace(self) -> None:
        """Let leave what has waited for its time."""
        self.rounds.sharing.pacing.tick()
        self.pump.flush()

    def wait(self, seconds: float) -> None:
        """Let time pass, one round each 20 ms."""
        until = self.now + seconds
        while self.now < until - 1e-9:
            self.now += 0.02
            self.rounds.tick(self.now)
            self.pump.flush()

    def tapped(self) -> list[Record]:
        """The records that were handed to the tap."""
        self.near_tap.flush()
        found: list[Record] = []
        while True:
            try:
                found += records(self.tap.recv(BATCH_LIMIT))
            except BlockingIOError:
                return found


def raw_address(host: str, port: int) -> bytes:
    """An address as the kernel writes it."""
    if ":" in host:
        family = socket.AF_INET6.to_bytes(2, "little") + port.to_bytes(2, "big")
        return family + bytes(4) + socket.inet_pton(socket.AF_INET6, host) + bytes(4)
    family = socket.AF_INET.to_bytes(2, "little")
    return family + port.to_bytes(2, "big") + socket.inet_aton(host) + bytes(8)


@contextmanager
def ground(kind: str = "python", address: str = "127.0.0.1") -> Iterator[Ground]:
    """A plane for one test."""
    made = Ground(kind, address)
    try:
        yield made
    finally:
        made.close()

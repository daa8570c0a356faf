"""The compiled twin of the reference pump: the same loop in C, one call for each batch.

Rare things come back as calls of exactly the code that `pump.py` runs: an SSRC not seen before, a
sequence that begins anew, a row that may begin, a tap that is full. GIL released meanwhile.
"""

from collections.abc import Callable, Sequence
from typing import Any

from pylibsrtp._binding import ffi as srtp_ffi  # type: ignore[import-not-found]  # has no stubs
from pylibsrtp._binding import lib as srtp

from server.media.aside import CONTROL_QUEUE, Datagram
from server.media.naming import adopt
from server.media.peer import Peer
from server.media.publication import Publication, Source
from server.media.pump import BATCHES, Pump
from server.media.sockets import BATCH, UdpSocket
from server.media.subscription import Subscription
from server.media.tapping import Tap
from server.media.twin.library import Struct, address, ffi, in_state, load
from server.media.twin.path import TwinPath
from server.media.twin.receiver import TwinSubscription
from server.media.twin.state import Addresses, TwinPeer, TwinPublication, TwinSource
from server.media.twin.tap import TwinTap
from signaling.agreement import Section
from signaling.ids import PeerId, SourceId
from signaling.rtp.header import LENGTH, extensions, read

FUNCTION = "int(*)(void *, void *, int *)"
"""What `srtp_protect`, `srtp_unprotect` and `srtp_unprotect_rtcp` are."""


class CompiledPump(Pump):
    """A `Pump` whose loop is compiled; raises `NotBuiltError` where the library is not."""

    def __init__(self, sockets: Sequence[UdpSocket], tap: Tap, clock: Callable[[], float]) -> None:
        self._library = load()
        self.state: Struct = ffi.gc(self._library.pump_open(), self._library.pump_close)
        """Its struct."""
        super().__init__(sockets, tap, clock)
        self._error: BaseException | None = None
        self.encrypt_with(srtp_ffi.addressof(srtp, "srtp_protect"))
        for name in ("unprotect", "unprotect_rtcp", "protect_rtcp"):
            function = srtp_ffi.addressof(srtp, f"srtp_{name}")
            setattr(self.state, name, ffi.cast(FUNCTION, function))
        self._calls = self._callbacks()
        for name, call in self._calls.items():
            setattr(self.state, name, call)
        if isinstance(tap, TwinTap):
            tap.adopt(self.state.tap)

    received = in_state("received")
    forwarded = in_state("forwarded")
    dropped = in_state("dropped")
    refused = in_state("refused")

    def _prepare(self, sockets: Sequence[UdpSocket]) -> None:
        """Have outlets with buffers in C instead of the sockets' own."""
        self._outlets = {
            each: ffi.gc(
                self._library.outlet_open(each.socket.fileno(), each.name_length),
                self._library.outlet_close,
            )
            for each in sockets
        }
        self.by_address = {each: Addresses(self._outlets[each]) for each in sockets}

    def encrypt_with(self, function: Any) -> None:  # noqa: ANN401  # a pointer
        """Have packets encrypted by a function that is `srtp_protect`, or stands for it."""
        self.state.protect = ffi.cast(FUNCTION, function)

    def source(self, identity: SourceId) -> Source:
        """A source that this pump can read."""
        return TwinSource(identity)

    def publication(self, peer: Peer, number: int, source: Source, section: Section) -> Publication:
        """A publication that this pump can read."""
        return TwinPublication(self._outlets, peer, number, source, section)

    def peer(
        self, identity: PeerId, ufrag: str, password: str, report_ssrc: int, now: float
    ) -> Peer:
        """A peer that this pump can read."""
        return TwinPeer(identity, ufrag, password, report_ssrc, now)

    def subscription(
        self, peer: Peer, section: Section, sequence: int, timestamp: int
    ) -> Subscription:
        """A slot that this pump can read."""
        return TwinSubscription(peer, section, sequence, timestamp)

    def wake(self, socket: UdpSocket) -> int:
        """Read what waits at a socket and send what follows from it; how many datagrams came."""
        outlet, came = self._outlets[socket], 0
        for _ in range(BATCHES):
            now = self._clock()
            self.state.aside_limit = max(0, CONTROL_QUEUE - len(self.control))
            count = self._library.pump_batch(self.state, outlet, now)
            if self.state.aside_count:
                self._take_aside(socket, now)
            self._raise()
            came += count
            if count < BATCH:
                break
        self.flush()
        return came

    def flush(self) -> None:
        """Send what waits at the outlets."""
        for socket, outlet in self._outlets.items():
            self._library.outlet_flush(outlet)
            socket.unsent += self._library.outlet_unsent(outlet)

    def pace(self, peer: Peer) -> None:
        """Let leave what has waited long enough for a receiver; see `Pump.pace`."""
        if isinstance(peer.path, TwinPath):
            self._library.pump_pace(self.state, peer.path.state, self._clock())

    def send(self, peer: Peer, plain: bytes, number_at: int = 0, cluster: int = 0) -> None:
        """Encrypt one RTP packet and queue it; see `Pump.send`."""
        route, keyed = peer.route, peer.sending
        if route is None or keyed is None:
            return
        outlet, now = self._outlets[route.socket], self._clock()
        session, name = address(keyed.pointer), address(route.name.address)
        path = peer.path.state if number_at and isinstance(peer.path, TwinPath) else ffi.NULL
        place = LENGTH + number_at
        self._library.pump_send(
            self.state, outlet, session, name, plain, len(plain), path, place, cluster, now
        )

    def report(self, peer: Peer, rtcp: bytes) -> None:
        """Encrypt RTCP of ours and queue it; see `Pump.report`."""
        route, keyed = peer.route, peer.sending
        if route is None or keyed is None:
            return
        outlet = self._outlets[route.socket]
        session, name = address(keyed.pointer), address(route.name.address)
        self._library.pump_report(self.state, outlet, session, name, rtcp, len(rtcp))

    def _take_aside(self, socket: UdpSocket, now: float) -> None:
        for aside in self.state.aside[0 : self.state.aside_count]:
            raw = bytes(ffi.buffer(aside.name, socket.name_length))
            data = bytes(ffi.buffer(aside.data, aside.length))
            peer = ffi.from_handle(aside.peer.self) if aside.peer else None
            self.control.append(Datagram(socket, raw, data, now, peer))

    # ------------------------------------------------------------------ what C calls

    def _callbacks(self) -> dict[str, Any]:
        functions: dict[str, tuple[str, Callable[..., Any]]] = {
            "may_try": ("int(struct peer *, uint32_t)", self._may_try),
            "adopt": ("struct publication *(struct peer *, uint8_t *, int)", self._adopt),
            "place": ("int64_t(struct publication *, uint32_t, uint16_t)", self._place),
            "begin": ("void(struct publication *, int64_t, uint32_t, double)", self._begin),
            "tap_lost": (
                "void(struct publication *, uint32_t, double, uint8_t *, int, int)",
                self._tap_lost,
            ),
            "tap_full": ("void(void)", self.tap.flush),
        }
        made: dict[str, Any] = {}
        for name, (kind, function) in functions.items():
            dropped = {"error": -1} if name == "place" else {}
            made[name] = ffi.callback(kind, function, onerror=self._failed, **dropped)
        return made

    def _failed(self, _: object, error: Any, __: object) -> None:  # noqa: ANN401  # cffi's
        """What was raised in a call from C is raised again once C has returned."""
        self._error = error

    def _raise(self) -> None:
        error, self._error = self._error, None
        if error is not None:
            raise error

    def _may_try(self, peer: Struct, ssrc: int) -> bool:
        return bool(ffi.from_handle(peer.self).may_try(ssrc))

    def _adopt(self, state: Struct, packet: Struct, length: int) -> Struct:
        peer = ffi.from_handle(state.self)
        peer.uplink.open()
        plain = bytes(ffi.buffer(packet, length))
        header = read(plain)
        found = adopt(peer, plain, header, extensions(plain, header))
        return found.state if isinstance(found, TwinPublication) else ffi.NULL

    def _place(self, publication: Struct, ssrc: int, sequence: int) -> int:
        return int(ffi.from_handle(publication.self).place(ssrc, sequence))

    def _begin(self, publication: Struct, index: int, timestamp: int, now: float) -> None:
        ffi.from_handle(publication.self).begin(index, timestamp, now)

    def _tap_lost(
        self, state: Struct, rollover: int, now: float, packet: Struct, length: int, begins: int
    ) -> None:
        publication = ffi.from_handle(state.self)
        plain = bytes(ffi.buffer(packet, length))
        number = publication.codec_number
        self.tap.add(publication.source, number, rollover, now, plain, bool(begins))

"""The control half put together: requests of the server and authentic datagrams in, lanes out.

Sans-IO but for the pump's sockets, which it is given: the worker calls it with messages, datagrams
and time. It touches no media packet.
"""

from collections.abc import Callable, Sequence

from server.media import ice
from server.media.downward import Downward, clock_for
from server.media.feedback import KeyFrameRequest, Nack, Reception, SenderReport, read
from server.media.peer import ADDRESSES, Keyed, Peer, Route
from server.media.publication import Publication, Source
from server.media.pump import Datagram, Pump
from server.media.requests import (
    AskKeyFrame,
    Bind,
    ForgetSource,
    Notice,
    OpenPeer,
    PeerConnected,
    PeerLost,
    SetGate,
    SetTap,
)
from server.media.sockets import Name, UdpSocket, host_and_port
from server.media.subscription import Subscription
from server.media.upward import Intake, Upward
from signaling.agreement import Agreement, Candidate, Fingerprint, Section, Transport
from signaling.ids import PeerId, SourceId


class Plane:
    """All peers and sources of one worker."""

    def __init__(
        self,
        pump: Pump,
        candidates: Sequence[Candidate],
        fingerprint: Fingerprint,
        notify: Callable[[Notice], None],
        randbits: Callable[[int], int],
    ) -> None:
        self.peers: dict[PeerId, Peer] = {}
        """Open now."""
        self.sources: dict[SourceId, Source] = {}
        """Known now."""
        self.upward: dict[PeerId, Upward] = {}
        """The control half of those that send."""
        self.downward: dict[PeerId, Downward] = {}
        """The control half of those that receive."""
        self._pump = pump
        self._candidates = tuple(candidates)
        self._fingerprint = fingerprint
        self._notify = notify
        self._randbits = randbits
        self._limits = ice.Limits()
        self._by_ufrag: dict[str, Peer] = {}

    # ------------------------------------------------------------------ requests

    def open_peer(self, request: OpenPeer, now: float) -> Transport:
        """Expect a peer, or take over a new agreement for a known one, keys and sequences kept."""
        peer = self.peers.get(request.peer)
        if peer is None:
            peer = self._new_peer(request, now)
        peer.agree(request.agreement)
        if request.agreement.direction == "up":
            self._agree_up(peer, request.agreement)
        else:
            self._agree_down(peer, request.agreement)
        return Transport(
            ufrag=peer.ufrag,
            password=peer.password,
            fingerprint=self._fingerprint,
            candidates=self._candidates,
        )

    def _new_peer(self, request: OpenPeer, now: float) -> Peer:
        ufrag, password = f"{self._randbits(64):016x}", f"{self._randbits(128):032x}"
        peer = Peer(request.peer, ufrag, password, self._randbits(32), now)
        self.peers[peer.id] = self._by_ufrag[ufrag] = peer
        if request.agreement.direction == "up":
            self.upward[peer.id] = Upward(peer)
        else:
            self.downward[peer.id] = Downward(peer)
        return peer

    def _agree_up(self, peer: Peer, agreement: Agreement) -> None:
        wanted = {each.mid: each for each in agreement.sections if each.active and each.source}
        for mid, publication in list(peer.publications.items()):
            section = wanted.get(mid)
            if section is None or section.source != publication.source.id:
                self._unpublish(peer, publication)
            elif section != publication.section:
                publication.restart()
                publication.agree(section)
                publication.rebuild()
                self.want_key_frame(publication.source)
        for section in wanted.values():
            if section.mid not in peer.publications:
                self._publish(peer, section)

    def _publish(self, peer: Peer, section: Section) -> None:
        """The newest publication of a source has it; rows and tap go on with its packets."""
        assert section.source is not None
        source = self._source(section.source)
        if source.publication is not None:
            source.publication.restart()
        upward = self.upward[peer.id]
        number = max(upward.intakes, default=-1) + 1
        publication = Publication(peer, number, source, section)
        upward.intakes[number] = Intake(publication)
        peer.publications[section.mid] = source.publication = publication
        publication.rebuild()
        self.want_key_frame(source)

    def _unpublish(self, peer: Peer, publication: Publication) -> None:
        if publication.source.publication is publication:
            publication.restart()
            publication.source.publication = None
        del peer.publications[publication.section.mid]
        self.upward[peer.id].intakes.pop(publication.number, None)
        for ssrc, known in peer.streams.items():
            if known is publication:
                peer.streams[ssrc] = None

    def _agree_down(self, peer: Peer, agreement: Agreement) -> None:
        for section in agreement.sections:
            row = peer.slots.get(section.mid)
            if not section.active:
                if row is not None:
                    self._bind(row, None)
            elif row is None:
                row = Subscription(peer, section, self._randbits(15), self._randbits(32))
                peer.slots[section.mid] = row
                peer.rows.update(dict.fromkeys(section.ssrcs, row))
            elif row.section != section:
                self._agree_row(row, section)

    def _agree_row(self, row: Subscription, section: Section) -> None:
        row.stop()
        row.agree(section)
        self._rebuild(row.source)
        self.want_key_frame(row.source)

    def bind(self, request: Bind) -> None:
        """Set slots of a down peer; an unknown peer or section is fine: it has just gone."""
        peer = self.peers.get(request.peer)
        for slot in request.slots:
            row = peer.slots.get(slot.mid) if peer is not None else None
            if row is not None:
                self._bind(row, self._source(slot.source) if slot.source is not None else None)

    def _bind(self, row: Subscription, source: Source | None) -> None:
        before = row.source
        if before is source:
            return
        row.bind(source)
        self._rebuild(before)
        self._rebuild(source)
        self.want_key_frame(source)

    def set_gate(self, request: SetGate) -> None:
        """Let a source's packets pass, or none of them from now on."""
        source = self._source(request.source)
        if source.open == request.open:
            return
        if source.publication is not None:
            source.publication.restart()
        source.open = request.open
        self._rebuild(source)
        if source.open:
            self.want_key_frame(source)

    def set_tap(self, request: SetTap) -> None:
        """Hand a source's packets to the recorder, or no more."""
        source = self._source(request.source)
        if source.handle is not None:
            self._pump.tap.forget(source.handle)
        source.handle = request.handle

    def ask_key_frame(self, request: AskKeyFrame) -> None:
        """Somebody needs a key frame of this source."""
        self.want_key_frame(self.sources.get(request.source))

    def forget_source(self, request: ForgetSource) -> None:
        """A source has ended: its rows carry nothing, its packets go nowhere."""
        source = self.sources.get(request.source)
        if source is None:
            return
        for row in list(source.rows):
            self._bind(row, None)
        if source.publication is not None:
            self._unpublish(source.publication.peer, source.publication)
        if source.handle is not None:
            self._pump.tap.forget(source.handle)
        del self.sources[request.source]

    def close_peer(self, identity: PeerId) -> Peer | None:
        """Forget a peer; who keeps its handshake stops that."""
        peer = self.peers.pop(identity, None)
        if peer is None:
            return None
        for publication in list(peer.publications.values()):
            self._unpublish(peer, publication)
        for row in peer.slots.values():
            self._bind(row, None)
        for socket, raw in peer.addresses:
            self._pump.by_address[socket].pop(raw, None)
        del self._by_ufrag[peer.ufrag]
        self.upward.pop(identity, None)
        self.downward.pop(identity, None)
        return peer

    def lose(self, identity: PeerId, why: str) -> Peer | None:
        """Close a peer and tell the server why."""
        peer = self.close_peer(identity)
        if peer is not None:
            self._notify(PeerLost(peer=identity, why=why))
        return peer

    def _source(self, identity: SourceId) -> Source:
        return self.sources.setdefault(identity, Source(identity))

    def _rebuild(self, source: Source | None) -> None:
        if source is not None and source.publication is not None:
            source.publication.rebuild()

    def want_key_frame(self, source: Source | None) -> None:
        """Ask the publisher of a picture for a key frame, if it has one; merged and limited."""
        publication = source.publication if source is not None else None
        if publication is not None and publication.is_video:
            self.upward[publication.peer.id].intakes[publication.number].key_frames.ask()

    # ------------------------------------------------------------------ datagrams

    def keyed(self, peer: Peer, receiving: Keyed, sending: Keyed) -> None:
        """The handshake of a peer is done: media may flow."""
        peer.receiving, peer.sending = receiving, sending
        self._notify(PeerConnected(peer=peer.id))
        self._resume_rows(peer)
        for publication in peer.publications.values():
            self.want_key_frame(publication.source)

    def _resume_rows(self, peer: Peer) -> None:
        """Write the lanes of a receiver anew: it has keys now, or another address."""
        for row in peer.slots.values():
            self._rebuild(row.source)
            if row.source is not None and not row.running:
                self.want_key_frame(row.source)

    def stun(self, datagram: Datagram, now: float) -> None:
        """A Binding Request: believe it, answer it, perhaps take its address."""
        if not self._limits.admit(datagram.raw, now):
            self._pump.dropped += 1
            return
        try:
            request = ice.read(datagram.data)
        except ValueError:
            self._pump.dropped += 1
            return
        peer = self._by_ufrag.get(request.username.partition(":")[0])
        if peer is None or not _knows(peer, request):
            self._pump.dropped += 1
            return
        peer.heard = now
        self._validated(peer, datagram.socket, datagram.raw, request.nominates)
        answer = ice.success(request, peer.password, *host_and_port(datagram.raw))
        datagram.socket.send(answer, datagram.raw)

    def _validated(self, peer: Peer, socket: UdpSocket, raw: bytes, nominates: bool) -> None:
        addresses = self._pump.by_address[socket]
        before = addresses.get(raw)
        if before is not None and before is not peer:
            before.addresses.pop((socket, raw), None)
        addresses[raw] = peer
        peer.addresses[(socket, raw)] = None
        moved = peer.route is None or (peer.route.socket, peer.route.raw) != (socket, raw)
        if nominates and moved:
            peer.route = Route(socket, raw, Name(raw))
            self._resume_rows(peer)
        self._forget_addresses(peer)

    def _forget_addresses(self, peer: Peer) -> None:
        """Keep at most `ADDRESSES`, the nominated one among them."""
        if len(peer.addresses) <= ADDRESSES:
            return
        route = (peer.route.socket, peer.route.raw) if peer.route is not None else None
        oldest = next(each for each in peer.addresses if each != route)
        del peer.addresses[oldest]
        self._pump.by_address[oldest[0]].pop(oldest[1], None)

    def rtcp(self, peer: Peer, datagram: Datagram, now: float) -> None:
        """An SRTCP datagram from an address of this peer."""
        plain = peer.receiving.open_report(datagram.data) if peer.receiving is not None else None
        if plain is None:
            self._pump.dropped += 1
            return
        peer.heard = now
        try:
            items = read(plain)
        except ValueError:
            self._pump.dropped += 1
            return
        for item in items:
            match item:
                case SenderReport():
                    self._clock(peer, item, datagram.at, now)
                case Reception() if peer.id in self.downward:
                    self.downward[peer.id].reported(item, now)
                case Nack() if peer.id in self.downward:
                    for packet in self.downward[peer.id].resend(item, now):
                        self._pump.send(peer, packet)
                case KeyFrameRequest():
                    row = peer.rows.get(item.ssrc)
                    self.want_key_frame(row.source if row is not None else None)
                case _:
                    continue

    def _clock(self, peer: Peer, report: SenderReport, at: float, now: float) -> None:
        """A publisher's clock: for the recorder, and translated for each receiver."""
        publication = peer.streams.get(report.ssrc)
        if publication is None or report.ssrc != publication.ssrc:
            return
        publication.report = report.ntp, report.rtp
        intake = self.upward[peer.id].intakes.get(publication.number)
        if intake is not None:
            intake.arrivals.reported(report.ntp, at)
        source = publication.source
        if not source.open or source.publication is not publication:
            return
        self._pump.tap.report(source, publication.codec_number, at, report.ntp, report.rtp)
        for row in source.rows:
            message = clock_for(row, publication, now)
            if message is not None:
                self.send_report(row.peer, message)

    def send_report(self, peer: Peer, rtcp: bytes) -> None:
        """Encrypt and send RTCP to a peer's nominated address, if it has one and keys."""
        if peer.route is not None and peer.sending is not None:
            peer.route.socket.send(peer.sending.close_report(rtcp), peer.route.raw)


def _knows(peer: Peer, request: ice.Request) -> bool:
    """Whether a request names both fragments of this peer and is signed with our password."""
    theirs = peer.agreement.remote_ufrag if peer.agreement is not None else ""
    named = request.username == f"{peer.ufrag}:{theirs}"
    return named and ice.is_signed_with(request, peer.password)

"""What strangers and peers send besides RTP: believed, answered, or dropped.

Sans-IO but for the sockets it answers on. The worker's queue hands it datagrams.
"""

from server.media import ice
from server.media.aside import Datagram
from server.media.downward import clock_for
from server.media.feedback import Item, KeyFrameRequest, Reception, SenderReport, read
from server.media.peer import ADDRESSES, IceSession, Peer, Route
from server.media.plane import Plane
from server.media.pump import Pump
from server.media.sockets import Name, UdpSocket
from server.media.switching import NONE


class Inbound:
    """STUN and RTCP of one worker.

    Requests are limited per address and overall (`ice.Limits`).
    """

    def __init__(self, plane: Plane, pump: Pump) -> None:
        self._plane = plane
        self._pump = pump
        self._limits = ice.Limits()

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
        peer = self._plane.by_ufrag.get(request.username.partition(":")[0])
        session = _session_of(peer, request) if peer is not None else None
        if peer is None or session is None:
            self._pump.dropped += 1
            return
        peer.heard = now
        takes = peer.nominations.take(
            (datagram.socket, datagram.raw),
            stream=datagram.socket.is_stream,
            nominates=request.nominates,
            session=session.ufrag,
            now=now,
        )
        self._validated(peer, datagram.socket, datagram.raw, takes)
        answer = ice.success(request, session.password, *datagram.socket.seen(datagram.raw))
        datagram.socket.send(answer, datagram.raw)
        if request.nominates and session != peer.earlier:
            self._plane.restarted(peer)

    def _validated(self, peer: Peer, socket: UdpSocket, raw: bytes, takes: bool) -> None:
        addresses = self._pump.by_address[socket]
        before = addresses.get(raw)
        if before is not None and before is not peer:
            before.addresses.pop((socket, raw), None)
        addresses[raw] = peer
        peer.addresses[(socket, raw)] = None
        if takes:
            self._lead(peer, socket, raw)
        self._forget_addresses(peer)

    def shakes(self, peer: Peer, socket: UdpSocket, raw: bytes) -> None:
        """A handshake comes from an address of a peer: the way it has chosen, nominated or not yet.

        Chromium checks a way three times in quick succession, and what answered later than that
        again after 2.5 s: only that check may nominate (libwebrtc's `BasicIceController`).
        """
        if peer.route is None and peer.parked is None and peer.receiving is None:
            self._lead(peer, socket, raw)

    def _lead(self, peer: Peer, socket: UdpSocket, raw: bytes) -> None:
        """Send to this address from now on."""
        if peer.route is not None and (peer.route.socket, peer.route.raw) == (socket, raw):
            return
        # What is queued still points to the old address.
        self._pump.flush()
        peer.route = Route(socket, raw, Name(raw))
        self._plane.resume_rows(peer)

    def _forget_addresses(self, peer: Peer) -> None:
        """Keep at most `ADDRESSES`, the nominated one among them."""
        if len(peer.addresses) <= ADDRESSES:
            return
        kept = peer.route or peer.parked
        route = (kept.socket, kept.raw) if kept is not None else None
        oldest = next(each for each in peer.addresses if each != route)
        del peer.addresses[oldest]
        self._pump.by_address[oldest[0]].pop(oldest[1], None)

    def gone(self, socket: UdpSocket, raw: bytes) -> None:
        """Nobody is behind an address any more; its peer gets nothing until it names another."""
        peer = self._pump.by_address[socket].pop(raw, None)
        if peer is None:
            return
        peer.addresses.pop((socket, raw), None)
        if peer.route is not None and (peer.route.socket, peer.route.raw) == (socket, raw):
            self._plane.hush(peer)
        if peer.parked is not None and (peer.parked.socket, peer.parked.raw) == (socket, raw):
            peer.parked = None

    def rtcp(self, peer: Peer, datagram: Datagram, now: float) -> None:
        """RTCP of a peer that the pump decrypted, without what it saw to itself (`compound`)."""
        if self._plane.peers.get(peer.id) is not peer:
            return  # closed since its datagram was put aside
        try:
            items = read(datagram.data)
        except ValueError:
            self._pump.dropped += 1
            return
        for item in items:
            self._said(peer, item, datagram.at, now)

    def _said(self, peer: Peer, item: Item, at: float, now: float) -> None:
        """One thing that a peer's RTCP says."""
        downward = self._plane.downward.get(peer.id)
        match item:
            case SenderReport():
                self._clock(peer, item, at, now)
            case Reception() if downward is not None:
                downward.reported(item, now)
            case KeyFrameRequest():
                row = peer.rows.get(item.ssrc)
                if row is not None:
                    self._plane.want_key_frame_of(row.publication)
            case _:
                return

    def _clock(self, peer: Peer, report: SenderReport, at: float, now: float) -> None:
        """A publisher's clock: for the recorder, and translated for each receiver."""
        publication = peer.streams.get(report.ssrc)
        if publication is None or report.ssrc != publication.ssrc:
            return
        publication.report = report.ntp, report.rtp
        intake = self._plane.upward[peer.id].intakes.get(publication.number)
        if intake is not None:
            intake.publication.inflow.arrivals.reported(report.ntp, at)
        source = publication.source
        if not source.open or not publication.is_current:
            return
        if publication.layer != NONE:
            at_layer = 2 * publication.layer
            source.clocks[at_layer], source.clocks[at_layer + 1] = report.ntp, report.rtp
        if publication.layer == source.recorded:
            self._pump.tap.report(source, publication.codec_number, at, report.ntp, report.rtp)
        for row in source.rows:
            message = clock_for(row, publication, now)
            if message is not None:
                self._pump.report(row.peer, message)


def _session_of(peer: Peer, request: ice.Request) -> IceSession | None:
    """The session whose two fragments a request names, signed with our password of it."""
    for session in (peer.session, peer.earlier):
        if session is not None and request.username == f"{session.ufrag}:{session.theirs}":
            return session if ice.is_signed_with(request, session.password) else None
    return None

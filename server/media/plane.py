"""The control half put together: requests of the server in, rows and lanes out.

Sans-IO but for the pump's sockets, which it is given: the worker calls it with messages and time.
It touches no media packet. What comes from the network is in `inbound`, the clock's in `rounds`.
"""

from collections.abc import Callable, Iterable, Sequence

from server.media.downward import Downward
from server.media.peer import Keyed, Peer
from server.media.publication import Publication, Source
from server.media.pump import Pump
from server.media.requests import (
    AskKeyFrame,
    Bind,
    ForgetSource,
    Notice,
    OpenPeer,
    PeerConnected,
    PeerLost,
    SetGate,
    SetStills,
    SetTap,
    Want,
)
from server.media.subscription import Subscription
from server.media.switching import EVERY
from server.media.upward import Intake, Upward
from signaling.agreement import Agreement, Candidate, Fingerprint, Section, Transport
from signaling.ids import PeerId, SourceId


class Plane:
    """All peers and sources of one worker."""

    def __init__(
        self,
        pump: Pump,
        candidates: Callable[[float], Sequence[Candidate]],
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
        self.by_ufrag: dict[str, Peer] = {}
        """By our ICE user name fragment."""
        self._pump = pump
        self._candidates = candidates
        self._fingerprint = fingerprint
        self._notify = notify
        self._randbits = randbits

    def open_peer(self, request: OpenPeer, now: float) -> Transport:
        """Expect a peer, or take over a new agreement for a known one, keys and sequences kept."""
        peer = self.peers.get(request.peer)
        if peer is None:
            peer = self._new_peer(request, now)
        elif peer.session.theirs != request.agreement.remote_ufrag:
            self._restart(peer)
        peer.agree(request.agreement)
        if request.agreement.direction == "up":
            self._agree_up(peer, request.agreement)
        else:
            self._agree_down(peer, request.agreement)
        return Transport(
            ufrag=peer.ufrag,
            password=peer.password,
            fingerprint=self._fingerprint,
            candidates=tuple(self._candidates(now)),
        )

    def _new_peer(self, request: OpenPeer, now: float) -> Peer:
        ufrag, password = self._new_credentials()
        peer = self._pump.peer(request.peer, ufrag, password, self._randbits(32), now)
        self.peers[peer.id] = self.by_ufrag[ufrag] = peer
        if request.agreement.direction == "up":
            self.upward[peer.id] = Upward(peer)
        else:
            self.downward[peer.id] = Downward(peer)
        return peer

    def _restart(self, peer: Peer) -> None:
        """Begin another ICE session; keys, sequences and the address in use stay (RFC 8445, 9)."""
        if peer.earlier is None:
            peer.earlier = peer.session
        else:
            del self.by_ufrag[peer.ufrag]  # another restart before any pair of it was nominated
        peer.ufrag, peer.password = self._new_credentials()
        self.by_ufrag[peer.ufrag] = peer

    def restarted(self, peer: Peer) -> None:
        """A pair of the newest ICE session is nominated: nothing of the one before is believed."""
        if peer.earlier is not None:
            del self.by_ufrag[peer.earlier.ufrag]
            peer.earlier = None

    def _new_credentials(self) -> tuple[str, str]:
        """Our user name fragment and password of an ICE session."""
        return f"{self._randbits(64):016x}", f"{self._randbits(128):032x}"

    def _agree_up(self, peer: Peer, agreement: Agreement) -> None:
        wanted = {each.mid: each for each in agreement.sections if each.active and each.source}
        for mid, publication in list(peer.publications.items()):
            section = wanted.get(mid)
            if section is None or section.source != publication.source.id:
                self._unpublish(peer, publication)
            elif section != publication.section:
                (publication.source if publication.is_current else publication).restart()
                publication.agree(section)
                publication.source.rebuild()
                self.want_key_frame(publication.source)
        for section in wanted.values():
            if section.mid not in peer.publications:
                self._publish(peer, section)
        self._set_aside(peer)
        for publication in peer.publications.values():
            self._split(peer, publication)

    def _split(self, peer: Peer, publication: Publication) -> None:
        """Let a source have the layers that were agreed for its newest publication."""
        source, section = publication.source, publication.section
        if source.publication is not publication:
            return
        lower = [peer.aside[section.mid, rid] for rid in section.layers[:-1]]
        source.split([*lower, publication] if lower else ())
        source.rebuild()

    def _set_aside(self, peer: Peer) -> None:
        """Of a picture in layers all but the highest; a device that hears nothing of one stalls."""
        intakes = self.upward[peer.id].intakes
        wanted = {
            (mid, rid): publication
            for mid, publication in peer.publications.items()
            for rid in publication.section.layers[:-1]
        }
        for key in peer.aside.keys() - wanted.keys():
            gone = peer.aside.pop(key)
            del intakes[gone.number]
            for ssrc in [ssrc for ssrc, one in peer.streams.items() if one is gone]:
                del peer.streams[ssrc]
        for key, publication in wanted.items():
            if key not in peer.aside:
                layer = peer.aside[key] = self._aside(publication, max(intakes) + 1)
                intakes[layer.number] = Intake(layer)
            elif peer.aside[key].section != publication.section:
                peer.aside[key].agree(publication.section)

    def _aside(self, of: Publication, number: int) -> Publication:
        """For a lower layer of the same section."""
        return self._pump.publication(of.peer, number, of.source, of.section)

    def _publish(self, peer: Peer, section: Section) -> None:
        """The newest publication of a source has it; rows and tap go on with its packets."""
        assert section.source is not None
        source = self._source(section.source)
        source.restart()
        source.split(())
        upward = self.upward[peer.id]
        number = max(upward.intakes, default=-1) + 1
        publication = self._pump.publication(peer, number, source, section)
        upward.intakes[number] = Intake(publication)
        peer.publications[section.mid] = source.publication = publication
        publication.rebuild()
        self.want_key_frame(source)

    def _unpublish(self, peer: Peer, publication: Publication) -> None:
        if publication.source.publication is publication:
            publication.source.restart()
            publication.source.split(())
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
                start = self._randbits(15), self._randbits(32)
                row = self._pump.subscription(peer, section, *start)
                peer.slots[section.mid] = row
                peer.rows.update(dict.fromkeys(section.ssrcs, row))
            elif row.section != section:
                self._agree_row(row, section)

    def _agree_row(self, row: Subscription, section: Section) -> None:
        row.stop()
        row.agree(section)
        self.change(row)
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
        if before is not None:
            before.change(row)
        self.change(row)
        self.want_key_frame(source)

    def set_stills(self, request: SetStills) -> None:
        """Send a receiver stills of pictures, or its pictures again, each from a key frame on."""
        peer = self.peers.get(request.peer)
        if peer is None or peer.stills == request.on:
            return
        peer.stills = request.on
        self.wake_rows(row for row in peer.slots.values() if row.resting)

    def want(self, request: Want, now: float) -> None:
        """What one slot is to get of its source; an unknown one is fine: it has just gone."""
        peer = self.peers.get(request.peer)
        row = peer.slots.get(request.mid) if peer is not None else None
        if row is None:
            return
        layer, temporal = request.layer, request.temporal
        row.want(layer, EVERY if temporal is None else temporal)
        self.change(row)
        if layer is not None and row.source is not None:
            self.follow(row, row.source.flows(now))

    def follow(self, row: Subscription, flowing: Sequence[int]) -> None:
        """Let a row go for the layer it wishes that flows, and ask for its key frame."""
        if row.aim(flowing):
            self.want_key_frame_of(row.misses)

    def wake_rows(self, rows: Iterable[Subscription]) -> None:
        """Let rows that rest begin at the next key frame, and ask for one."""
        for row in rows:
            row.resting = False
            self.change(row)
            self.want_key_frame(row.source)

    def set_gate(self, request: SetGate) -> None:
        """Let a source's packets pass, or none of them from now on."""
        source = self._source(request.source)
        if source.open == request.open:
            return
        source.restart()
        source.open = request.open
        source.rebuild()
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
        self._pump.flush()  # what is queued for it still points to its address
        for publication in list(peer.publications.values()):
            self._unpublish(peer, publication)
        for row in peer.slots.values():
            self._bind(row, None)
        for socket, raw in peer.addresses:
            self._pump.by_address[socket].pop(raw, None)
        self.restarted(peer)
        del self.by_ufrag[peer.ufrag]
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
        found = self.sources.get(identity)
        if found is None:
            found = self.sources[identity] = self._pump.source(identity)
        return found

    def change(self, row: Subscription) -> None:
        """Write the lanes of a row anew, if anything is bound to it."""
        if row.source is not None:
            row.source.change(row)

    def want_key_frame(self, source: Source | None) -> None:
        """Ask for a key frame of a picture, of all layers that somebody gets or the tap records."""
        if source is None:
            return
        if not source.layers:
            self.want_key_frame_of(source.publication)
            return
        wanted = {row.publication for row in source.rows if row.switch is not None}
        if source.handle is not None:
            wanted.add(source.layers[source.to_record])
        for publication in wanted:
            self.want_key_frame_of(publication)

    def want_key_frame_of(self, publication: Publication | None) -> None:
        """Ask the publisher of a picture for a key frame, if it has one; merged and limited."""
        if publication is not None and publication.is_video:
            self.upward[publication.peer.id].want_key_frame(publication)

    def keyed(self, peer: Peer, receiving: Keyed, sending: Keyed, now: float) -> None:
        """The handshake of a peer is done: media may flow."""
        peer.receiving, peer.sending = receiving, sending
        peer.heard = now
        self._notify(PeerConnected(peer=peer.id))
        self.resume_rows(peer)
        for publication in peer.publications.values():
            self.want_key_frame(publication.source)

    def hush(self, peer: Peer) -> None:
        """Send a peer nothing more until it is heard; its rows then go on with a picture."""
        self._pump.flush()
        for row in peer.slots.values():
            row.stop()
        peer.parked, peer.route = peer.route, None
        for row in peer.slots.values():
            self.change(row)

    def heard_again(self, peer: Peer) -> None:
        """A quiet peer was heard: send to where it was, unless it has nominated another address."""
        parked, peer.parked = peer.parked, None
        if peer.route is None:
            peer.route = parked
            self.resume_rows(peer)

    def resume_rows(self, peer: Peer) -> None:
        """Write the lanes of a receiver anew: it has keys now, or another address."""
        for row in peer.slots.values():
            self.change(row)
            if row.source is not None and not row.running:
                self.want_key_frame(row.source)

"""The data plane's loop: a batch in, decrypted once, rewritten and encrypted for each row, out.

It decides nothing: lanes say what goes where (`table`). What is neither media nor a receiver's word
on its packets (`answering`) goes to the control half by a bounded queue. The reference that its
compiled twin (`twin`) equals.
"""

from collections import deque
from collections.abc import Callable, MutableMapping, Sequence
from typing import Final

from pylibsrtp._binding import ffi, lib  # type: ignore[import-not-found]  # has no stubs

from server.media.answering import answer
from server.media.aside import CONTROL_QUEUE, Datagram
from server.media.blocks import Block, Slots
from server.media.naming import adopt, told
from server.media.paced import leaving
from server.media.peer import Keyed, Peer
from server.media.publication import Publication, Source
from server.media.recent import before
from server.media.singly import singly
from server.media.sockets import BATCH, IN_STRIDE, OUT_STRIDE, SLOTS, UdpSocket
from server.media.subscription import Subscription
from server.media.table import HISTORY, LEVEL, STAMP, Kept, Lane, Packet
from server.media.taken import Extensions, taken
from server.media.tapping import Tap
from signaling.agreement import Section
from signaling.ids import PeerId, SourceId
from signaling.rtp.extensions import abs_send_time
from signaling.rtp.header import LENGTH, Header, extensions, read

BATCHES: Final = 8
"""Batches read in one wake at most, so that the control half has its turn."""


class Pump:
    """Reads sockets, notes how packets come, forwards, fills the tap.

    Its queue for the control half holds `CONTROL_QUEUE` datagrams and drops the newest.
    """

    def __init__(self, sockets: Sequence[UdpSocket], tap: Tap, clock: Callable[[], float]) -> None:
        self.tap = tap
        """Where tapped packets go."""
        self.by_address: dict[UdpSocket, MutableMapping[bytes, Peer]] = {
            each: {} for each in sockets
        }
        """Validated addresses, by our socket."""
        self.control: deque[Datagram] = deque()
        """What the control half has not looked at yet."""
        self.received = 0
        """RTP packets that were authentic."""
        self.forwarded = 0
        """RTP packets handed to the kernel's sending batch."""
        self.dropped = 0
        """Datagrams of no use: unknown sender, not authentic, out of bounds."""
        self.refused = 0
        """Packets libsrtp would not encrypt: their sequence number was used already."""
        self._clock = clock
        self._prepare(sockets)

    def _prepare(self, sockets: Sequence[UdpSocket]) -> None:
        """Look at the sockets' buffers in the ways that the loop needs."""
        self._now, self._stamp = 0.0, bytes(3)
        self._length = ffi.new("int *")
        self._in = {each: _pointers(each.inbox.addresses) for each in sockets}
        self._out = {each: _pointers(each.outbox.addresses) for each in sockets}
        self._sizes = {each: _pointers(each.outbox.sizes, "int *") for each in sockets}
        self._slots = {each: Slots(each.outbox, OUT_STRIDE) for each in sockets}

    def source(self, identity: SourceId) -> Source:
        """A source that this pump can read."""
        return Source(identity)

    def publication(self, peer: Peer, number: int, source: Source, section: Section) -> Publication:
        """A publication that this pump can read."""
        return Publication(peer, number, source, section)

    def peer(
        self, identity: PeerId, ufrag: str, password: str, report_ssrc: int, now: float
    ) -> Peer:
        """A peer that this pump can read."""
        return Peer(identity, ufrag, password, report_ssrc, now)

    def subscription(
        self, peer: Peer, section: Section, sequence: int, timestamp: int
    ) -> Subscription:
        """A slot that this pump can read."""
        return Subscription(peer, section, sequence, timestamp)

    def wake(self, socket: UdpSocket) -> int:
        """Read what waits at a socket, at most `BATCHES` batches, and send what follows from it.

        Returns how many datagrams came.
        """
        came = 0
        for _ in range(BATCHES):
            now = self._now = self._clock()
            self._stamp = abs_send_time(now)
            count = socket.receive()
            for place in range(count):
                self._datagram(socket, place, now)
            came += count
            if count < BATCH:
                break
        self.flush()
        return came

    def flush(self) -> None:
        """Send what waits in the outboxes."""
        for socket in self.by_address:
            if socket.queued:
                socket.flush()

    def _datagram(self, socket: UdpSocket, place: int, now: float) -> None:
        at = place * IN_STRIDE
        length = socket.inbox.lengths[16 * place + 14]
        packet = socket.inbox.data[at : at + length]
        raw = socket.name(place)
        if length <= LENGTH or not 128 <= packet[0] < 192:
            self._put_aside(Datagram(socket, raw, bytes(packet), now))
            return
        peer, pointer = self.by_address[socket].get(raw), self._in[socket][place]
        if peer is None or peer.receiving is None:
            self.dropped += 1
        elif not 192 <= packet[1] <= 223:
            self._rtp(peer, peer.receiving, packet, pointer, now)
        else:
            plain = self._opened(peer, peer.receiving, packet, pointer)
            rest = answer(self, peer, plain, now) if plain else b""
            if rest:
                self._put_aside(Datagram(socket, raw, rest, now, peer))

    def _put_aside(self, datagram: Datagram) -> None:
        if datagram.data and len(self.control) < CONTROL_QUEUE:
            self.control.append(datagram)
        else:
            self.dropped += 1

    def _opened(self, peer: Peer, keyed: Keyed, packet: memoryview, pointer: object) -> bytes:
        """The plain RTCP of an SRTCP datagram, nothing if it is not authentic."""
        ssrc, self._length[0] = int.from_bytes(packet[4:8], "big"), len(packet)
        if not peer.may_report(ssrc) or lib.srtp_unprotect_rtcp(
            keyed.pointer, pointer, self._length
        ):
            self.dropped += 1
            return b""
        peer.reporters.add(ssrc)
        peer.heard = self._now
        return bytes(packet[: self._length[0]])

    def _rtp(
        self, peer: Peer, keyed: Keyed, packet: memoryview, pointer: object, now: float
    ) -> None:
        """Decrypt in place, note the arrival, find the publication."""
        ssrc = int.from_bytes(packet[8:12], "big")
        size = self._length[0] = len(packet)
        if not peer.may_try(ssrc) or lib.srtp_unprotect(keyed.pointer, pointer, self._length):
            self.dropped += 1
            return
        peer.heard = now
        self.received += 1
        plain = packet[: self._length[0]]
        try:
            header = read(plain)
        except ValueError:
            self.dropped += 1
            return
        found = extensions(plain, header)
        publication = peer.streams.get(ssrc)
        if publication is None:
            publication = adopt(peer, plain, header, found)
        self._note(peer, publication, plain, header, found, size, now)

    def _note(
        self,
        peer: Peer,
        publication: Publication | None,
        plain: memoryview,
        header: Header,
        found: Extensions,
        size: int,
        now: float,
    ) -> None:
        """Note what came and hand it on if it is one of the publication's."""
        if publication is None:
            peer.uplink.came(size, -1, now)
            return
        at, octets = found.get(publication.wide_id, (0, 0))
        wide = plain[at] << 8 | plain[at + 1] if octets >= 2 else -1
        peer.uplink.came(size, wide, now)
        packet = taken(publication, plain, header, found)
        if packet is None:
            return
        inflow, repairs = publication.inflow, header.payload_type == publication.rtx_type
        inflow.begins += packet.begins
        if told(publication.level_id, found):
            inflow.heard(packet.level & 127)
        if inflow.came(packet.order, packet.timestamp, now, repairs=repairs):
            peer.uplink.gaps = True
        self._pass(publication, packet, now)

    def _pass(self, publication: Publication, packet: Packet, now: float) -> None:
        """Keep, forward and tap a packet, if its source's gate is open."""
        index, source = packet.order, publication.source
        if index > publication.highest:
            publication.highest = index
            publication.timestamp = packet.timestamp
            publication.arrived = now
        if not source.open:
            return
        publication.kept[index % HISTORY] = Kept(*packet[:5])
        if packet.begins:
            publication.key_time = packet.timestamp
        if publication.waiting and (packet.begins or not publication.is_video):
            publication.begin(index, packet.timestamp, now)
        publication.count(packet)
        self._forward(publication, packet)
        if publication.is_recorded(packet.begins):
            begins = packet.begins or not publication.is_video
            self.tap.add(source, publication.codec_number, index >> 16, now, packet.whole, begins)

    def _forward(self, publication: Publication, packet: Packet) -> None:
        """The loop that costs: one turn for each receiver of each packet."""
        together = publication.together
        if together is not None and together.is_broken:
            publication.gather(together)
        for socket, lane, changed in singly(publication, packet, self._now):
            self._each(socket, (lane,), changed)
            self._once_more(lane, changed)
        if together is not None and packet.order < publication.highest:
            return
        for socket, lanes, blocks in publication.lanes:
            self._each(socket, lanes, packet)
            for block in blocks:
                self._all(socket, block, packet)

    def pace(self, peer: Peer) -> None:
        """Let leave what has waited long enough for a receiver; `flush` sends it."""
        now = self._now = self._clock()
        self._stamp = abs_send_time(now)
        for socket, lane, packet in leaving(peer, now):
            self._each(socket, (lane,), packet)
            self._once_more(lane, packet)

    def _once_more(self, lane: Lane, packet: Packet) -> None:
        """Let follow what goes out again unasked: a picture's packet, what was before a sound's."""
        row, number = lane.row, (packet.order + lane.sequence_offset) & 0xFFFF
        if row is None:
            return
        again = row.retransmission(number, self._now) if row.twice else None
        if again is not None:
            self.send(row.peer, again, row.number_at)
        for datagram in before(lane, number, self._now):
            if lane.path is not None:
                at = LENGTH + row.number_at
                lane.path.hide(int.from_bytes(datagram[at : at + 2], "big"))
            self.repeat(row.peer, datagram, 0)

    def _each(self, socket: UdpSocket, lanes: Sequence[Lane], packet: Packet) -> None:
        """One row after another."""
        index, marker, timestamp, payload, level = packet[:5]
        size, stamp, length, protect = len(payload), self._stamp, self._length, lib.srtp_protect
        box, pointers, slot, now = socket.outbox, self._out[socket], socket.queued, self._now
        data, names, lengths = box.data, box.header_words, box.vector_words
        # The fields of `Lane`, in its order: unpacking them at once is what makes it fast.
        for lane in lanes:
            (
                pack, kind, ahead, shift, ssrc, head, ext, sent, loud, width, keys, to, first,
                path, number, _, _, _, recent,
            ) = lane  # fmt: skip
            if index < first:
                continue
            if slot == SLOTS:
                self._full(socket)
                slot = 0
            at = slot * OUT_STRIDE
            sent[STAMP] = stamp
            if path is not None:
                ext[number] = path.next.to_bytes(2, "big")
            loud[LEVEL] = level
            pack(
                data, at, head, marker | kind, (index + ahead) & 0xFFFF,
                (timestamp + shift) & 0xFFFF_FFFF, ssrc, ext,
            )  # fmt: skip
            at += width
            data[at : at + size] = payload
            length[0] = width + size
            if protect(keys, pointers[slot], length):
                self.refused += 1
                continue
            if path is not None:
                path.sent(now, length[0])
            lengths[2 * slot + 1] = length[0]
            names[8 * slot] = to
            slot += 1
            if recent is not None:
                recent.keep(
                    (index + ahead) & 0xFFFF, bytes(data[at - width : at - width + length[0]]), now
                )
        self.forwarded += slot - socket.queued
        socket.queued = slot

    def _all(self, socket: UdpSocket, block: Block, packet: Packet) -> None:
        """All rows of a block at once."""
        if packet.order < block.first:
            self._each(socket, block.lanes, packet)
            return
        if socket.queued + len(block) > SLOTS:
            socket.flush()
        slots, begin = self._slots[socket], socket.queued
        end = slots.write(block, begin, packet[:5], self._stamp)
        pointers, sizes = self._out[socket][begin:end], self._sizes[socket][begin:end]
        # All are encrypted before anything is judged: nothing may go out as it is.
        refused = list(map(lib.srtp_protect, block.sessions, pointers, sizes))
        if any(refused):
            end = slots.close_up(begin, refused)
            self.refused += len(block) - (end - begin)
        self.forwarded += end - begin
        socket.queued = end

    def _full(self, socket: UdpSocket) -> None:
        """Make room in the middle of a turn."""
        self.forwarded += SLOTS - socket.queued
        socket.queued = SLOTS
        socket.flush()

    def send(self, peer: Peer, plain: bytes, number_at: int = 0, cluster: int = 0) -> None:
        """Encrypt one RTP packet and queue it; `flush` sends it.

        `number_at`: where its extension block has room for the transport-wide number, 0: nowhere;
        `cluster`: the probe that it belongs to, 0 for none.
        """
        route, keyed = peer.route, peer.sending
        if route is None or keyed is None:
            return
        socket = route.socket
        if socket.queued == SLOTS:
            socket.flush()
        slot = socket.queued
        at = slot * OUT_STRIDE
        socket.outbox.data[at : at + len(plain)] = plain
        path = peer.path if number_at else None
        if path is not None:
            at += LENGTH + number_at
            socket.outbox.data[at : at + 2] = path.next.to_bytes(2, "big")
        self._length[0] = len(plain)
        if lib.srtp_protect(keyed.pointer, self._out[socket][slot], self._length):
            self.refused += 1
            return
        if path is not None:
            path.sent(self._clock(), self._length[0], cluster)
        self._close(socket, self._length[0], route.name.address)

    def report(self, peer: Peer, rtcp: bytes) -> None:
        """Encrypt RTCP of ours and send it to a peer's nominated address, by `flush` at the latest.

        Nothing to a peer that has none, or no keys.
        """
        if peer.route is not None and peer.sending is not None:
            peer.route.socket.send(peer.sending.close_report(rtcp), peer.route.raw)

    def _close(self, socket: UdpSocket, octets: int, name: int) -> None:
        """Let the datagram of the next slot wait for this address."""
        slot = socket.queued
        socket.outbox.vector_words[2 * slot + 1] = octets
        socket.outbox.header_words[8 * slot] = name
        socket.queued += 1
        self.forwarded += 1

    def repeat(self, peer: Peer, datagram: bytes, number_at: int) -> None:
        """Queue a datagram once more as it was; on the transport it counts as lost."""
        assert peer.route is not None
        if peer.path is not None and number_at:
            at = LENGTH + number_at
            peer.path.gone(int.from_bytes(datagram[at : at + 2], "big"), self._clock())
        socket = peer.route.socket
        if socket.queued == SLOTS:
            socket.flush()
        at = socket.queued * OUT_STRIDE
        socket.outbox.data[at : at + len(datagram)] = datagram
        self._close(socket, len(datagram), peer.route.name.address)


def _pointers(addresses: Sequence[int], kind: str = "void *") -> tuple[object, ...]:
    """The buffers, or where their sizes stand, as libsrtp's binding takes them."""
    return tuple(ffi.cast(kind, address) for address in addresses)

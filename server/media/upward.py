"""The control half of a peer that sends: reads its ring, tells it what to send again and how much.

Pure: arrivals and time in, RTCP and facts out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from server.media import feedback
from server.media.arrivals import Arrivals
from server.media.keyframes import KeyFrameRequests
from server.media.losses import TRIES, Losses
from server.media.peer import Peer
from server.media.publication import Publication
from server.media.remb import Allowance
from server.media.table import BEGINS, NO_LEVEL, REPAIR, Arrival
from server.media.transport_cc import TransportFeedback

REPORT_PERIOD: Final = 1.0
"""Seconds between receiver reports."""
WIDE_PERIOD: Final = 0.06
"""Seconds between two messages of transport-wide feedback."""
LOST_MOST: Final = 0.25
"""Share lost behind us that a publisher is told at most: beyond it, repairing each other costs
sound packets more of their own quality than it saves."""
SOUND_TRIES: Final = 2
"""How often a packet of sound is asked for: after 20 and 120 ms, while it still can be heard."""
ROUND_TRIP: Final = 0.1
"""Seconds to wait for a retransmission before asking again; a lite end measures none upward."""

Came = tuple[Publication, Sequence[Arrival]]
"""A publication, and packets of it in the order in which they came."""
Found = Sequence[Came]
"""All that came of a peer since the last look."""


class Intake:
    """What the control half knows of one publication."""

    def __init__(self, publication: Publication) -> None:
        self.publication = publication
        """Whose packets."""
        self.key_frames = KeyFrameRequests()
        """Who waits for a key frame."""
        self.loss = 0.0
        """Share lost in the last report."""
        self.begin(publication)

    def begin(self, publication: Publication) -> None:
        """A new sequence: everything is counted anew."""
        self.ssrc = publication.ssrc
        self.losses = Losses(TRIES if self.publication.is_video else SOUND_TRIES)
        self.arrivals = Arrivals(publication.ssrc or 0, publication.clock_rate)

    def arrived(self, came: Sequence[Arrival]) -> None:
        """Packets of it, of its own sequence."""
        if self.ssrc != self.publication.ssrc:
            self.begin(self.publication)
        missed, counted = self.losses.arrived, self.arrivals.arrived
        for _, order, at, _, _, _, timestamp, flags in came:
            missed(order, at)
            if not flags & REPAIR:
                counted(order, timestamp, at)
            if flags & BEGINS:
                self.key_frames.arrived()

    def requests(self, sender: int, now: float) -> Iterator[bytes]:
        """NACK and PLI that are due (RFC 4585)."""
        ssrc = self.publication.ssrc
        if ssrc is None or self.ssrc != ssrc:
            return
        nacked = "nack" in self.publication.section.feedback
        missing = self.losses.due(now, ROUND_TRIP) if nacked else []
        if missing:
            yield feedback.nack(sender, ssrc, [index & 0xFFFF for index in missing])
        if self.publication.is_video:
            if self.losses.overflowed():
                self.key_frames.ask()
            if self.key_frames.due(now):
                yield feedback.key_frame_request(sender, ssrc)


class Upward:
    """What one peer sends, as its publisher has to be told."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self.intakes: dict[int, Intake] = {}
        """By the publication's number on the peer."""
        self._wide = TransportFeedback()
        self._allowance = Allowance()
        self._reported = float("-inf")
        self._wide_told = float("-inf")
        self.packets = 0
        """RTP packets since the last `take`."""
        self.octets = 0
        """Their octets."""
        self._stepped = 0

    def read(self) -> Found:
        """What came since the last call, of publications that are still there."""
        arrivals = self._peer.ring.read()
        octets = sum([arrival.size for arrival in arrivals])
        self.packets += len(arrivals)
        self.octets += octets
        self._stepped += octets
        streams: dict[int, list[Arrival]] = {}
        for arrival in arrivals:
            stream, order, at, _, _, wide, _, _ = arrival
            if wide >= 0:
                self._wide.arrived(wide, at)
            if order < 0:
                continue
            if stream in streams:
                streams[stream].append(arrival)
            else:
                streams[stream] = [arrival]
        return list(self._taken(streams))

    def _taken(self, streams: Mapping[int, Sequence[Arrival]]) -> Iterator[Came]:
        for stream, came in streams.items():
            intake = self.intakes.get(stream)
            if intake is not None:
                intake.arrived(came)
                yield intake.publication, came

    def messages(self, now: float) -> list[bytes]:
        """The RTCP that is due, each one datagram."""
        sender = self._peer.report_ssrc
        out = [each for intake in self.intakes.values() for each in intake.requests(sender, now)]
        if now - self._wide_told >= WIDE_PERIOD:
            self._wide_told = now
            out += self._wide.messages(sender, self._any_ssrc())
        if now - self._reported >= REPORT_PERIOD:
            out += self._reports(sender, now)
        return out

    def _reports(self, sender: int, now: float) -> list[bytes]:
        elapsed, self._reported = now - self._reported, now
        receptions = []
        for intake in self.intakes.values():
            reception = intake.arrivals.report(now) if intake.ssrc is not None else None
            if reception is not None:
                intake.loss = reception.fraction
                source = intake.publication.source
                # Opus repairs what is lost behind us too; only the fraction tells its encoder.
                told = max(reception.fraction, min(source.lost, LOST_MOST))
                receptions.append(replace(reception, fraction=told))
        if not receptions:
            return []
        estimate = self._estimate(sender, now, elapsed)
        return [feedback.receiver_report(sender, receptions) + estimate]

    def _estimate(self, sender: int, now: float, elapsed: float) -> bytes:
        """A REMB for peers that agreed on nothing better."""
        offered = {
            each for one in self.intakes.values() for each in one.publication.section.feedback
        }
        stepped, self._stepped = self._stepped, 0
        if "transport-cc" in offered or "goog-remb" not in offered:
            return b""
        granted = self._allowance.step(now, self.loss(), stepped * 8 / max(elapsed, 0.1))
        ssrcs = [each.ssrc for each in self.intakes.values() if each.ssrc is not None]
        return feedback.estimate(sender, granted, ssrcs) if granted is not None else b""

    def loss(self) -> float:
        """The worst share lost of any of its streams."""
        return max((each.loss for each in self.intakes.values()), default=0.0)

    def _any_ssrc(self) -> int:
        return next((each.ssrc for each in self.intakes.values() if each.ssrc is not None), 0)

    def take(self) -> tuple[int, int]:
        """Packets and octets since the last call."""
        counted = self.packets, self.octets
        self.packets = self.octets = 0
        return counted


def levels(found: Found) -> Iterator[tuple[Publication, Arrival]]:
    """Those arrivals of open sounds that say how loud they are."""
    for publication, came in found:
        if publication.is_video or not publication.source.open:
            continue
        for arrival in came:
            if arrival.level != NO_LEVEL:
                yield publication, arrival

"""The control half of a peer that sends: tells it what to send again and how much.

Pure: what the pump has noted and time in, RTCP and facts out.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from server.media import feedback
from server.media.keyframes import KeyFrameRequests
from server.media.peer import Peer
from server.media.publication import Publication
from server.media.remb import Allowance

REPORT_PERIOD: Final = 1.0
"""Seconds between receiver reports."""
WIDE_PERIOD: Final = 0.06
"""Seconds between two messages of transport-wide feedback."""
LOST_MOST: Final = 0.25
"""Share lost behind us that a publisher is told at most: beyond it, repairing each other costs
sound packets more of their own quality than it saves."""
ROUND_TRIP: Final = 0.1
"""Seconds to wait for a retransmission before asking again; a lite end measures none upward."""


class Intake:
    """What the control half knows of one publication."""

    def __init__(self, publication: Publication) -> None:
        self.publication = publication
        """Whose packets."""
        self.loss = 0.0
        """Share lost in the last report."""
        self._key_frames = KeyFrameRequests()
        self._begins = publication.inflow.begins

    def want_key_frame(self) -> None:
        """Somebody cannot go on without a key frame that comes from now on."""
        self._look()
        self._key_frames.ask()

    def _look(self) -> None:
        """Whoever waited for a key frame has it, if one began meanwhile."""
        begins = self.publication.inflow.begins
        if begins != self._begins:
            self._begins = begins
            self._key_frames.arrived()

    @property
    def waits(self) -> bool:
        """Whether something was or will be asked for that has not come."""
        wanted = self._key_frames.deadline() is not None
        return wanted or self.publication.inflow.losses.waits

    def requests(self, sender: int, now: float) -> Iterator[bytes]:
        """NACK and PLI that are due (RFC 4585)."""
        publication = self.publication
        ssrc, losses = publication.ssrc, publication.inflow.losses
        if ssrc is None:
            return
        nacked = "nack" in publication.section.feedback
        missing = losses.due(now, ROUND_TRIP) if nacked else []
        if missing:
            yield feedback.nack(sender, ssrc, [index & 0xFFFF for index in missing])
        if publication.is_video:
            if losses.overflowed():
                self.want_key_frame()
            self._look()
            if self._key_frames.due(now):
                yield feedback.key_frame_request(sender, ssrc)


class Upward:
    """What one peer sends, as its publisher has to be told."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self.intakes: dict[int, Intake] = {}
        """By the publication's number on the peer."""
        self._allowance = Allowance()
        self._reported = float("-inf")
        self._wide_told = float("-inf")
        self._wanting = False
        self._counted = 0, 0
        self._stepped = 0

    def want_key_frame(self, publication: Publication) -> None:
        """Somebody cannot go on without a key frame of one of its pictures."""
        self.intakes[publication.number].want_key_frame()
        self._wanting = True

    def is_due(self, now: float) -> bool:
        """Whether `messages` has anything to look at; at most times it has not."""
        return self._wanting or self._peer.uplink.gaps or now - self._wide_told >= WIDE_PERIOD

    def messages(self, now: float) -> list[bytes]:
        """The RTCP that is due, each one datagram."""
        sender = self._peer.report_ssrc
        out = list(self._requests(sender, now))
        if now - self._wide_told >= WIDE_PERIOD:
            self._wide_told = now
            out += self._peer.uplink.messages(sender, next(iter(self._ssrcs()), 0))
        if now - self._reported >= REPORT_PERIOD:
            out += self._reports(sender, now)
        return out

    def _requests(self, sender: int, now: float) -> Iterator[bytes]:
        uplink = self._peer.uplink
        if not self._wanting and not uplink.gaps:
            return
        for intake in self.intakes.values():
            yield from intake.requests(sender, now)
        self._wanting = uplink.gaps = any(intake.waits for intake in self.intakes.values())

    def _reports(self, sender: int, now: float) -> list[bytes]:
        elapsed, self._reported = now - self._reported, now
        receptions = []
        for intake in self.intakes.values():
            reception = intake.publication.inflow.arrivals.report(now)
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
        octets = self._peer.uplink.octets
        stepped, self._stepped = octets - self._stepped, octets
        if "transport-cc" in offered or "goog-remb" not in offered:
            return b""
        granted = self._allowance.step(now, self.loss(), stepped * 8 / max(elapsed, 0.1))
        ssrcs = self._ssrcs()
        return feedback.estimate(sender, granted, ssrcs) if granted is not None else b""

    def loss(self) -> float:
        """The worst share lost of any of its streams."""
        return max((each.loss for each in self.intakes.values()), default=0.0)

    def _ssrcs(self) -> list[int]:
        """Of all that came."""
        known = [each.publication.ssrc for each in self.intakes.values()]
        return [each for each in known if each is not None]

    def take(self) -> tuple[int, int]:
        """Packets and octets since the last call."""
        (packets, octets), uplink = self._counted, self._peer.uplink
        self._counted = uplink.packets, uplink.octets
        return self._counted[0] - packets, self._counted[1] - octets

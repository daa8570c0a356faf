"""What the control half does by the clock: feedback, levels, reports, who is quiet.

Time in, RTCP and notices out; the worker calls `tick` every `PERIOD` while packets come.
"""

from collections.abc import Callable
from typing import Final

from server.media.downward import clock_for
from server.media.every import Every
from server.media.following import Following
from server.media.liveness import Liveness
from server.media.peer import Peer
from server.media.plane import Plane
from server.media.pump import Pump
from server.media.repeats import Repeats
from server.media.requests import (
    Levels,
    Notice,
    PeerReport,
    Reports,
    SourceFlows,
    SourceStopped,
    Speaking,
)
from server.media.sharing import Sharing
from server.media.speaker import Speakers
from server.media.stills import Stills
from signaling.rtp import tap

PERIOD: Final = 0.02
"""Seconds between two rounds."""
LEVELS_PERIOD: Final = 0.3
REPORTS_PERIOD: Final = 2.0
CLOCK_PERIOD: Final = 1.0
STOPPED: Final = 2.0
"""Seconds without a packet after which an open source has stopped."""


class Rounds:
    """The plane's clockwork."""

    def __init__(self, plane: Plane, pump: Pump, notify: Callable[[Notice], None]) -> None:
        self._plane = plane
        self._pump = pump
        self._notify = notify
        self._speakers = Speakers()
        self._stills = Stills(plane)
        self._following = Following(plane)
        self.sharing = Sharing(plane, pump, notify)
        """What each receiver's path is used for."""
        self._repeats = Repeats(plane, self.sharing)
        self._liveness = Liveness(plane, notify)
        self._anybody = False
        self._levels = Every(LEVELS_PERIOD)
        self._reports = Every(REPORTS_PERIOD)
        self._seconds = Every(CLOCK_PERIOD)
        self._taps = Every(tap.PERIOD)

    def tick(self, now: float) -> list[Peer]:
        """One round; the peers that were lost in it."""
        for identity, upward in self._plane.upward.items():
            if upward.is_due(now):
                peer = self._plane.peers[identity]
                for message in upward.messages(now):
                    self._pump.report(peer, message)
        self._flowing()
        if self._taps.due(now):
            self._pump.tap.flush()
        for source in self._pump.tap.starved():
            self._plane.want_key_frame(source)
        self._following.tick(now)
        self.sharing.tick(now)
        self._repeats.tick(now)
        self._stills.tick(now)
        if self._levels.due(now):
            self._tell_levels(now)
        if self._reports.due(now):
            self._tell_reports()
        lost = self._liveness.tick(now)
        if self._seconds.due(now):
            self._every_second(now)
        return lost

    def _flowing(self) -> None:
        """Tell of first packets, of new codecs, and of packets after a stop."""
        for source in self._plane.sources.values():
            main = source.publication
            if main is None or (source.flowing and main.told is main.codec):
                continue
            if any(each.has_come for each in source.carried()):
                main.told, source.flowing = main.codec, True
                self._notify(SourceFlows(source=source.id, peer=main.peer.id, codec=main.codec))

    def _tell_levels(self, now: float) -> None:
        for identity, source in self._plane.sources.items():
            sound = source.publication
            level = None if sound is None or sound.is_video else sound.inflow.loudness()
            if not source.open:
                self._speakers.forget(identity)
            elif level is not None:
                self._speakers.heard(identity, level)
        heard = self._speakers.speaking(now)
        if heard or self._anybody:
            self._notify(
                Levels(
                    speaking=tuple(
                        Speaking(source=one.source, level=one.level, voice=one.voice)
                        for one in heard
                    )
                )
            )
        self._anybody = bool(heard)

    def _tell_reports(self) -> None:
        reports = [self._report(each) for each in self._plane.peers.values() if each.sending]
        self._notify(Reports(peers=tuple(reports)))

    def _report(self, peer: Peer) -> PeerReport:
        downward = self._plane.downward.get(peer.id)
        if downward is not None:
            downward.read()
        way = self._plane.upward[peer.id] if downward is None else downward
        packets, octets = way.take()
        round_trip = None if downward is None else downward.round_trip
        return PeerReport(
            peer=peer.id,
            way="up" if downward is None else "down",
            rtt_ms=None if round_trip is None else round_trip * 1000,
            loss=way.loss(),
            packets=packets,
            octets=octets,
            served=None if downward is None else self.sharing.served(peer),
        )

    def _every_second(self, now: float) -> None:
        self._stopped(now)
        self._clocks(now)
        self._waiting(now)

    def _stopped(self, now: float) -> None:
        """Tell of open sources of which nothing comes any more."""
        for source in self._plane.sources.values():
            publication = source.publication
            if publication is None or not source.flowing or not source.open:
                continue
            if now - source.arrived() > STOPPED:
                source.flowing = False
                for each in source.carried():
                    each.look_away()
                self._notify(SourceStopped(source=source.id, since=source.arrived()))

    def _waiting(self, now: float) -> None:
        """Ask again for key frames of pictures that flow while somebody waits to see them."""
        for source in self._plane.sources.values():
            publication = source.publication
            flows = publication is not None and now - publication.arrived < STOPPED
            if publication is not None and flows and publication.waiting:
                self._plane.want_key_frame(source)

    def _clocks(self, now: float) -> None:
        """Tell rows that began since the publisher's last report of its clock."""
        for source in self._plane.sources.values():
            for row in source.rows:
                if row.clocked:
                    continue
                publication = row.publication
                message = clock_for(row, publication, now) if publication is not None else None
                if message is not None:
                    self._pump.report(row.peer, message)

"""A receiver's path as the compiled pump keeps it."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from math import inf
from typing import TYPE_CHECKING, Final

from server.media.pacer import Pacer
from server.media.path import Path
from server.media.twin.library import Struct, ffi, in_state, load
from server.media.twin.pacer import TwinPacer
from signaling.congestion.path_input import Line, PathInput, Probed
from signaling.congestion.wide_feedback import WideFeedback

if TYPE_CHECKING:
    from server.media.subscription import Subscription

_RECORD: Final = struct.Struct("=qqqddqdddddddq")
"""`struct record`."""
_NOTHING: Final = bytes(_RECORD.size)


class TwinPath(Path):
    """A path whose packets and feedback lie in C; the record is made of its numbers."""

    def _open(self) -> None:
        library = load()
        self.state: Struct = ffi.gc(library.path_open(), library.path_close)
        """Its struct."""
        self._told = ffi.buffer(ffi.addressof(self.state, "record"))
        self._octets_before = 0
        self._pacer: Pacer | None = None

    probe = in_state("probe")

    @property
    def octets(self) -> int:
        """Sent since the start."""
        return int(self.state.octets)

    @property
    def pacer(self) -> Pacer | None:
        """What pictures wait in before they leave; none: they leave at once."""
        return self._pacer

    @pacer.setter
    def pacer(self, value: Pacer | None) -> None:
        self._pacer = value
        self.state.pacing = value.state if isinstance(value, TwinPacer) else ffi.NULL

    def new_pacer(self, now: float, target: float, rows: Mapping[int, Subscription]) -> Pacer:
        """One that the compiled pump can read."""
        return TwinPacer(now, target, rows)

    @property
    def next(self) -> int:
        """The transport-wide number that the next packet bears, 16 bits."""
        return int(self.state.next) & 0xFFFF

    def sent(self, at: float, size: int, cluster: int = 0) -> None:
        """Note that it went out."""
        load().path_sent(self.state, at, size, cluster)

    def heard(self, feedback: WideFeedback, now: float) -> None:
        """Take in one message of the receiver."""
        came = bytes(ticks is not None for ticks in feedback.ticks)
        ticks = [each or 0 for each in feedback.ticks]
        load().path_heard(self.state, feedback.first, came, ticks, len(came), now)

    def gone(self, number: int, now: float) -> None:
        """Note that the packet of this number is sent again as it was."""
        load().path_gone(self.state, number)

    def hide(self, number: int) -> None:
        """Learn nothing of the packet of this number: it goes out more than once."""
        load().path_hide(self.state, number)

    def _set_late(self, late: float) -> None:
        self.state.late = late

    def _is_calm(self) -> bool:
        return bool(load().path_is_calm(self.state))

    def _record(self, seconds: float) -> PathInput:
        packets, octets, lost, least, trip, *line, probed = _RECORD.unpack(self._told)
        self._told[:] = _NOTHING
        self.state.packets_before = self.state.worth = 0
        before, self._octets_before = self._octets_before, int(self.state.octets)
        return PathInput(
            sent_octets=self._octets_before - before,
            packets=packets,
            octets=octets,
            lost=lost,
            arrived=self.state.arrived,
            least_delay=least if packets and least < inf else None,
            line=Line(*line),
            round_trip=trip if packets and trip < inf else None,
            probed=self._probed() if probed else None,
            seconds=seconds,
        )

    def _probed(self) -> Probed:
        cluster = self.state.cluster
        sent, came = cluster.sent[1] - cluster.sent[0], cluster.came[1] - cluster.came[0]
        return Probed(
            cluster=cluster.number,
            packets=cluster.packets,
            sent_rate=8 * (cluster.octets - cluster.last) / max(sent, 0.001),
            arrived_rate=8 * (cluster.octets - cluster.first) / max(came, 0.001),
            seconds=sent,
        )

"""How a publication's packets come, as the compiled pump notes it."""

from __future__ import annotations

from typing import Final

from server.media.arrivals import Arrivals
from server.media.inflow import Inflow
from server.media.losses import MISSING_LIMIT, Losses
from server.media.twin.library import Struct, ffi, flag, in_state, load

_DUE: Final[Struct] = ffi.new("int64_t[]", MISSING_LIMIT)
"""Numbers on their way from C."""


class TwinArrivals(Arrivals):
    """The figures of receiver reports; what counts each packet lies in the struct."""

    def __init__(self, state: Struct, ssrc: int, clock_rate: int) -> None:
        self.state = state
        state.clock_rate = clock_rate
        super().__init__(ssrc, clock_rate)

    _received = in_state("received")
    _first = in_state("first")
    _highest = in_state("highest")
    _jitter = in_state("jitter")
    _last = in_state("last")
    _ticks = in_state("ticks")


class TwinLosses(Losses):
    """What is missing; all of it lies in the struct."""

    def __init__(self, state: Struct, tries: int) -> None:
        self.state = state
        state.followed = state.missing_count = state.answered = 0
        state.tries = tries
        super().__init__(tries)

    _overflowed = flag("overflowed")

    def arrived(self, sequence: int, now: float) -> None:
        """A packet came, for the first time or again."""
        load().losses_arrived(self.state, sequence, now)

    def due(self, now: float, round_trip: float) -> list[int]:
        """The packets to ask for now, ascending; each is then due again later."""
        if not self.state.missing_count:
            return []
        count = load().losses_due(self.state, now, round_trip, _DUE)
        return list(_DUE[0:count])

    @property
    def waits(self) -> bool:
        """Whether something is missing, or was given up and not told yet."""
        return bool(self.state.missing_count or self._overflowed)


class TwinInflow(Inflow):
    """Counts and sums of one publication; C notes its packets in the struct."""

    def __init__(self, owner: Struct) -> None:
        self._owner = owner  # whose memory it is
        self.state: Struct = ffi.addressof(owner, "inflow")
        """Its struct."""
        super().__init__()

    begins = in_state("begins")
    _loudness = in_state("loudness")
    _levels = in_state("levels")

    def begin(self, ssrc: int, clock_rate: int, *, is_video: bool) -> None:
        """Another sequence begins: what is told of it is counted anew."""
        self.arrivals = TwinArrivals(self.state, ssrc, clock_rate)
        self.losses = TwinLosses(self.state, self.tries_of(is_video))

    def came(self, index: int, timestamp: int, now: float, *, repairs: bool) -> bool:
        """Note a packet that is one of the sequence; see `Inflow.came`."""
        return bool(load().inflow_came(self.state, index, timestamp, now, repairs))

"""How one publication's packets come: counted, what is missing, how loud. Pure.

The pump notes each packet; the control half reads counts and sums, and what is due, as often as it
likes. The reference for the compiled pump's own (`twin.inflow`).
"""

from typing import Final

from server.media.arrivals import Arrivals
from server.media.losses import TRIES, Losses

SOUND_TRIES: Final = 4
"""How often a packet of sound is asked for. Who listens plays what comes within 200 ms or so; the
recording waits for half a second, and of four tries over a line that loses a fifth each way one of
sixty fails."""


class Inflow:
    """Everything about the packets of one publication that is told without looking at each."""

    def __init__(self) -> None:
        self.begins = 0
        """Packets that a decoder could begin with, since the start."""
        self._loudness = self._levels = 0
        self.begin(0, 1, is_video=True)

    def begin(self, ssrc: int, clock_rate: int, *, is_video: bool) -> None:
        """Another sequence begins: what is told of it is counted anew."""
        self.losses = Losses(self.tries_of(is_video))
        """What is missing of it."""
        self.arrivals = Arrivals(ssrc, clock_rate)
        """How it arrives."""

    @staticmethod
    def tries_of(is_video: bool) -> int:
        """How often a packet is asked for."""
        return TRIES if is_video else SOUND_TRIES

    def came(self, index: int, timestamp: int, now: float, *, repairs: bool) -> bool:
        """Note a packet that is one of the sequence; whether something is missing or given up.

        `repairs` if it came as a retransmission, which says nothing of how the others arrive.
        """
        self.losses.arrived(index, now)
        if not repairs:
            self.arrivals.arrived(index, timestamp, now)
        return self.losses.waits

    def heard(self, level: int) -> None:
        """Note how loud a packet of it is, in -dBov."""
        self._loudness += level
        self._levels += 1

    def loudness(self) -> float | None:
        """Mean level in -dBov since the last call; none if nobody told any."""
        loudness, levels = self._loudness, self._levels
        self._loudness = self._levels = 0
        return loudness / levels if levels else None

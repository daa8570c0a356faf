"""What the room's way to the server carries, by what the server tells of its packets; pure.

Packets, feedback and time in; numbers, bits per second for the encoders and moments to send out.
Estimate and probes are those that the server has for its receivers (docs/congestion.md).
"""

from typing import Final

from client.room.allowance import Allowance
from client.room.spread import Spread
from signaling.congestion.carriage import Carriage
from signaling.congestion.departures import Departures
from signaling.congestion.path_input import PERIOD, Fold
from signaling.congestion.wide_feedback import read_wide

SEALED: Final = 16
"""Octets that SRTP adds to a packet (RFC 7714)."""


class Uplink:
    """One transport's packets, from its first on; bounded by `departures.HISTORY`."""

    def __init__(self, now: float) -> None:
        self._departures = Departures()
        self._fold = Fold()
        self._carriage = Carriage(now)
        self._allowance = Allowance(now, self._carriage.bitrate)
        self._spread = Spread(now)
        self._due = now + PERIOD

    @property
    def budget(self) -> int:
        """Bits per second that all streams together are to take."""
        return round(self._allowance.budget)

    @property
    def probes(self) -> bool:
        """Whether a probe is under way, of which `padding` has to be asked again soon."""
        return bool(self._carriage.probe)

    @property
    def narrow(self) -> bool:
        """Whether packets of pictures wait for the way."""
        return self._spread.narrow

    def left(self, size: int, now: float) -> int:
        """Note that a packet of so many octets goes out; the number that it is to bear."""
        self._spread.charge(size + SEALED, now)
        return self._departures.sent(now, size + SEALED, self._carriage.probe)

    def may_leave(self, now: float) -> bool:
        """Whether a packet of a picture may go out now; sound and repairs always may."""
        return self._spread.may(now)

    def heard(self, datagram: bytes, now: float) -> None:
        """Take in decrypted RTCP of the server."""
        for message in read_wide(datagram):
            self._fold.add(self._departures.learned(message), now)

    def step(self, wanted: float, waits: int, now: float) -> bool:
        """Judge the last period, if it is over; whether another budget follows.

        Args:
            wanted: bits per second that would be sent where the way has room for them.
            waits: octets of pictures that wait for their time.
            now: the moment.
        """
        if now < self._due:
            return False
        self._due = max(self._due + PERIOD, now)
        record = self._fold.take(self._departures.octets)
        self._carriage.take(record, wanted, now, waits)
        self._spread.aim(self._carriage.pace(now), now)
        return self._allowance.step(self._carriage.bitrate, now)

    def padding(self, now: float) -> int:
        """Octets of packets once more that the probe takes now, each asked for once."""
        octets = self._carriage.padding(now, self._departures.octets)
        self._carriage.sent()
        return octets

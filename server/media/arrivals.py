"""How a publisher's stream arrives: the figures of our receiver reports (RFC 3550, A.1, A.3, A.8).

Pure. One `Arrivals` per incoming SSRC; retransmissions are not counted in it.
"""

from server.media.feedback import Reception
from signaling.rtp.sequence import difference, middle


class Arrivals:
    """Counts one incoming stream; sequence numbers are extended ones (`signaling.rtp.sequence`)."""

    def __init__(self, ssrc: int, clock_rate: int) -> None:
        self._ssrc = ssrc
        self._clock_rate = clock_rate
        self._first = self._highest = 0
        self._received = 0
        self._jitter = self._last = 0.0
        self._ticks = 0
        self._told = (0, 0)
        self._report: tuple[int, float] | None = None

    @property
    def received(self) -> int:
        """Packets so far."""
        return self._received

    def arrived(self, sequence: int, timestamp: int, arrival: float) -> None:
        """One packet came at `arrival` seconds."""
        if not self._received:
            self._first = self._highest = sequence
        else:
            self._highest = max(self._highest, sequence)
            passed = (arrival - self._last) * self._clock_rate
            transit = passed - difference(timestamp, self._ticks)
            self._jitter += (abs(transit) - self._jitter) / 16
        self._received += 1
        self._last, self._ticks = arrival, timestamp

    def reported(self, ntp: int, arrival: float) -> None:
        """A sender report of this stream came."""
        self._report = middle(ntp), arrival

    def report(self, now: float) -> Reception | None:
        """The figures since the last call; none before the first packet."""
        if not self._received:
            return None
        expected = self._highest - self._first + 1
        new_expected, new_received = expected - self._told[0], self._received - self._told[1]
        self._told = expected, self._received
        lost = max(0, new_expected - new_received)
        stamp, since = self._report or (0, now)
        return Reception(
            ssrc=self._ssrc,
            fraction=lost / new_expected if new_expected > 0 else 0.0,
            lost=expected - self._received,
            highest=self._highest,
            jitter=int(self._jitter),
            last_report=stamp,
            since_report=int((now - since) * 65_536),
        )


class RoundTrips:
    """Round-trip time to one receiver, from its reports on what we sent it.

    Sender reports carry the publisher's clock, so the moment of sending is remembered here: the
    last 32 reports, older ones are forgotten.
    """

    def __init__(self) -> None:
        self._sent: dict[int, float] = {}

    def sent(self, ntp: int, now: float) -> None:
        """A sender report with this NTP timestamp goes out."""
        self._sent[middle(ntp)] = now
        if len(self._sent) > 32:
            del self._sent[next(iter(self._sent))]

    def returned(self, reception: Reception, now: float) -> float | None:
        """Seconds of the round trip; none if the report names nothing that is remembered."""
        at = self._sent.get(reception.last_report)
        if at is None:
            return None
        return max(0.0, now - at - reception.since_report / 65_536)

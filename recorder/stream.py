"""One publication: its whole frames with their lesson time. Pure."""

from recorder.cutter import Timed
from recorder.packets import Found
from recorder.timeline import DeviceClock, Timeline
from signaling.events import Codec
from signaling.rtp.codecs import CLOCK_RATES


class Stream:
    """The clock of what comes for one handle; `zero` is CLOCK_MONOTONIC at lesson time 0."""

    def __init__(self, codec: Codec, device: DeviceClock, zero: float) -> None:
        self._device = device
        self._zero = zero
        self._last: Timed | None = None
        self._timeline = Timeline(CLOCK_RATES[codec], device)
        self._ran: float | None = 0.0

    def begin(self, codec: Codec) -> bool:
        """Another SSRC or codec begins, with another clock; whether there were frames before."""
        self._timeline = Timeline(CLOCK_RATES[codec], self._device)
        self._ran = None
        return self._last is not None

    def frame(self, found: Found) -> Timed:
        """A whole frame at its place."""
        timeline = self._timeline
        time = timeline.at(found.rtp, found.arrival - self._zero)
        if self._ran is None:
            self._ran = self._run_on(time)
        self._last = frame = Timed(
            time, self._ran + timeline.ran, found.data, found.key, found.codec
        )
        return frame

    def _run_on(self, time: float) -> float:
        """Where a new clock goes on from the one before, so that together they have no step."""
        before = self._last
        return 0.0 if before is None else before.ran + time - before.time

    def report(self, ntp: int, rtp: int, arrival: float) -> None:
        """A sender report of the publisher, which came at CLOCK_MONOTONIC `arrival`."""
        self._timeline.report(ntp, rtp, arrival - self._zero)

"""What arrived of what was sent, how late: pure arithmetic on the generator's notes."""

from array import array
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(kw_only=True)
class Sent:
    """One stream as its publisher sent it."""

    times: "array[float]" = field(default_factory=lambda: array("d"))
    """CLOCK_REALTIME of each packet; its place is its sequence number from 0, not wrapped."""
    latest: dict[bytes, int] = field(default_factory=dict)
    """Payload to the newest packet that had it; the clip is short, so it stays small."""

    def note(self, payload: bytes, now: float) -> None:
        """One more packet goes out."""
        self.latest[payload] = len(self.times)
        self.times.append(now)


@dataclass(kw_only=True)
class Got:
    """One stream as one receiver got it."""

    sequences: "array[int]" = field(default_factory=lambda: array("H"))
    """16-bit sequence numbers as they came."""
    times: "array[float]" = field(default_factory=lambda: array("d"))
    """CLOCK_REALTIME of each arrival."""
    shift: int | None = None
    """Sequence number minus the publisher's place, once a packet was decrypted and recognised."""


def matched(sent: Sent, got: Got) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Each arrival's place in what was sent, and its delay in seconds."""
    if got.shift is None or not got.sequences:
        return np.empty(0, np.int64), np.empty(0)
    raw = np.frombuffer(got.sequences, np.uint16).astype(np.int64) - got.shift
    steps = (np.diff(raw, prepend=0) + 0x8000 & 0xFFFF) - 0x8000
    # The first packet is the one that was recognised or comes soon after: its lap is known from
    # when it came.
    places = np.cumsum(steps)
    times = np.frombuffer(got.times, np.float64)
    sent_times = np.frombuffer(sent.times, np.float64)
    first = int(np.searchsorted(sent_times, times[0]))
    places += round((first - int(places[0])) / 0x10000) * 0x10000
    known = (places >= 0) & (places < len(sent_times))
    return places[known], times[known] - sent_times[places[known]]


def window(sent: Sent, start: float, end: float) -> tuple[int, int]:
    """The places of what was sent from `start` to `end`."""
    times = np.frombuffer(sent.times, np.float64)
    return int(np.searchsorted(times, start)), int(np.searchsorted(times, end))


def tally(
    sent: Sent, received: list[Got], start: float, end: float
) -> tuple[int, int, NDArray[np.float64]]:
    """Expected and received packets and the delays of a stream's receivers within a window."""
    low, high = window(sent, start, end)
    count, delays = 0, [np.empty(0)]
    for got in received:
        places, late = matched(sent, got)
        inside = (places >= low) & (places < high)
        count += len(np.unique(places[inside]))
        delays.append(late[inside])
    return (high - low) * len(received), count, np.concatenate(delays)

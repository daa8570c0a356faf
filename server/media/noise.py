"""How loud a sound is while nobody speaks in it: its levels (RFC 6464) in, its noise out. Pure.

Each source has its own, as with Jitsi (`DominantSpeakerIdentification`, after Volfin and Cohen,
2012) and Signal (`LevelsTracker` of its calling server): both take the quietest of 15 s, and for a
voice what is 10 dB above it. Theirs rises by half each time; ours is that of the last seconds.
"""

from typing import Final

from server.media.held import Held
from signaling.rtp.extensions import SILENCE

SECONDS: Final = 10.0
"""Whose quietest level is the noise: nobody reads for so long without a breath."""


class Noise:
    """One source's; remembers `SECONDS`."""

    def __init__(self) -> None:
        self._held = Held(SECONDS)
        self._since = self._last = float("-inf")

    def note(self, level: float, now: float) -> None:
        """It was as loud as this just now, in -dBov."""
        if now - self._last > SECONDS:
            self._held, self._since = Held(SECONDS), now
        self._last = now
        self._held.note(level, now)

    def floor(self, now: float) -> float:
        """In -dBov; silence as long as it is not known for `SECONDS`."""
        is_known = now - self._last <= SECONDS <= now - self._since
        return self._held.most(float(SILENCE)) if is_known else float(SILENCE)

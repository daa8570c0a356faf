"""Cutting pictures: key frames, fragments, parts, and what to do when some are missing. Pure."""

from recorder.cutter import FRAGMENT_S, GAP_S, PART_S, Cutter, KeyFrameWanted, OpenPart, Timed
from recorder.samples import Sample
from recorder.timeline import Smooth
from signaling.events import GapReason, Kind

HOLD_S = 0.8
"""How long the newest frame waits for the next one, which says how long it is shown.

In WebM it waits for `OUTAGE_S`, for Firefox leaves out frames that begin before the one of another
cluster ends: a killed recorder may cost the one frame that nothing has followed for so long.
"""
OUTAGE_S = 2.0
"""Without a frame for so long, the part ends. Browsers repeat an idle screen every second.

A frame that is written before the next one is there is said to last so long: a player cuts it short
when the next one comes, but Firefox stops for ever where no frame lasts (seen in ESR 153).
"""
FROZEN_S = 0.1
"""After so long, the last frame before a hole is a picture that stands still."""
ASK_S = 0.5
"""Between two requests for a key frame."""
AGE_S = 10.0
LONG_AGE_S = 30.0
"""How old the last key frame may be, and that of a screen or a thin link."""
THIN_BPS = 100_000
"""Bits per second of a camera below which its link counts as thin: there a key frame is as much as
some seconds of picture."""
LEAST_S = 0.001
"""Between two frames, whatever their times say."""


class PictureCutter(Cutter):
    """Cuts a camera or a screen.

    Holds one frame and at most a fragment. What does not follow on a whole frame is left out up to
    the next key frame.
    """

    def __init__(
        self, kind: Kind, kept_to: float | None = None, reason: GapReason | None = None
    ) -> None:
        super().__init__(kept_to, reason)
        self._is_screen = kind is Kind.SCREEN
        self._smooth = Smooth()
        self._last: tuple[Timed, float] | None = None
        self._last_at = float("-inf")
        self._taken = 0.0
        self._waiting = True
        self._key_at: float | None = None
        self._since_key = 0
        self._asked = -ASK_S
        self._hole = GapReason.PACKETS_LOST

    def key_frame_age(self, now: float) -> float:
        """Seconds since the last key frame that was kept; 0 before the first."""
        return now - self._key_at if self._key_at is not None else 0.0

    def frame(self, frame: Timed, now: float) -> None:
        """The next frame; `now` is lesson time."""
        at = self._smooth.place(frame.time, frame.ran)
        if self.stopped is not None:
            return
        if self.kept_to is None:
            self.kept_to = at
        if self._part is not None and frame.codec is not self._part.codec:
            self._waiting = True
        if self._waiting and not frame.key:
            self._ask(now)
            return
        self._take(frame, max(at, self._last_at + LEAST_S), now)

    def lose(self, reason: GapReason, now: float) -> None:
        """Frames are missing here."""
        if self.stopped is None:
            if not self._waiting:
                self._hole = reason
            self._waiting = True
            self._ask(now)

    def begin_anew(self, now: float) -> None:
        """It begins with a key frame, be the picture as large as before or not; none is asked for.

        If none comes, it is asked for after `ASK_S`.
        """
        if not self._waiting:
            self._waiting = True
            self._asked = now

    def close(self, reason: GapReason | None) -> None:
        """The publication is over; the next one has another clock."""
        super().close(reason)
        self._smooth = Smooth()

    def tick(self, now: float) -> None:
        """Time passed: nothing may wait too long."""
        quiet = now - self._taken
        if self._last is not None and self._may_overlap() and quiet >= HOLD_S:
            self._show_last(self._last_at + OUTAGE_S)
            self._flush()
            self.kept_to = self._last_at + FROZEN_S
        if self._part is not None and quiet >= OUTAGE_S:
            if not self._waiting:
                self._hole = GapReason.SENDER_AWAY
            self._leave()
        if self._part is not None and self._is_key_due(now):
            self._ask(now)

    def go_on(self) -> None:
        """Write again, from the next key frame on."""
        super().go_on()
        self._asked = -ASK_S

    def _may_overlap(self) -> bool:
        return self._part is not None and self._part.writer.overlaps

    def _is_key_due(self, now: float) -> bool:
        return self._waiting or self._is_key_old(now) or self._is_long(now)

    def _is_key_old(self, now: float) -> bool:
        if self._key_at is None:
            return False
        age = now - self._key_at
        is_thin = self._since_key * 8 < THIN_BPS * age
        return age >= (LONG_AGE_S if self._is_screen or is_thin else AGE_S)

    def _is_long(self, now: float) -> bool:
        return self._part is not None and now - self._part.start >= PART_S

    def _ask(self, now: float) -> None:
        if now - self._asked >= ASK_S:
            self._asked = now
            self.pieces.append(KeyFrameWanted())

    def _take(self, frame: Timed, at: float, now: float) -> None:
        """Keep a frame that follows on what is kept, or is a key frame."""
        try:
            part = self._part_for(frame, at)
        except ValueError:
            self._ask(now)
            return
        self._since_key = 0 if frame.key else self._since_key + len(frame.data)
        if frame.key:
            self._key_at = now
            self._waiting = False
            self._hole = GapReason.PACKETS_LOST
            self._flush()
        elif part.samples and at - part.start - part.samples[0].start >= FRAGMENT_S:
            self._flush()
        self._last, self._last_at, self._taken = (frame, at), at, now

    def _fill_in(self, at: float) -> None:
        """Name the hole that ends with this key frame; the frame before it is seen meanwhile."""
        begun = self._last_at + FROZEN_S
        if self._waiting and at - begun > GAP_S:
            self.kept_to = begun
            self._gap(at, self._hole)

    def _part_for(self, frame: Timed, at: float) -> OpenPart:
        """The open part with the frame before ended, or a new one."""
        part = self._part
        if part is not None:
            self._show_last(min(at, self._last_at + OUTAGE_S))
            long = frame.key and at - part.start >= PART_S
            if frame.codec is part.codec and not long:
                self._fill_in(at)
                return part
            self._close_part()
        return self._open(frame, at, self._hole)

    def _show_last(self, end: float) -> None:
        if self._last is None or self._part is None:
            return
        frame, at = self._last
        start = self._part.start
        self._part.samples.append(Sample(frame.data, at - start, end - start, frame.key))
        self._last = None

    def _leave(self) -> None:
        self._show_last(self._last_at + FROZEN_S)
        self._close_part()
        self._waiting = True

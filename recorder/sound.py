"""Cutting sound: packets of Opus without holes, kept beside the picture frame by frame. Pure."""

from recorder.cutter import FRAGMENT_S, GAP_S, PART_S, Cutter, GapFound, OpenPart, Timed
from recorder.depacketize import opus_duration
from recorder.samples import Sample
from signaling.events import GapReason

OUTAGE_S = 1.0
"""Without a packet for so long, the part ends; a shorter hole is filled with silence."""
SILENCE = b"\xf8\xff\xfe"
"""An Opus packet of 20 ms of silence."""
SILENCE_S = 0.02
LATE_S = 0.010
"""Sound that is off by half a frame is put right where it is quiet."""
FAR_S = 0.016
"""Sound so far off is put right wherever it is."""
PACE_S = 0.2
"""Between two frames added or left out where it is not quiet."""
APART_S = 0.1
"""Lips and voice are seen to be apart: better a rough second than a minute like that."""
HURRY_S = 0.04
"""The pace from then on, half a second in each second."""
DTX = 3
"""A packet of so few octets says that nobody speaks (RFC 6716, 2.1.9)."""


class SoundCutter(Cutter):
    """Cuts a microphone or the sound of a screen; holds at most a fragment."""

    def __init__(self, kept_to: float | None = None, reason: GapReason | None = None) -> None:
        super().__init__(kept_to, reason)
        self._position = 0.0
        self._next_ran: float | None = None
        self._heard = 0.0
        self._corrected = 0.0
        self._usual = 0.0
        self._lost: GapReason | None = None

    def key_frame_age(self, now: float) -> float:
        """Sound has none."""
        return 0.0

    @property
    def put_to(self) -> float:
        """Lesson time of the end of what is in the open part; 0 without one."""
        return self._part.start + self._position if self._part is not None else 0.0

    def frame(self, frame: Timed, now: float) -> None:
        """The next packet; `now` is lesson time."""
        data = frame.data
        lasts = opus_duration(data)
        missing = 0.0 if self._next_ran is None else frame.ran - self._next_ran
        self._next_ran = frame.ran + lasts
        self._heard = now
        if self.stopped is not None:
            return
        part = self._part
        if part is not None and self._follows(part, frame, missing):
            self._usual += (len(data) - self._usual) / 50
            self._put(part, data, lasts)
        else:
            part = self._part_for(frame)
            self._fill(part, missing)
            self._keep_time(part, frame, lasts, now)
        if part.samples and self._position - part.samples[0].start >= FRAGMENT_S - 1e-6:
            self._flush()

    def _follows(self, part: OpenPart, frame: Timed, missing: float) -> bool:
        """Whether a packet is the next one at its time, as nearly all are: it is just put."""
        position = self._position
        return (
            self._lost is None
            and 0 < position < PART_S
            and self._usual > 0
            and -SILENCE_S / 2 < missing < SILENCE_S / 2
            and -LATE_S < frame.time - part.start - position < LATE_S
        )

    def lose(self, reason: GapReason, now: float) -> None:
        """Packets are missing here."""
        self._lost = self._lost or reason

    def begin_anew(self, now: float) -> None:
        """What lies between two streams is missing."""
        self.lose(GapReason.PACKETS_LOST, now)

    def tick(self, now: float) -> None:
        """Time passed: nothing may wait too long."""
        if self._part is not None and now - self._heard >= FRAGMENT_S:
            self._flush()
        if self._part is not None and now - self._heard >= OUTAGE_S:
            self._leave()

    def _part_for(self, frame: Timed) -> OpenPart:
        """The open part, or a new one after an outage, a long time, or another RTP clock."""
        part = self._part
        if part is not None:
            here = self.put_to
            if frame.time - here > OUTAGE_S:
                self._close_part()
            elif self._position < PART_S:
                return part
            else:
                self._close_part()
                return self._begin(frame, here)
        start = frame.time if self.kept_to is None else max(frame.time, self.kept_to)
        return self._begin(frame, start)

    def _begin(self, frame: Timed, start: float) -> OpenPart:
        self._position = 0.0
        lost, self._lost = self._lost, None
        return self._open(frame, start, lost or GapReason.SENDER_AWAY)

    def _fill(self, part: OpenPart, missing: float) -> None:
        """Silence for what is missing by the RTP clock; a gap if it was lost."""
        before = self.put_to
        if self._position:
            for _ in range(round(missing / SILENCE_S) if missing < OUTAGE_S else 0):
                self._put(part, SILENCE, SILENCE_S)
        after = self.put_to
        if self._lost is not None and after - before > GAP_S:
            why = self._reason or self._lost
            self.pieces.append(GapFound(start=before, end=after, reason=why))
        self._lost = None

    def _keep_time(self, part: OpenPart, frame: Timed, lasts: float, now: float) -> None:
        """Put the packet; one more before it or none at all if sound and clock disagree."""
        off = frame.time - self.put_to
        if off < -OUTAGE_S:
            return
        if self._may_correct(frame.data, off, now):
            self._corrected = now
            if off < 0:
                return
            self._put(part, SILENCE, SILENCE_S)
        self._put(part, frame.data, lasts)

    def _may_correct(self, data: bytes, off: float, now: float) -> bool:
        quiet = len(data) <= DTX or len(data) < self._usual / 2
        self._usual += (len(data) - self._usual) / 50 if self._usual else len(data)
        if quiet:
            return abs(off) >= LATE_S
        pace = PACE_S if abs(off) < APART_S else HURRY_S
        return abs(off) >= FAR_S and now - self._corrected >= pace

    def _put(self, part: OpenPart, data: bytes, lasts: float) -> None:
        end = self._position + lasts
        part.samples.append(Sample(data, self._position, end, True))
        self._position = end

    def _leave(self) -> None:
        self._close_part()
        self._next_ran = None

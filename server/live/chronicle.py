"""The journal of one running lesson: events get their numbers, are kept, and change the lesson."""

import os
from collections import deque
from collections.abc import Sequence

from server.store.journal import JournalFile
from signaling.events import Event, JournalGap
from signaling.journal import NONCE_BYTES, Line, Writer
from signaling.lesson import LiveLesson, told
from signaling.messages import Told

MISSED_EVENTS = 500
"""Whoever missed more gets the whole state instead."""


class Chronicle:
    """Writes events and applies them; remembers the last `MISSED_EVENTS` for who resumes.

    While the disk takes nothing the lesson goes on: what was not kept is counted, and the first
    line that is kept again says how much is missing.
    """

    def __init__(self, lesson: LiveLesson, file: JournalFile, writer: Writer) -> None:
        self._lesson = lesson
        self._file = file
        self._writer = writer
        self._kept = writer.head
        self._last: deque[Told] = deque(maxlen=MISSED_EVENTS)
        self._lost_since: float | None = None

    @property
    def losing(self) -> bool:
        """Whether the disk took nothing the last time."""
        return self._lost_since is not None

    def remember(self, lines: Sequence[Line]) -> list[Told]:
        """Take in lines that stand in the journal; what each of them tells."""
        known = [(line.n, line.t, line.event) for line in lines if line.event is not None]
        for n, t, event in known:
            self._lesson.apply(n, t, event)
        new = [told(n, t, event) for n, t, event in known]
        self._last.extend(new)
        return new

    async def record(self, events: Sequence[Event], now: float) -> list[Told]:
        """Keep events, take them into the lesson, and say what is to be told, in order.

        While `losing`, every call tries anew; without events it only tries.
        """
        if self._lost_since is not None:
            missing = self._writer.rewind(self._kept)
            events = [JournalGap(since=self._lost_since, events=missing), *events]
        lines = [self._writer.write(now, event, os.urandom(NONCE_BYTES)) for event in events]
        kept = await self._file.append(b"".join(data for _, data in lines))
        return self._applied([line for line, _ in lines], kept)

    def after(self, seen: int) -> list[Told] | None:
        """The events behind number `seen`; none if they are no longer remembered."""
        if not self._last or seen + 1 < self._last[0].n:
            return None
        return [one for one in self._last if one.n > seen]

    def _applied(self, lines: Sequence[Line], kept: bool) -> list[Told]:
        if kept:
            self._kept = self._writer.head
            self._lost_since = None
        else:
            # A gap that was not kept either is part of the next one.
            lines = [line for line in lines if not isinstance(line.event, JournalGap)]
            if self._lost_since is None and lines:
                self._lost_since = lines[0].t
        return self.remember(lines)

"""What the recorder is told of one lesson, and what its words mean for the lesson (sans-IO)."""

from collections.abc import Callable, Mapping

from recorder.requests import CloseSource, Gap, MarkGap, OpenSource, Progress, Request
from recorder.space import Step
from server.live.wishes import Wishes
from signaling.events import Event, GapReason, RecordingGap
from signaling.ids import LessonId, SourceId
from signaling.messages import LessonState, RecordedSource

SPACE_WORDS: Mapping[Step, tuple[bool, str]] = {
    "plenty": (True, "started"),
    "low": (True, "low_space"),
    "no_new": (True, "low_space"),
    "stopped": (False, "no_space"),
}
"""Step of free space to whether bytes still reach the disk, and the word for it."""


class Recording:
    """One lesson's sources at the recorder: which are open, under which numbers."""

    def __init__(self, lesson: LessonId, new_handle: Callable[[], int]) -> None:
        self._lesson = lesson
        self._new_handle = new_handle
        self._open: dict[SourceId, int] = {}
        self._silent: dict[SourceId, GapReason] = {}
        self.running = False
        """Whether the recorder has the lesson open."""
        self.sources: tuple[RecordedSource, ...] = ()
        """How far each source is on disk."""
        self.free_space: float | None = None
        """Share of the disk that is free."""
        self.step: Step = "plenty"
        """How free space stands for this lesson."""
        self.slow = False
        """Whether frames wait for the disk."""

    @property
    def standing(self) -> tuple[bool, str]:
        """Whether the recorder writes this lesson, and the word for it."""
        on, reason = SPACE_WORDS[self.step]
        return (True, "slow_disk") if on and self.slow else (on, reason)

    @property
    def handles(self) -> dict[SourceId, int]:
        """Number on the tap of each source that is kept; what a dead recorder had stays tapped."""
        return dict(self._open)

    def follow(self, state: LessonState, wishes: Wishes) -> list[Request]:
        """What to tell the recorder so that it keeps what is wished; nothing while it is away."""
        if not self.running:
            return []
        requests: list[Request] = []
        present = {source.source: source for source in state.sources}
        for source in [s for s in self._open if not wishes.kept.get(s, False)]:
            reason = GapReason.CONSENT if source in present else GapReason.SENDER_AWAY
            requests.append(CloseSource(handle=self._open.pop(source), reason=reason))
            self._silent.pop(source, None)
        for source, kept in wishes.kept.items():
            if kept and source not in self._open:
                self._open[source] = self._new_handle()
                requests.append(self._opening(state, source))
        return [*requests, *self._gaps(wishes)]

    def resume(self, state: LessonState) -> list[Request]:
        """A new recorder has the lesson open: the sources go on, under the numbers they had."""
        self.running = True
        self._silent.clear()
        known = {source.source for source in state.sources}
        self._open = {source: handle for source, handle in self._open.items() if source in known}
        return [self._opening(state, source) for source in self._open]

    def lost(self) -> None:
        """The recorder has died."""
        self.running = False
        self.sources = ()
        self.step, self.slow = "plenty", False

    def moves(self) -> None:
        """Another recorder is to have the lesson; none has it until then."""
        self.running = False

    def moved(self, state: LessonState) -> list[Request]:
        """It has: what came between was lost with the worker."""
        sources = [source.source for source in state.sources if source.recorded]
        return [MarkGap(source=source, reason=GapReason.WORKER_LOST) for source in sources]

    def close(self) -> None:
        """The lesson is over: nothing is kept any more."""
        self.running = False
        self._open.clear()

    def worker_lost(self) -> list[Request]:
        """The media worker has died: what follows from the next one begins new parts."""
        if not self.running:
            return []
        handles = list(self._open.values())
        self._open.clear()
        self._silent.clear()
        return [CloseSource(handle=h, reason=GapReason.WORKER_LOST) for h in handles]

    def progress(self, notice: Progress) -> None:
        """How far it is."""
        self.free_space = notice.free_space
        self.sources = tuple(
            RecordedSource(
                source=source.source,
                written=source.written,
                key_frame_age_s=source.key_frame_age_s,
                trouble=source.trouble,
            )
            for source in notice.sources
        )

    def _opening(self, state: LessonState, source: SourceId) -> OpenSource:
        of = next(known for known in state.sources if known.source == source)
        return OpenSource(
            lesson=self._lesson,
            source=source,
            handle=self._open[source],
            kind=of.kind,
            codec=of.codec,
            device=of.device,
        )

    def _gaps(self, wishes: Wishes) -> list[Request]:
        """Name the gaps that begin now."""
        begun = {
            source: reason
            for source, reason in wishes.silent.items()
            if source in self._open and self._silent.get(source) is not reason
        }
        self._silent = {s: reason for s, reason in wishes.silent.items() if s in self._open}
        return [MarkGap(source=source, reason=reason) for source, reason in begun.items()]


def gap_event(gap: Gap) -> Event:
    """A gap as the lesson tells it."""
    return RecordingGap(source=gap.source, start=gap.start, end=gap.end, reason=gap.reason)

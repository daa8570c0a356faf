"""Where one lesson is recorded: opened at a recorder, moved to another, its files finished."""

import asyncio
from collections.abc import Callable

from server.live import items
from server.live.moving import Keep, move_recording
from server.live.plane import Plane
from server.live.stage import Running, Stage
from signaling.events import Phase


class Keeping:
    """Asks one recorder at a time; whoever asks for it says which task group waits for that."""

    def __init__(
        self,
        running: Running,
        stage: Stage,
        told: Keep,
        post: Callable[[items.RecorderReady], None],
    ) -> None:
        """`told` hears what the recorders tell, `post` that one has the lesson open, or can't."""
        self.plane = running.plane
        """The pair that has the lesson."""
        self.opened = False
        """Whether a recorder has ever had it open."""
        self._running = running
        self._stage = stage
        self._told = told
        self._post = post
        self._asked = False
        self._opening: asyncio.Task[None] | None = None

    def ask(self, tasks: asyncio.TaskGroup) -> None:
        """A live lesson is recorded; ask for it once."""
        if self._asked or self._stage.lesson.state.phase is not Phase.LIVE:
            return
        self._asked = True
        self._opening = tasks.create_task(self._record_here(None))

    def ask_anew(self, tasks: asyncio.TaskGroup) -> None:
        """Ask once more: a new recorder knows of nothing."""
        self._asked = False
        self.ask(tasks)

    def go_on_at(self, plane: Plane, tasks: asyncio.TaskGroup) -> None:
        """Another pair has the lesson now; its recording follows."""
        old, self.plane = self.plane, plane
        if self._stage.recording.running:
            self._stage.recording.moves()
            self._opening = tasks.create_task(self._record_here(old))
        elif self._opening is None or self._opening.done():
            self.ask_anew(tasks)

    async def finish(self) -> bool | None:
        """Have the files finished; whether they are, none if it was never recorded."""
        if self._opening is not None:
            await self._opening  # two recorders are never at one folder
        if not self.opened:
            return None
        recording, running = self._stage.recording, self._running
        closed = await self.plane.finish_lesson(
            running.lesson.plan.lesson,
            *(running.folder, running.zero, self._stage.now),
            running=recording.running,
        )
        recording.close()
        return closed

    async def _record_here(self, at: Plane | None) -> None:
        """Have the lesson recorded where it is by then; `at` says who has its files now."""
        lesson, place = self._running.lesson.plan.lesson, (self._running.folder, self._running.zero)
        step, moved = None, at is not None
        while at is not self.plane:
            before, at = at, self.plane
            if before is None:
                step = await at.open_lesson(lesson, *place)
            else:
                last = (self._told, *place, self._stage.now)
                step = await move_recording(lesson, (before, at), *last)
            if step is None:
                break
        self._post(items.RecorderReady(step=step, moved=moved))

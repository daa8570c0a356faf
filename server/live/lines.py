"""The lines of schools in running lessons: what they may carry, and what was sent on them."""

import asyncio
import logging
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from server.access.ids import uuid7
from server.live.ladder import Note
from server.programme.lesson import Lesson
from server.programme.link import LinkBudget, SchoolStep
from server.programme.refusal import RefusedError
from server.store.links import Links
from signaling.events import LinkStepped
from signaling.ids import LessonId, ParticipantId

EVERY: Final = 2.0
"""Seconds between two looks at the store."""
WAITING: Final = 2000
"""Steps that wait for a store that can't be written; the oldest are dropped."""
BITS: Final = 1000

log = logging.getLogger(__name__)


class Lines:
    """Knows the budgets of all running lessons and keeps their steps."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self._budgets: dict[LessonId, dict[ParticipantId, int]] = {}
        self._newest: datetime | None = None
        self._waiting: deque[SchoolStep] = deque(maxlen=WAITING)

    async def opened(self, lesson: LessonId) -> Mapping[ParticipantId, int]:
        """Bits per second that the line of each room may carry; it changes as they are changed."""
        found = self._budgets.setdefault(lesson, {})
        found.update(_bits(await self._links.of_lesson(lesson)))
        return found

    def ended(self, lesson: LessonId) -> None:
        """A lesson is over, or its owner has failed."""
        self._budgets.pop(lesson, None)

    def noted(self, lesson: Lesson) -> Note:
        """What takes the steps of a lesson: those of its rooms are kept, a pupil's at home not."""
        schools = {
            ParticipantId(room.participant): room.place.organisation
            for room in lesson.rooms
            if room.place is not None
        }

        def note(steps: Sequence[LinkStepped]) -> None:
            now = datetime.now(UTC)
            self._waiting.extend(
                SchoolStep(
                    id=uuid7(),
                    school=schools[step.participant],
                    lesson=lesson.id,
                    at=now,
                    step=step.step,
                    reason=step.reason,
                    available_kbps=step.available_kbps,
                )
                for step in steps
                if step.participant in schools
            )

        return note

    async def run(self) -> None:
        """Keep what is noted and look for changed budgets, until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            await self.look()

    async def look(self) -> None:
        """Do it once; what can't be kept just now waits."""
        try:
            if self._waiting:
                steps = list(self._waiting)
                await self._links.note(steps)
                for _ in steps:
                    self._waiting.popleft()
            await self._renew()
        except RefusedError:
            log.warning("steps of lines wait: the database can't be written")

    async def _renew(self) -> None:
        newest = await self._links.newest() if self._budgets else self._newest
        if newest == self._newest:
            return
        for lesson, budgets in list(self._budgets.items()):
            budgets.update(_bits(await self._links.of_lesson(lesson)))
        self._newest = newest


def _bits(budgets: Mapping[str, LinkBudget]) -> dict[ParticipantId, int]:
    return {ParticipantId(who): one.down_kbps * BITS for who, one in budgets.items()}

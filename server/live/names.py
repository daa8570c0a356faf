"""What the participants of one lesson are called; journals hold no names."""

import logging
from collections.abc import Iterable

from server.live.device import Device
from server.programme.lesson import Lesson
from server.store.database import StoreUnavailableError
from server.store.people import People
from signaling.ids import LessonId, ParticipantId
from signaling.messages import People as PeopleMessage
from signaling.messages import Person

log = logging.getLogger(__name__)


class Names:
    """The rooms' names from the plan, everyone else's from the store."""

    def __init__(self, lesson: Lesson, people: People) -> None:
        self._lesson = LessonId(lesson.id)
        self._people = people
        self._unkept: dict[ParticipantId, tuple[str, str | None, str | None]] = {}
        self._pupils: dict[ParticipantId, str] = {}
        self._names = {ParticipantId(room.participant): room.name for room in lesson.rooms}

    async def load(self) -> dict[ParticipantId, str]:
        """Read the names of those who joined before this owner; all that are known."""
        stored = await self._people.names(self._lesson)
        self._names |= {ParticipantId(participant): name for participant, name in stored.items()}
        pupils = await self._people.pupils(self._lesson)
        self._pupils |= {ParticipantId(participant): pupil for participant, pupil in pupils.items()}
        return dict(self._names)

    async def put(
        self,
        participant: ParticipantId,
        name: str,
        pupil: str | None = None,
        observer: str | None = None,
    ) -> None:
        """Keep what somebody is called; once given it stays.

        And which pupil of a roster they are, or the account by which they came to listen.
        What a full disk does not take is kept in memory, and tried again with the next name.
        """
        if participant in self._names:
            return
        self._names[participant] = name
        self._unkept[participant] = name, pupil, observer
        if pupil is not None:
            self._pupils[participant] = pupil
        for one, known in list(self._unkept.items()):
            try:
                await self._people.put(self._lesson, one, *known)
            except StoreUnavailableError as error:
                log.warning("lesson=%s a name is not kept: %s", self._lesson, error)
                return
            del self._unkept[one]

    def bearers(self, pupil: str) -> frozenset[ParticipantId]:
        """The participants that are, or were, this pupil of a roster."""
        return frozenset(one for one, known in self._pupils.items() if known == pupil)

    def tell(self, device: Device, about: Iterable[ParticipantId]) -> None:
        """Tell a device the names it does not know yet."""
        new = [p for p in about if p not in device.names and p in self._names]
        if not new:
            return
        device.names.update(new)
        people = tuple(Person(participant=p, name=self._names[p]) for p in new)
        device.tell(PeopleMessage(people=people))

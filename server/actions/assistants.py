"""The far-side assistant: scans a room's QR, picks themselves, and proves it by a PIN."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypedDict

from server.access.codes import new_pin, pin
from server.access.guesses import Guess, Guesses, Kind
from server.access.hashing import Hashing
from server.access.room_codes import RoomCodes
from server.access.tokens import Claims, LinkKey
from server.actions.accounts import check_proof
from server.actions.acting import entry
from server.actions.room_day import Occasion, Occasions
from server.actions.sign_in import From
from server.programme.attendance import evening
from server.programme.classroom import Classroom
from server.programme.people import Person
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action
from server.store.accounts import Accounts
from server.store.database import Database
from server.store.pins import Pins
from server.store.screens import Screens
from signaling.events import Role
from signaling.ids import LessonId, ParticipantId


class StaffWords(TypedDict):
    """Somebody who may be the assistant."""

    id: str
    name: str


class RoomWords(TypedDict):
    """Where somebody scanned, as their phone shows it; no pupil is ever named."""

    classroom: str
    school: str
    title: str
    staff: list[StaffWords]


class Assistants:
    """Lets assistants in; the count of wrong PINs lives as long as the server."""

    def __init__(
        self,
        database: Database,
        occasions: Occasions,
        codes: RoomCodes,
        hashing: Hashing,
        guesses: Guesses,
        key: LinkKey,
    ) -> None:
        self._accounts = Accounts(database)
        self._screens = Screens(database)
        self._pins = Pins(database)
        self._occasions = occasions
        self._codes = codes
        self._hashing = hashing
        self._guesses = guesses
        self._key = key

    async def look(self, code: str, now: float) -> RoomWords:
        """Where a QR was scanned, and who is expected to help there.

        Raises:
            RefusedError: the code is over, no lesson takes place there, or it is led from there.
        """
        classroom, occasion = await self._room(code, now)
        return RoomWords(
            classroom=classroom.name,
            school=classroom.organisation.name,
            title=occasion.lesson.title,
            staff=[
                StaffWords(id=one.id, name=one.name)
                for one in await self._staff(classroom, occasion)
            ],
        )

    async def enter(self, code: str, person: str, typed: str, source: From) -> str:
        """The link of this lesson for somebody who proved who they are.

        Raises:
            RefusedError: as `look`, the PIN is wrong, or it was guessed too often.
        """
        digits = pin(typed)
        classroom, occasion = await self._room(code, source.now)
        guess = Guess(kind=Kind.PIN, address=source.address, name=person)
        self._guesses.admit(guess, source.tick)
        expected = {one.id for one in await self._staff(classroom, occasion)}
        kept = await self._pins.of(person) if person in expected else None
        checked = await self._hashing.check(digits, kept)
        if not checked.right:
            raise RefusedError(Refusal.PIN_WRONG)
        self._guesses.right(guess)
        if checked.renewed is not None:
            await self._pins.put(person, checked.renewed, _utc(source.now))
        return self._key.sign(_claims(occasion, person, _utc(source.now)))

    async def choose(self, person: str, typed: str, now: float) -> None:
        """Set one's own PIN.

        Raises:
            RefusedError: it is no PIN, or others would try it first.
        """
        await self._pins.put(person, await self._hashing.hash(new_pin(typed)), _utc(now))

    async def choose_for(self, acting: Acting, person: str, typed: str, now: float) -> None:
        """Set the PIN of somebody at one's school; who works elsewhere too sets it themselves.

        Raises:
            RefusedError: as `choose`, or this is not allowed.
        """
        held = await self._accounts.appointments(person)
        check_proof(acting, held)
        hashed = await self._hashing.hash(new_pin(typed))
        line = entry(acting, Action.CHANGE_STAFF, _utc(now))
        await self._pins.put(person, hashed, _utc(now), line)

    async def _room(self, code: str, now: float) -> tuple[Classroom, Occasion]:
        classroom = await self._screens.classroom(self._codes.classroom(code, now))
        if classroom is None:
            raise RefusedError(Refusal.ROOM_CODE_OVER)
        found = await self._occasions(classroom, _utc(now))
        occasion = next((one for one in found if one.open), None)
        if occasion is None:
            raise RefusedError(Refusal.ROOM_IDLE)
        if occasion.room.host:
            raise RefusedError(Refusal.ROOM_HOSTS)
        return classroom, occasion

    async def _staff(self, classroom: Classroom, occasion: Occasion) -> Sequence[Person]:
        """Whoever was planned; where nobody was, the school's teachers; those with a PIN."""
        if occasion.staff is not None:
            return await self._pins.people(occasion.staff)
        return await self._pins.teachers_at(classroom.organisation.id)


def _claims(occasion: Occasion, person: str, now: datetime) -> Claims:
    """A teacher's link of that room, as long as its roll is open if the lesson ends in time."""
    return Claims(
        lesson=LessonId(occasion.lesson.id),
        role=Role.TEACHER,
        place=ParticipantId(occasion.room.participant),
        person=person,
        beside=True,
        exp=int(evening(now).timestamp()),
    )


def _utc(now: float) -> datetime:
    return datetime.fromtimestamp(now, UTC)

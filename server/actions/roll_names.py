"""The names of a roll by roster: for whoever calls it or may see the pupils; every look is kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypedDict

from server.actions.acting import check, entry
from server.programme.attendance_marks import Mark
from server.programme.lesson import Room
from server.programme.organisation import Organisation
from server.programme.place import Place
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action, Concern, may
from server.store.accounts import Accounts
from server.store.database import Database
from server.store.directory import Directory
from server.store.roll_names import RollNames


class MarkedWords(TypedDict):
    """Somebody who belongs to a room."""

    id: str
    name: str
    mark: Mark | None
    """How the last declaration says that they were not simply there."""


def of_room(place: Place, schools: Mapping[str, Organisation]) -> Concern:
    """A roll is of its room's school and of those who work there, not of the whole lesson's."""
    school = schools[place.organisation]
    return Concern(persons=frozenset(place.persons), organisations={school.id: school.region})


async def names(database: Database, acting: Acting, room: Room, now: datetime) -> list[MarkedWords]:
    """Everyone who belongs to a room, by name; nobody where it goes by numbers.

    Raises:
        RefusedError: this is not allowed.
    """
    place = _place(room)
    schools = await Directory(database).organisations([place.organisation])
    check(acting, Action.SEE_PUPILS, of_room(place, schools))
    return await _look(database, acting, room, now)


async def names_by_link(
    database: Database, room: Room, person: str | None, now: datetime
) -> list[MarkedWords]:
    """The same for whoever calls the roll by a link of the room's.

    Raises:
        RefusedError: it is not known who holds the link, or they may not see the pupils.
    """
    acting = await caller(database, room, person)
    if acting is None:
        raise RefusedError(Refusal.NOT_YOURS)
    return await _look(database, acting, room, now)


async def caller(database: Database, room: Room, person: str | None) -> Acting | None:
    """In which capacity the holder of a room's link sees its pupils; none if in none.

    A link that was given to nobody shows no names: whoever came by it holds it.
    """
    if person is None or room.place is None:
        return None
    schools = await Directory(database).organisations([room.place.organisation])
    known = of_room(room.place, schools)
    # Where nobody was planned, whoever proved to be of the school's teachers calls the roll.
    thing = Concern(persons=known.persons or frozenset({person}), organisations=known.organisations)
    held = await Accounts(database).appointments(person)
    able = (one.acting for one in held if may(one.acting, Action.SEE_PUPILS, thing))
    return next(able, None)


async def by_name(database: Database, room: Room, person: str | None) -> bool:
    """Whether the holder of a room's link calls its roll by name."""
    known = await RollNames(database).known([room.participant])
    return bool(known) and await caller(database, room, person) is not None


async def _look(database: Database, acting: Acting, room: Room, now: datetime) -> list[MarkedWords]:
    line = entry(acting, Action.SEE_PUPILS, now)
    found = await RollNames(database).look(room.participant, line)
    return [MarkedWords(id=one.id, name=one.name, mark=one.mark) for one in found]


def _place(room: Room) -> Place:
    if room.place is None:
        raise RefusedError(Refusal.PLANNED_LESSON_UNKNOWN)
    return room.place

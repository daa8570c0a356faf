"""A classroom with a screen, for tests."""

from server.access.ids import uuid7
from server.access.logins import digest_of
from server.actions.acting import OPERATOR
from server.programme.classroom import Classroom
from server.programme.organisation import Organisation
from server.programme.rights import Action
from server.programme.screen import Screen
from server.store.audit import Entry
from server.store.database import Database
from server.store.screens import Screens
from server.store.tables import ClassroomRow
from tests.support.stored import NOW


async def classroom(database: Database, at: Organisation, name: str = "乙") -> Classroom:
    """A classroom in the database."""
    made = Classroom(id=uuid7(), organisation=at, name=name)
    async with database.transaction() as session:
        session.add(ClassroomRow(id=made.id, organisation=at.id, name=name))
    return made


async def screen(database: Database, room: Classroom, token: str = "token") -> Screen:
    """A screen that is bound to a classroom."""
    made = Screen(id=uuid7(), classroom=room, bound=NOW, bound_by="admin", seen=NOW)
    line = Entry(id=uuid7(), at=NOW, acting=OPERATOR, action=Action.BIND_ROOM)
    await Screens(database).bind(made, digest_of(token), line)
    return made

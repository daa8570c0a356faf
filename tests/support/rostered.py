"""Class groups that keep names, for tests."""

from collections.abc import Sequence
from dataclasses import replace

from server.actions.acting import OPERATOR, entry
from server.programme.class_group import Keeping
from server.programme.rights import Action
from server.store.class_groups import ClassGroups
from server.store.database import Database
from server.store.school_tables import PupilRow
from tests.support.paired import NOW, Campus

NAMES = ("小刚", "小明", "小红")


async def keeps(database: Database, at: Campus, keeping: Keeping) -> None:
    """The school's class keeps names, or numbers, from now on."""
    line = entry(OPERATOR, Action.CHANGE_CLASS_GROUP, NOW)
    group = replace(at.group, keeping=keeping, expected=0 if keeping is Keeping.ROSTER else 24)
    await ClassGroups(database).change(group, line)


async def enrol(database: Database, at: Campus, names: Sequence[str] = NAMES) -> None:
    """Put names on the roster of a school's class; the id is the name with the school's."""
    async with database.transaction() as session:
        session.add_all(
            PupilRow(id=pupil(at, name), class_group=at.group.id, name=name) for name in names
        )


async def by_roster(database: Database, at: Campus) -> None:
    """The school's class keeps names, and these are on them."""
    await keeps(database, at, Keeping.ROSTER)
    await enrol(database, at)


def pupil(at: Campus, name: str) -> str:
    """The id of somebody on the roster."""
    return f"{name} {at.school.name}"

"""The names of those a lesson is for, where their class group keeps names."""

from sqlalchemy import select

from server.programme.class_group import Keeping
from server.programme.pupil import Rostered
from server.store.database import Database
from server.store.school_tables import ClassGroupRow, PupilRow
from server.store.timetable_tables import LearnersRow


class LessonRosters:
    """Reads them; nobody is ever shown what is read here."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, lesson: str) -> list[Rostered]:
        """Everyone on the rosters of the class groups of a lesson's places who has not left."""
        query = (
            select(PupilRow.id, PupilRow.name)
            .join(LearnersRow, LearnersRow.class_group == PupilRow.class_group)
            .join(ClassGroupRow, ClassGroupRow.id == PupilRow.class_group)
            .where(
                LearnersRow.lesson == lesson,
                ClassGroupRow.keeping == Keeping.ROSTER,
                PupilRow.left.is_(None),
                PupilRow.name != "",
            )
            .distinct()
        )
        async with self._database.transaction() as session:
            found = await session.execute(query)
            return [Rostered(pupil=row.id, name=row.name) for row in found]

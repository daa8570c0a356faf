"""Names of those who joined a lesson by a link; the journal holds their ids alone."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from server.store import observers
from server.store.database import Database
from server.store.pupil_tables import KnownPupilRow
from server.store.tables import PersonRow


class People:
    """The repository of names."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(
        self,
        lesson: str,
        participant: str,
        name: str,
        pupil: str | None = None,
        observer: str | None = None,
    ) -> None:
        """Keep what a participant is called; once given it stays.

        And which pupil of a roster it is, or by whose account a teacher came in to listen.
        """
        async with self._database.transaction() as session:
            await session.execute(
                insert(PersonRow)
                .values(participant=participant, lesson=lesson, name=name)
                .on_conflict_do_nothing()
            )
            if pupil is not None:
                await session.execute(
                    insert(KnownPupilRow)
                    .values(participant=participant, lesson=lesson, pupil=pupil)
                    .on_conflict_do_nothing()
                )
            if observer is not None:
                await observers.came(session, lesson, participant, observer, datetime.now(UTC))

    async def names(self, lesson: str) -> dict[str, str]:
        """Participant to name, of everyone who joined a lesson by a link."""
        query = select(PersonRow.participant, PersonRow.name).where(PersonRow.lesson == lesson)
        async with self._database.transaction() as session:
            return {row.participant: row.name for row in await session.execute(query)}

    async def pupils(self, lesson: str) -> dict[str, str]:
        """Participant to pupil, of everyone whose name stood on a roster."""
        query = select(KnownPupilRow.participant, KnownPupilRow.pupil).where(
            KnownPupilRow.lesson == lesson
        )
        async with self._database.transaction() as session:
            return {row.participant: row.pupil for row in await session.execute(query)}

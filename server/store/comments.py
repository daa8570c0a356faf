"""Comments on lessons as rows; nothing is overwritten."""

from sqlalchemy import select

from server.programme.comment import Revision
from server.programme.refusal import Refusal, RefusedError
from server.store import audit
from server.store.certificates import is_there
from server.store.database import Database
from server.store.retention import RECORDS
from server.store.review_tables import CommentRow
from server.store.tables import AccountRow

COLUMNS = ("id", "lesson", "comment", "author", "at", "moment", "answers", "text", "deleted")


class Comments:
    """The repository of comments."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, revision: Revision, entry: audit.Entry) -> None:
        """Keep a new comment, or one more revision of it.

        Raises:
            RefusedError: the lesson's records are deleted, and with them what was said about it.
        """
        async with self._database.transaction() as session:
            audit.write(session, entry, revision.lesson)
            # A transaction that has written is alone: nobody deletes the records under us.
            await session.flush()
            if await is_there(session, revision.lesson, RECORDS):
                raise RefusedError(Refusal.COMMENT_TOO_LATE)
            session.add(CommentRow(**vars(revision)))

    async def of(self, lesson: str) -> list[Revision]:
        """Every revision of every comment on a lesson, oldest first."""
        query = select(CommentRow).where(CommentRow.lesson == lesson).order_by(CommentRow.id)
        async with self._database.transaction() as session:
            rows = await session.scalars(query)
            return [Revision(**{name: getattr(row, name) for name in COLUMNS}) for row in rows]

    async def authors(self, lesson: str) -> dict[str, str]:
        """The names of those who commented on a lesson, by their ids."""
        query = (
            select(AccountRow.id, AccountRow.name)
            .join(CommentRow, CommentRow.author == AccountRow.id)
            .where(CommentRow.lesson == lesson)
            .distinct()
        )
        async with self._database.transaction() as session:
            return {row.id: row.name for row in await session.execute(query)}

"""The tables of reviewing: what was said about a lesson, and who watched it."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.store.tables import Table
from server.store.utc import UtcDateTime


class CommentRow(Table):
    """One revision of a comment; a change or a deletion is one more row."""

    __tablename__ = "comment"

    id: Mapped[str] = mapped_column(primary_key=True)
    lesson: Mapped[str] = mapped_column(ForeignKey("lesson.id", ondelete="CASCADE"), index=True)
    comment: Mapped[str]
    author: Mapped[str] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    moment: Mapped[float]
    answers: Mapped[str | None]
    text: Mapped[str]
    deleted: Mapped[bool]


class ViewingRow(Table):
    """One sitting of one viewer before one recording."""

    __tablename__ = "viewing"

    id: Mapped[str] = mapped_column(primary_key=True)
    lesson: Mapped[str] = mapped_column(ForeignKey("lesson.id", ondelete="CASCADE"), index=True)
    person: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str]
    link: Mapped[str]
    began: Mapped[datetime] = mapped_column(UtcDateTime)
    last: Mapped[datetime] = mapped_column(UtcDateTime)


class StretchRow(Table):
    """From which second to which was watched, in lesson time."""

    __tablename__ = "stretch"

    id: Mapped[int] = mapped_column(primary_key=True)
    viewing: Mapped[str] = mapped_column(ForeignKey("viewing.id", ondelete="CASCADE"), index=True)
    start: Mapped[float]
    stop: Mapped[float]

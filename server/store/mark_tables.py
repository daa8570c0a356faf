"""The tables of rolls by roster, whose names stand there alone, and of who sat in to listen."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.store.tables import Table
from server.store.utc import UtcDateTime


class ExpectedPupilRow(Table):
    """Who belonged to a room when its lesson began."""

    __tablename__ = "expected_pupil"

    room: Mapped[str] = mapped_column(
        ForeignKey("room.participant", ondelete="CASCADE"), primary_key=True
    )
    pupil: Mapped[str] = mapped_column(ForeignKey("pupil.id"), primary_key=True, index=True)


class MarkRow(Table):
    """A pupil who was not simply there, as one declaration says."""

    __tablename__ = "mark"

    declaration: Mapped[str] = mapped_column(
        ForeignKey("declaration.id", ondelete="CASCADE"), primary_key=True
    )
    pupil: Mapped[str] = mapped_column(ForeignKey("pupil.id"), primary_key=True, index=True)
    mark: Mapped[str]


class ObserverRow(Table):
    """A teacher who sat in a lesson to listen: came by their account, or was added by hand."""

    __tablename__ = "observer"

    id: Mapped[str] = mapped_column(primary_key=True)
    lesson: Mapped[str] = mapped_column(ForeignKey("lesson.id", ondelete="CASCADE"), index=True)
    person: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str]
    added_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_back: Mapped[datetime | None] = mapped_column(UtcDateTime)

"""The tables of the timetable: when a lesson is, where, with whom, and how many were expected."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.store.tables import Table
from server.store.utc import UtcDateTime


class ScheduleRow(Table):
    """A lesson's line in the timetable."""

    __tablename__ = "schedule"

    lesson: Mapped[str] = mapped_column(
        ForeignKey("lesson.id", ondelete="CASCADE"), primary_key=True
    )
    form: Mapped[str]
    subject: Mapped[str]
    starts: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ends: Mapped[datetime] = mapped_column(UtcDateTime)
    mixed_grades: Mapped[str]
    called_off: Mapped[str]


class PlaceRow(Table):
    """Which lasting classroom a room of a lesson is."""

    __tablename__ = "place"
    __table_args__ = (Index("ix_place_organisation", "organisation", "lesson"),)

    room: Mapped[str] = mapped_column(
        ForeignKey("room.participant", ondelete="CASCADE"), primary_key=True
    )
    lesson: Mapped[str] = mapped_column(ForeignKey("lesson.id", ondelete="CASCADE"), index=True)
    classroom: Mapped[str] = mapped_column(index=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    pairing: Mapped[str | None]


class PostRow(Table):
    """Somebody who teaches or helps in a room of a lesson."""

    __tablename__ = "post"
    __table_args__ = (Index("ix_post_person", "person", "lesson"),)

    room: Mapped[str] = mapped_column(
        ForeignKey("room.participant", ondelete="CASCADE"), primary_key=True
    )
    person: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    lesson: Mapped[str] = mapped_column(ForeignKey("lesson.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    assists: Mapped[bool]


class LearnersRow(Table):
    """Who is taught in a room of a lesson."""

    __tablename__ = "learners"

    room: Mapped[str] = mapped_column(
        ForeignKey("room.participant", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    lesson: Mapped[str] = mapped_column(ForeignKey("lesson.id", ondelete="CASCADE"), index=True)
    class_group: Mapped[str | None] = mapped_column(index=True)
    name: Mapped[str]
    part: Mapped[str]
    grade: Mapped[int | None]
    number: Mapped[int | None]


class ExpectedRow(Table):
    """How many belonged to a room when its lesson began."""

    __tablename__ = "expected"

    room: Mapped[str] = mapped_column(
        ForeignKey("room.participant", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)

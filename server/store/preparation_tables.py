"""The tables of what the teachers of a lesson prepare together."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.store.tables import Table
from server.store.utc import UtcDateTime


class PreparationNoteRow(Table):
    """A text as somebody saved it; the last that is not aside stands."""

    __tablename__ = "preparation_note"

    id: Mapped[str] = mapped_column(primary_key=True)
    lesson: Mapped[str] = mapped_column(ForeignKey("lesson.id", ondelete="CASCADE"), index=True)
    author: Mapped[str] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    text: Mapped[str]
    aside: Mapped[bool]


class HandoutRow(Table):
    """A file that was put to it; it lies in the data folder."""

    __tablename__ = "handout"

    id: Mapped[str] = mapped_column(primary_key=True)
    lesson: Mapped[str] = mapped_column(ForeignKey("lesson.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    kind: Mapped[str]
    octets: Mapped[int]
    added_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class PreparedRow(Table):
    """A room's side said that it is ready."""

    __tablename__ = "prepared"

    room: Mapped[str] = mapped_column(
        ForeignKey("room.participant", ondelete="CASCADE"), primary_key=True
    )
    lesson: Mapped[str] = mapped_column(ForeignKey("lesson.id", ondelete="CASCADE"), index=True)
    person: Mapped[str] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

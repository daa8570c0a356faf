"""The tables of pupils at home: the codes by which they join, and who of them is whom."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.store.tables import Table
from server.store.utc import UtcDateTime


class JoinCodeRow(Table):
    """The code by which pupils join one lesson; a lesson has one at a time."""

    __tablename__ = "join_code"

    lesson: Mapped[str] = mapped_column(
        ForeignKey("lesson.id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(unique=True)
    expires: Mapped[datetime] = mapped_column(UtcDateTime)


class KnownPupilRow(Table):
    """Which pupil of a roster a participant is, for the attendance; journals hold neither name."""

    __tablename__ = "known_pupil"

    participant: Mapped[str] = mapped_column(primary_key=True)
    lesson: Mapped[str] = mapped_column(ForeignKey("lesson.id", ondelete="CASCADE"), index=True)
    pupil: Mapped[str] = mapped_column(index=True)

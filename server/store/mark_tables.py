"""The tables of rolls by roster; names stand in the roster alone."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.store.tables import Table


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

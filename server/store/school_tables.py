"""The tables of what a school keeps: its class groups, the names in them, who is paired."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from server.store.tables import Table
from server.store.utc import UtcDateTime


class ClassGroupRow(Table):
    """A class; how many there are is told here where no names are kept."""

    __tablename__ = "class_group"
    __table_args__ = (
        Index(
            "ix_class_group_open",
            "organisation",
            "grade",
            "number",
            unique=True,
            sqlite_where=text("closed IS NULL"),
            postgresql_where=text("closed IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    grade: Mapped[int]
    number: Mapped[int]
    keeping: Mapped[str]
    told: Mapped[int]
    class_teacher: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    closed: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_how: Mapped[str | None]
    risen: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PupilRow(Table):
    """A name on a roster; whoever has left stays as long as an attendance names them."""

    __tablename__ = "pupil"

    id: Mapped[str] = mapped_column(primary_key=True)
    class_group: Mapped[str] = mapped_column(ForeignKey("class_group.id"), index=True)
    name: Mapped[str]
    number_hash: Mapped[str | None]
    left: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PairingRow(Table):
    """Two schools that are bound, or are to be; how far apart they lie is worked out."""

    __tablename__ = "pairing"

    id: Mapped[str] = mapped_column(primary_key=True)
    supporter: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    recipient: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    forms: Mapped[str]
    begins: Mapped[date]
    ends: Mapped[date]
    waiver: Mapped[str]
    waits_for: Mapped[str | None]
    instead_of: Mapped[str | None]
    ended: Mapped[date | None]
    ended_by: Mapped[str | None]

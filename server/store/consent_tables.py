"""The tables of what parents agreed to, and of what was deleted because they did not."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.store.tables import Table
from server.store.utc import UtcDateTime


class ConsentRow(Table):
    """What was declared of a class; a change is one more row."""

    __tablename__ = "consent"

    id: Mapped[str] = mapped_column(primary_key=True)
    class_group: Mapped[str] = mapped_column(ForeignKey("class_group.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    declared_by: Mapped[str]
    signed_on: Mapped[date]
    exceptions: Mapped[int]
    form: Mapped[str]
    withdrawn: Mapped[bool]
    why: Mapped[str]


class ExceptionRow(Table):
    """A pupil of a class by roster who is not to be recorded."""

    __tablename__ = "consent_exception"

    consent: Mapped[str] = mapped_column(
        ForeignKey("consent.id", ondelete="CASCADE"), primary_key=True
    )
    pupil: Mapped[str] = mapped_column(ForeignKey("pupil.id"), primary_key=True, index=True)


class CertificateRow(Table):
    """What was deleted, when and why: all that is left of it."""

    __tablename__ = "certificate"

    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    lesson: Mapped[str] = mapped_column(index=True)
    reason: Mapped[str]
    files: Mapped[int]
    octets: Mapped[int]
    digest: Mapped[str]
    learners: Mapped[str] = mapped_column(server_default="")

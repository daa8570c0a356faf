"""The tables as they are now; `migrations/` is how a database comes to have them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from server.store.utc import UtcDateTime


class Table(DeclarativeBase):
    """What every table has in common: the metadata."""


class LessonRow(Table):
    """A planned lesson and how far it has come."""

    __tablename__ = "lesson"

    id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    planned_seconds: Mapped[float]
    created: Mapped[datetime] = mapped_column(UtcDateTime)
    opened: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    end_asked: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RoomRow(Table):
    """A classroom of a planned lesson."""

    __tablename__ = "room"

    participant: Mapped[str] = mapped_column(primary_key=True)
    lesson: Mapped[str] = mapped_column(ForeignKey("lesson.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name: Mapped[str]
    host: Mapped[bool]


class PersonRow(Table):
    """The name of somebody who joined a lesson by a link; journals hold none."""

    __tablename__ = "person"

    participant: Mapped[str] = mapped_column(primary_key=True)
    lesson: Mapped[str] = mapped_column(ForeignKey("lesson.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]


class JobRow(Table):
    """Work that takes time or happens by itself; one of a kind for each lesson."""

    __tablename__ = "job"
    __table_args__ = (UniqueConstraint("kind", "lesson"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    lesson: Mapped[str] = mapped_column(ForeignKey("lesson.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(index=True)
    created: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int]
    error: Mapped[str | None]
    due: Mapped[datetime | None] = mapped_column(UtcDateTime)
    progress: Mapped[float]


class DerivedRow(Table):
    """What was worked out from a journal, and from which; may be dropped and made again."""

    __tablename__ = "derived"

    lesson: Mapped[str] = mapped_column(
        ForeignKey("lesson.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(primary_key=True)
    journal_head: Mapped[str]
    rule: Mapped[int]
    body: Mapped[str]
    made: Mapped[datetime] = mapped_column(UtcDateTime)


class OrganisationRow(Table):
    """A school, or an office above schools."""

    __tablename__ = "organisation"
    __table_args__ = (UniqueConstraint("region", "name"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    region: Mapped[str]


class ClassroomRow(Table):
    """A classroom of a school."""

    __tablename__ = "classroom"
    __table_args__ = (UniqueConstraint("organisation", "name"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str]


class AccountRow(Table):
    """Somebody who signs in."""

    __tablename__ = "account"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    login: Mapped[str] = mapped_column(unique=True)


class AppointmentRow(Table):
    """One capacity of one account at one organisation."""

    __tablename__ = "appointment"

    person: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    capacity: Mapped[str] = mapped_column(primary_key=True)
    organisation: Mapped[str] = mapped_column(
        ForeignKey("organisation.id"), primary_key=True, index=True
    )


class AuditRow(Table):
    """Who did what; only ever added to, but for `times` of a sign-in that is refused again."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_at", "at", "id"),
        Index("ix_audit_organisation", "organisation", "at", "id"),
        Index("ix_audit_actor", "actor", "at", "id"),
        Index("ix_audit_action", "action", "at", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str]
    capacity: Mapped[str]
    organisation: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    address: Mapped[str] = mapped_column(server_default="")
    times: Mapped[int] = mapped_column(server_default="1")


class DeclarationRow(Table):
    """What was declared of who was in a room; a correction is one more row."""

    __tablename__ = "declaration"

    id: Mapped[str] = mapped_column(primary_key=True)
    room: Mapped[str] = mapped_column(
        ForeignKey("room.participant", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    declared_by: Mapped[str]
    expected: Mapped[int]
    present: Mapped[int]
    on_leave: Mapped[int]
    late: Mapped[int] = mapped_column(server_default="0")
    observing: Mapped[int] = mapped_column(server_default="0")
    why: Mapped[str]

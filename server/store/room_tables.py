"""The tables of classrooms' screens and of the PINs of those who assist there."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.store.tables import Table
from server.store.utc import UtcDateTime


class ScreenRow(Table):
    """A browser that is a classroom's screen; of its cookie only the digest.

    `key` is the public half of the pair that its page holds; none where the browser makes no keys.
    """

    __tablename__ = "screen"

    id: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(unique=True)
    classroom: Mapped[str] = mapped_column(
        ForeignKey("classroom.id", ondelete="CASCADE"), index=True
    )
    bound: Mapped[datetime] = mapped_column(UtcDateTime)
    bound_by: Mapped[str]
    seen: Mapped[datetime] = mapped_column(UtcDateTime)
    key: Mapped[bytes | None] = mapped_column(unique=True, index=True)


class PinRow(Table):
    """The hash of the four digits by which somebody says in a room who they are."""

    __tablename__ = "pin"

    person: Mapped[str] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    hash: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)

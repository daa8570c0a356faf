"""The tables of those who sign in: what they prove themselves by, and where they are signed in."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.store.tables import Table
from server.store.utc import UtcDateTime


class CredentialRow(Table):
    """What somebody proves themselves by."""

    __tablename__ = "credential"

    person: Mapped[str] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    password: Mapped[str]
    first_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    totp_key: Mapped[bytes | None]
    totp_step: Mapped[int | None]
    totp_offered: Mapped[bytes | None]


class RecoveryRow(Table):
    """The digest of one recovery code that was not used."""

    __tablename__ = "recovery"

    person: Mapped[str] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    digest: Mapped[bytes] = mapped_column(primary_key=True)


class LoginRow(Table):
    """One signed-in browser; times are seconds since 1970."""

    __tablename__ = "login"

    digest: Mapped[bytes] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    whole: Mapped[bool]
    idle: Mapped[float]
    absolute: Mapped[float]
    made: Mapped[float]
    seen: Mapped[float]
    capacity: Mapped[str | None]
    organisation: Mapped[str | None]


class BlockRow(Table):
    """A sign-in name or a network that nobody signs in with or from."""

    __tablename__ = "block"

    value: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    why: Mapped[str]

"""The tables of what the lines of schools carry, and what was sent on them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.store.tables import Table
from server.store.utc import UtcDateTime


class LinkBudgetRow(Table):
    """How much the line of a school may be used for."""

    __tablename__ = "link_budget"

    organisation: Mapped[str] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True
    )
    down_kbps: Mapped[int]
    up_kbps: Mapped[int]
    origin: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class LinkStepRow(Table):
    """That receivers of a school got another step of the ladder; names nobody."""

    __tablename__ = "link_step"
    __table_args__ = (Index("ix_link_step_organisation", "organisation", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    lesson: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    step: Mapped[str]
    reason: Mapped[str]
    available_kbps: Mapped[int | None]

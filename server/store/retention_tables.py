"""The table of what was chosen to be kept longer."""

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.store.tables import Table


class KeptRow(Table):
    """A choice to keep a lesson's media; a later choice of the same lesson is one more row."""

    __tablename__ = "kept"

    id: Mapped[str] = mapped_column(primary_key=True)
    lesson: Mapped[str] = mapped_column(ForeignKey("lesson.id", ondelete="CASCADE"), index=True)
    chosen_by: Mapped[str]
    until: Mapped[date]
    why: Mapped[str]

"""Pupils at home: the codes by which they join a lesson, and which pupil a participant is."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add both tables."""
    op.create_table(
        "join_code",
        _lesson(primary_key=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=False),
        sa.UniqueConstraint("code"),
    )
    op.create_table(
        "known_pupil",
        sa.Column("participant", sa.String(), primary_key=True),
        _lesson(),
        sa.Column("pupil", sa.String(), nullable=False),
    )
    op.create_index("ix_known_pupil_lesson", "known_pupil", ["lesson"])
    op.create_index("ix_known_pupil_pupil", "known_pupil", ["pupil"])


def _lesson(*, primary_key: bool = False) -> sa.Column[str]:
    key = sa.ForeignKey("lesson.id", ondelete="CASCADE")
    return sa.Column("lesson", sa.String(), key, primary_key=primary_key, nullable=False)

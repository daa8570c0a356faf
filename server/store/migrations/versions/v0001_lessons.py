"""Lessons, their rooms and people, jobs, and what is derived from journals."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "lesson",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("planned_seconds", sa.Double(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("opened", sa.DateTime()),
        sa.Column("ended", sa.DateTime()),
        sa.Column("end_asked", sa.DateTime()),
    )
    op.create_index("ix_lesson_ended", "lesson", ["ended"])
    op.create_table(
        "room",
        sa.Column("participant", sa.String(), primary_key=True),
        _lesson(),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("host", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_room_lesson", "room", ["lesson"])
    op.create_table(
        "person",
        sa.Column("participant", sa.String(), primary_key=True),
        _lesson(),
        sa.Column("name", sa.String(), nullable=False),
    )
    op.create_index("ix_person_lesson", "person", ["lesson"])
    _make_work_tables()


def _make_work_tables() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        _lesson(),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("claimed", sa.DateTime()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String()),
        sa.UniqueConstraint("kind", "lesson"),
    )
    op.create_index("ix_job_state", "job", ["state"])
    op.create_table(
        "derived",
        sa.Column(
            "lesson",
            sa.String(),
            sa.ForeignKey("lesson.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("kind", sa.String(), primary_key=True),
        sa.Column("journal_head", sa.String(), nullable=False),
        sa.Column("rule", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
    )


def _lesson() -> sa.Column[str]:
    return sa.Column(
        "lesson", sa.String(), sa.ForeignKey("lesson.id", ondelete="CASCADE"), nullable=False
    )

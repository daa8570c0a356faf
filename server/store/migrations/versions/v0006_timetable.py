"""The timetable: when a lesson is, where, with whom, and how many were expected."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "schedule",
        sa.Column("lesson", sa.String(), _lesson(), primary_key=True),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("starts", sa.DateTime(), nullable=False),
        sa.Column("ends", sa.DateTime(), nullable=False),
        sa.Column("mixed_grades", sa.String(), nullable=False),
        sa.Column("called_off", sa.String(), nullable=False),
    )
    op.create_index("ix_schedule_starts", "schedule", ["starts"])
    _make_places()
    _make_people()


def _make_places() -> None:
    op.create_table(
        "place",
        sa.Column("room", sa.String(), _room(), primary_key=True),
        sa.Column("lesson", sa.String(), _lesson(), nullable=False),
        sa.Column("classroom", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("pairing", sa.String()),
    )
    op.create_index("ix_place_lesson", "place", ["lesson"])
    op.create_index("ix_place_classroom", "place", ["classroom"])
    op.create_index("ix_place_organisation", "place", ["organisation", "lesson"])


def _make_people() -> None:
    op.create_table(
        "post",
        sa.Column("room", sa.String(), _room(), primary_key=True),
        sa.Column("person", sa.String(), sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("lesson", sa.String(), _lesson(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("assists", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_post_lesson", "post", ["lesson"])
    op.create_index("ix_post_person", "post", ["person", "lesson"])
    op.create_table(
        "learners",
        sa.Column("room", sa.String(), _room(), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("lesson", sa.String(), _lesson(), nullable=False),
        sa.Column("class_group", sa.String()),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("grade", sa.Integer()),
        sa.Column("number", sa.Integer()),
    )
    op.create_index("ix_learners_lesson", "learners", ["lesson"])
    op.create_index("ix_learners_class_group", "learners", ["class_group"])
    op.create_table(
        "expected",
        sa.Column("room", sa.String(), _room(), primary_key=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
    )


def _lesson() -> sa.ForeignKey:
    return sa.ForeignKey("lesson.id", ondelete="CASCADE")


def _room() -> sa.ForeignKey:
    return sa.ForeignKey("room.participant", ondelete="CASCADE")

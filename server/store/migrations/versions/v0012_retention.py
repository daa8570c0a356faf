"""Lessons whose media were chosen to be kept; a certificate names the classes."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the table and the column."""
    op.create_table(
        "kept",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column(
            "lesson",
            sa.String(),
            sa.ForeignKey("lesson.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("chosen_by", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
    )
    op.create_index("ix_kept_lesson", "kept", ["lesson"])
    op.add_column(
        "certificate", sa.Column("learners", sa.String(), nullable=False, server_default="")
    )

"""Screens of classrooms, and the PINs of those who assist there."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "screen",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column(
            "classroom",
            sa.String(),
            sa.ForeignKey("classroom.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("bound", sa.DateTime(), nullable=False),
        sa.Column("bound_by", sa.String(), nullable=False),
        sa.Column("seen", sa.DateTime(), nullable=False),
    )
    op.create_index("ix_screen_classroom", "screen", ["classroom"])
    op.create_table(
        "pin",
        sa.Column(
            "person",
            sa.String(),
            sa.ForeignKey("account.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
    )

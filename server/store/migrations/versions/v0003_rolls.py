"""What was declared of who was there; a correction is one more row."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "declaration",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column(
            "room",
            sa.String(),
            sa.ForeignKey("room.participant", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("declared_by", sa.String(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("on_leave", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
    )
    op.create_index("ix_declaration_room", "declaration", ["room"])

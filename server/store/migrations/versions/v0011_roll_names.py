"""Rolls by roster: who belonged to a room, who of them was not simply there; teachers listening."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the tables and the columns; what was declared before named nobody who came late."""
    op.create_table(
        "expected_pupil",
        sa.Column(
            "room",
            sa.String(),
            sa.ForeignKey("room.participant", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("pupil", sa.String(), sa.ForeignKey("pupil.id"), primary_key=True),
    )
    op.create_table(
        "mark",
        sa.Column(
            "declaration",
            sa.String(),
            sa.ForeignKey("declaration.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("pupil", sa.String(), sa.ForeignKey("pupil.id"), primary_key=True),
        sa.Column("mark", sa.String(), nullable=False),
    )
    for name in ("late", "observing"):
        column = sa.Column(name, sa.Integer(), nullable=False, server_default="0")
        op.add_column("declaration", column)

"""How much the lines of schools carry, and what their receivers got for it."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "link_budget",
        _school(primary_key=True),
        sa.Column("down_kbps", sa.Integer(), nullable=False),
        sa.Column("up_kbps", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "link_step",
        sa.Column("id", sa.String(), primary_key=True),
        _school(primary_key=False),
        sa.Column("lesson", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("available_kbps", sa.Integer()),
    )
    op.create_index("ix_link_step_organisation", "link_step", ["organisation", "at"])


def _school(*, primary_key: bool) -> sa.Column[str]:
    key = sa.ForeignKey("organisation.id", ondelete="CASCADE")
    return sa.Column("organisation", sa.String(), key, primary_key=primary_key, nullable=False)

"""Organisations, accounts, in what capacities they act, and what was done by whom."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "organisation",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.UniqueConstraint("region", "name"),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("login", sa.String(), nullable=False, unique=True),
    )
    op.create_table(
        "appointment",
        sa.Column("person", sa.String(), sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("capacity", sa.String(), primary_key=True),
        sa.Column("organisation", sa.String(), sa.ForeignKey("organisation.id"), primary_key=True),
    )
    op.create_index("ix_appointment_organisation", "appointment", ["organisation"])
    op.create_table(
        "audit",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("capacity", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
    )
    op.create_index("ix_audit_subject", "audit", ["subject"])

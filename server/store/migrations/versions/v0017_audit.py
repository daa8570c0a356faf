"""A line of the audit log says from where and how often; its lists are found by index."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the columns and the indexes."""
    op.add_column("audit", sa.Column("address", sa.String(), nullable=False, server_default=""))
    op.add_column("audit", sa.Column("times", sa.Integer(), nullable=False, server_default="1"))
    op.create_index("ix_audit_at", "audit", ["at", "id"])
    for column in ("organisation", "actor", "action"):
        op.create_index(f"ix_audit_{column}", "audit", [column, "at", "id"])

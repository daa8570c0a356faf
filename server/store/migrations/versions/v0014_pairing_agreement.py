"""Pairings that wait for the other side, and how they ended; those that were there are agreed."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the columns; empty they say that a pairing stands."""
    for name in ("waits_for", "instead_of", "ended_by"):
        op.add_column("pairing", sa.Column(name, sa.String()))
    op.add_column("pairing", sa.Column("ended", sa.Date()))

"""The public key by which a screen proves itself when its cookie is lost."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the column; a screen from before has its cookie alone."""
    op.add_column("screen", sa.Column("key", sa.LargeBinary(), nullable=True))
    op.create_index("ix_screen_key", "screen", ["key"], unique=True)

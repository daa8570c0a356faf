"""Teachers who sat in a lesson to listen, by name."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "observer",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column(
            "lesson",
            sa.String(),
            sa.ForeignKey("lesson.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("person", sa.String(), sa.ForeignKey("account.id")),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("added_by", sa.String(), sa.ForeignKey("account.id")),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("taken_back", sa.DateTime()),
    )
    op.create_index("ix_observer_lesson", "observer", ["lesson"])

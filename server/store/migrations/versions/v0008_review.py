"""Jobs that wait for their time and say how far they are; comments on a lesson, its viewings."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the columns and the tables."""
    op.add_column("job", sa.Column("due", sa.DateTime()))
    op.add_column(
        "job", sa.Column("progress", sa.Double(), nullable=False, server_default=sa.text("0"))
    )
    _lesson_table(
        "comment",
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("author", sa.String(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("moment", sa.Double(), nullable=False),
        sa.Column("answers", sa.String()),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
    )
    _lesson_table(
        "viewing",
        sa.Column("person", sa.String(), sa.ForeignKey("account.id")),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("began", sa.DateTime(), nullable=False),
        sa.Column("last", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "stretch",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "viewing",
            sa.String(),
            sa.ForeignKey("viewing.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("start", sa.Double(), nullable=False),
        sa.Column("stop", sa.Double(), nullable=False),
    )
    op.create_index("ix_stretch_viewing", "stretch", ["viewing"])


def _lesson_table(name: str, *columns: sa.Column[object]) -> None:
    """A table of something that goes with its lesson."""
    lesson = sa.ForeignKey("lesson.id", ondelete="CASCADE")
    op.create_table(
        name,
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("lesson", sa.String(), lesson, nullable=False),
        *columns,
    )
    op.create_index(f"ix_{name}_lesson", name, ["lesson"])

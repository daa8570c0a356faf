"""Teachers who sat in a lesson to listen, by name; what its teachers prepare together."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the tables."""
    _observers()
    op.create_table(
        "preparation_note",
        sa.Column("id", sa.String(), primary_key=True),
        _lesson(),
        _account("author"),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("aside", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "handout",
        sa.Column("id", sa.String(), primary_key=True),
        _lesson(),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("octets", sa.Integer(), nullable=False),
        _account("added_by"),
        sa.Column("at", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "prepared",
        sa.Column(
            "room",
            sa.String(),
            sa.ForeignKey("room.participant", ondelete="CASCADE"),
            primary_key=True,
        ),
        _lesson(),
        _account("person"),
        sa.Column("at", sa.DateTime(), nullable=False),
    )
    for table in ("observer", "preparation_note", "handout", "prepared"):
        op.create_index(f"ix_{table}_lesson", table, ["lesson"])


def _observers() -> None:
    op.create_table(
        "observer",
        sa.Column("id", sa.String(), primary_key=True),
        _lesson(),
        sa.Column("person", sa.String(), sa.ForeignKey("account.id")),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("added_by", sa.String(), sa.ForeignKey("account.id")),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("taken_back", sa.DateTime()),
    )


def _lesson() -> sa.Column[str]:
    key = sa.ForeignKey("lesson.id", ondelete="CASCADE")
    return sa.Column("lesson", sa.String(), key, nullable=False)


def _account(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), sa.ForeignKey("account.id"), nullable=False)

"""What people sign in by and where they are signed in; classrooms."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def _person() -> sa.ForeignKey:
    return sa.ForeignKey("account.id", ondelete="CASCADE")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "credential",
        sa.Column("person", sa.String(), _person(), primary_key=True),
        sa.Column("password", sa.String(), nullable=False),
        sa.Column("first_until", sa.DateTime()),
        sa.Column("totp_key", sa.LargeBinary()),
        sa.Column("totp_step", sa.Integer()),
        sa.Column("totp_offered", sa.LargeBinary()),
    )
    op.create_table(
        "recovery",
        sa.Column("person", sa.String(), _person(), primary_key=True),
        sa.Column("digest", sa.LargeBinary(), primary_key=True),
    )
    op.create_table(
        "login",
        sa.Column("digest", sa.LargeBinary(), primary_key=True),
        sa.Column("person", sa.String(), _person(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("idle", sa.Double(), nullable=False),
        sa.Column("absolute", sa.Double(), nullable=False),
        sa.Column("made", sa.Double(), nullable=False),
        sa.Column("seen", sa.Double(), nullable=False),
        sa.Column("capacity", sa.String()),
        sa.Column("organisation", sa.String()),
    )
    op.create_index("ix_login_person", "login", ["person"])
    op.create_table(
        "block",
        sa.Column("value", sa.String(), primary_key=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
    )
    op.create_table(
        "classroom",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("organisation", sa.String(), sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.UniqueConstraint("organisation", "name"),
    )

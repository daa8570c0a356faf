"""What a school keeps: its class groups, the names in them, who is paired."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the tables."""
    _add_class_groups()
    _add_pairings()


def _add_class_groups() -> None:
    op.create_table(
        "class_group",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("organisation", sa.String(), sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("keeping", sa.String(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("class_teacher", sa.String(), sa.ForeignKey("account.id")),
        sa.UniqueConstraint("organisation", "grade", "number"),
    )
    op.create_table(
        "pupil",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("class_group", sa.String(), sa.ForeignKey("class_group.id"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("number_hash", sa.String()),
        sa.Column("left", sa.DateTime()),
    )
    op.create_index("ix_pupil_class_group", "pupil", ["class_group"])


def _add_pairings() -> None:
    op.create_table(
        "pairing",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("supporter", sa.String(), sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("recipient", sa.String(), sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("forms", sa.String(), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("waiver", sa.String(), nullable=False),
    )
    op.create_index("ix_pairing_supporter", "pairing", ["supporter"])
    op.create_index("ix_pairing_recipient", "pairing", ["recipient"])

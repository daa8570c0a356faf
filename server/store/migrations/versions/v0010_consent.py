"""What parents agreed to, and certificates of what was deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "consent",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("class_group", sa.String(), sa.ForeignKey("class_group.id"), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("declared_by", sa.String(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("exceptions", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
    )
    op.create_index("ix_consent_class_group", "consent", ["class_group"])
    op.create_table(
        "consent_exception",
        sa.Column(
            "consent",
            sa.String(),
            sa.ForeignKey("consent.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("pupil", sa.String(), sa.ForeignKey("pupil.id"), primary_key=True),
    )
    op.create_table(
        "certificate",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("lesson", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("octets", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
    )
    op.create_index("ix_certificate_lesson", "certificate", ["lesson"])

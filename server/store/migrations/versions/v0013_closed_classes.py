"""Classes that are closed keep their rows and give their names back; when classes rose."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

KEPT = "id, organisation, grade, number, keeping, told, class_teacher"
"""The columns from before."""


def upgrade() -> None:
    """Add the columns; a name is the only one of its school among the classes that are open."""
    if op.get_context().dialect.name == "sqlite":
        _make_anew()
    else:
        op.drop_constraint("class_group_organisation_grade_number_key", "class_group")
        for column in _columns():
            op.add_column("class_group", column)
    op.create_index("ix_class_group_organisation", "class_group", ["organisation"])
    # Whoever is taken off a roster is looked for in what may refer to them.
    for table in ("expected_pupil", "mark", "consent_exception"):
        op.create_index(f"ix_{table}_pupil", table, ["pupil"])
    op.create_index(
        "ix_class_group_open",
        "class_group",
        ["organisation", "grade", "number"],
        unique=True,
        sqlite_where=sa.text("closed IS NULL"),
        postgresql_where=sa.text("closed IS NULL"),
    )


def _columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("closed", sa.DateTime()),
        sa.Column("closed_how", sa.String()),
        sa.Column("risen", sa.DateTime()),
    )


def _make_anew() -> None:
    """SQLite drops no constraint of a table: the table is made again under its own name.

    Pupils and consents refer to it; what they refer to is asked for at the end alone, when every
    class is back.
    """
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute(f"CREATE TABLE class_group_before AS SELECT {KEPT} FROM class_group")
    op.drop_table("class_group")
    op.create_table(
        "class_group",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("organisation", sa.String(), sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("keeping", sa.String(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("class_teacher", sa.String(), sa.ForeignKey("account.id")),
        *_columns(),
    )
    op.execute(f"INSERT INTO class_group ({KEPT}) SELECT {KEPT} FROM class_group_before")
    op.drop_table("class_group_before")

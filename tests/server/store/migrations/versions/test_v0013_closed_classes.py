from io import StringIO

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import ConnectionPoolEntry

from server.store.migrations.versions import (
    v0002_organisations,
    v0005_school,
    v0010_consent,
    v0011_roll_names,
    v0013_closed_classes,
)

THIRD = "insert into class_group values ('c', 's', 3, 1, 'roster', 0, null)"
AGAIN = (
    "insert into class_group (id, organisation, grade, number, keeping, told, closed)"
    " values (:id, 's', 3, 1, 'numbers', 24, :closed)"
)


def guarded(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    connection.cursor().execute("PRAGMA foreign_keys=1")


def a_school(connection: Connection) -> None:
    """A class with a pupil, as the database was until now."""
    v0002_organisations.upgrade()
    v0005_school.upgrade()
    v0010_consent.upgrade()
    connection.execute(text("create table room (participant varchar primary key)"))
    connection.execute(text("create table declaration (id varchar primary key)"))
    v0011_roll_names.upgrade()
    connection.execute(text("insert into organisation values ('s', 'school', '尼山', '330802')"))
    connection.execute(text(THIRD))
    connection.execute(text("insert into pupil values ('p', 'c', '章明', null, null)"))


def test_a_name_is_taken_by_one_open_class_alone_and_every_pupil_keeps_theirs() -> None:
    engine = create_engine("sqlite://")
    event.listen(engine, "connect", guarded)
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        a_school(connection)
        v0013_closed_classes.upgrade()
    with engine.begin() as connection:
        assert connection.execute(text("select id, grade, closed from class_group")).all() == [
            ("c", 3, None)
        ]
        for one in ("a", "b"):
            connection.execute(text(AGAIN), {"id": one, "closed": "2026-07-01"})
        with pytest.raises(IntegrityError):
            connection.execute(text(AGAIN), {"id": "d", "closed": None})
        connection.execute(text("update class_group set closed = '2026-07-01' where id = 'c'"))
        connection.execute(text(AGAIN), {"id": "d", "closed": None})
        with pytest.raises(IntegrityError):
            connection.execute(text("delete from class_group where id = 'c'"))
    engine.dispose()


def test_the_same_is_said_to_postgresql() -> None:
    said = StringIO()
    context = MigrationContext.configure(
        dialect_name="postgresql", opts={"as_sql": True, "output_buffer": said}
    )
    with Operations.context(context):
        v0013_closed_classes.upgrade()
    assert "DROP CONSTRAINT class_group_organisation_grade_number_key" in said.getvalue()
    assert "WHERE closed IS NULL" in said.getvalue()

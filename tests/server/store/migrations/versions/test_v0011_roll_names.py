from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, inspect, text

from server.store.migrations.versions import v0011_roll_names

OLDER = """create table declaration (id varchar primary key, room varchar not null, at datetime,
    declared_by varchar, expected integer, present integer, on_leave integer, why varchar)"""


def test_it_adds_its_tables_and_what_was_declared_before_tells_of_nobody_more() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        connection.execute(text(OLDER))
        connection.execute(text("insert into declaration (id, room) values ('d', 'r')"))
        v0011_roll_names.upgrade()
        names = set(inspect(connection).get_table_names())
        row = connection.execute(text("select late, observing from declaration")).one()
    engine.dispose()
    assert names == {"declaration", "expected_pupil", "mark"}
    assert tuple(row) == (0, 0)

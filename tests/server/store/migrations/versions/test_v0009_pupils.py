from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, inspect

from server.store.migrations.versions import v0009_pupils


def test_it_adds_its_tables() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        v0009_pupils.upgrade()
        names = set(inspect(connection).get_table_names())
    engine.dispose()
    assert names == {"join_code", "known_pupil"}

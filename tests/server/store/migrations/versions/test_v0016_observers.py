from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, inspect

from server.store.migrations.versions import v0016_observers


def test_it_adds_its_tables() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        v0016_observers.upgrade()
        names = set(inspect(connection).get_table_names())
    engine.dispose()
    assert names == {"observer", "preparation_note", "handout", "prepared"}

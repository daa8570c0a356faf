from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, inspect

from server.store.migrations.versions import v0001_lessons


def test_it_makes_the_first_tables() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        v0001_lessons.upgrade()
        names = set(inspect(connection).get_table_names())
    engine.dispose()
    assert names == {"lesson", "room", "person", "job", "derived"}

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, inspect

from server.store.migrations.versions import v0010_consent


def test_it_adds_its_tables() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        v0010_consent.upgrade()
        names = set(inspect(connection).get_table_names())
    engine.dispose()
    assert names == {"consent", "consent_exception", "certificate"}

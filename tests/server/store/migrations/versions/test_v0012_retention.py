from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, inspect, text

from server.store.migrations.versions import v0010_consent, v0012_retention


def test_it_adds_its_table_and_an_old_certificate_names_no_class() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        v0010_consent.upgrade()
        connection.execute(
            text("insert into certificate values ('c', '2026-11-25', 'm', 'why', 1, 2, 'abc')")
        )
        v0012_retention.upgrade()
        names = set(inspect(connection).get_table_names())
        learners = connection.scalar(text("select learners from certificate"))
    engine.dispose()
    assert "kept" in names
    assert learners == ""

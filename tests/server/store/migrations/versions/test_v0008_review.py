from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, inspect, text

from server.store.migrations.versions import v0001_lessons, v0008_review


def test_it_adds_its_tables_and_jobs_that_wait_already_have_their_progress() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        v0001_lessons.upgrade()
        connection.execute(
            text(
                "INSERT INTO job (id, kind, lesson, state, created, attempts)"
                " VALUES ('a', 'close_lesson', 'b', 'waiting', '2026-11-23', 0)"
            )
        )
        v0008_review.upgrade()
        names = set(inspect(connection).get_table_names())
        job = connection.execute(text("SELECT due, progress FROM job")).one()
    engine.dispose()
    assert {"comment", "viewing", "stretch"} <= names
    assert tuple(job) == (None, 0.0)

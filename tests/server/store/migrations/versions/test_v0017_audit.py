from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, inspect, text

from server.store.migrations.versions import v0002_organisations, v0017_audit


def test_an_old_line_was_once_and_from_nowhere_and_lists_are_found_by_index() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        v0002_organisations.upgrade()
        connection.execute(
            text("insert into audit values ('l', '2026-11-25', 'a', 'admin', 'o', 'sign_in', '')")
        )
        v0017_audit.upgrade()
        line = connection.execute(text("select address, times from audit")).one()
        found = {index["name"] for index in inspect(connection).get_indexes("audit")}
    engine.dispose()
    assert tuple(line) == ("", 1)
    assert {"ix_audit_at", "ix_audit_organisation", "ix_audit_actor", "ix_audit_action"} <= found

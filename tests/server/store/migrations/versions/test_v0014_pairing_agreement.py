from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, text

from server.store.migrations.versions import v0005_school, v0014_pairing_agreement

PAIRING = "insert into pairing values ('p', 't', 'v', 'sync_class', '2026-09-01', '2029-08-31', '')"


def test_pairings_that_were_there_stay_agreed() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        v0005_school.upgrade()
        connection.execute(text(PAIRING))
        v0014_pairing_agreement.upgrade()
        found = connection.execute(
            text("select supporter, waits_for, instead_of, ended, ended_by from pairing")
        ).one()
    engine.dispose()
    assert tuple(found) == ("t", None, None, None, None)

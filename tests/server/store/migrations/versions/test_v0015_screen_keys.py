import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from server.store.migrations.versions import v0007_rooms, v0015_screen_keys

INSERT = "insert into screen (id, digest, classroom, bound, bound_by, seen, key) values "


def test_a_screen_from_before_has_no_key_and_no_two_have_the_same() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        v0007_rooms.upgrade()
        for number in "12":
            values = f"('{number}', x'0{number}', 'room', '2026', 'admin', '2026')"
            connection.execute(text(f"insert into screen values {values}"))
        v0015_screen_keys.upgrade()
        assert connection.scalars(text("select key from screen")).all() == [None, None]
        connection.execute(text(INSERT + "('3', x'03', 'room', '2026', 'a', '2026', x'aa')"))
        with pytest.raises(IntegrityError):
            connection.execute(text(INSERT + "('4', x'04', 'room', '2026', 'a', '2026', x'aa')"))
    engine.dispose()

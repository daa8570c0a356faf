from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, inspect

from server.store.database import HEAD, MIGRATIONS


def test_the_steps_run_on_the_connection_they_are_given(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'some.sqlite'}")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        assert "lesson" in inspect(connection).get_table_names()
        version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    engine.dispose()
    assert version == HEAD

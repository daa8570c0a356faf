import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from server.app import run_server
from server.programme.refusal import Refusal, RefusedError
from server.settings import Settings
from server.store.database import DATABASE, NewerDatabaseError
from server.store.holding import held
from tests.support.data_folder import make_data


def test_a_newer_database_is_not_served(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data")
    with closing(sqlite3.connect(data / DATABASE)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(NewerDatabaseError) as error:
        asyncio.run(run_server(Settings(data=data), as_json=True))
    assert error.value.data["found"] == "9999"


def test_a_folder_that_is_being_upgraded_is_not_served(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data")
    with held(data, alone=True), pytest.raises(RefusedError) as error:
        asyncio.run(run_server(Settings(data=data), as_json=True))
    assert error.value.refusal is Refusal.FOLDER_HELD

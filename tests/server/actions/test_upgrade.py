import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from server.actions.disk_work import Tally
from server.actions.upgrade import BEFORE, upgrade
from server.programme.refusal import Refusal, RefusedError
from server.store import database
from server.store.backup import read
from server.store.database import DATABASE, HEAD, MIGRATIONS
from server.store.holding import held
from server.store.snapshot import look
from tests.support.data_folder import LATER, UNDER_WAY, make_data

NEXT = "0999"
STEP = '''"""A step of a later version."""

import sqlalchemy as sa
from alembic import op

revision = "{next}"
down_revision = "{head}"


def upgrade() -> None:
    """Add a table."""
    op.create_table("later", sa.Column("id", sa.String(), primary_key=True))
{rest}
'''
FAILS = '    raise ValueError("no such thing")'
COMMITS = """    op.execute("UPDATE alembic_version SET version_num = '0998'")
    op.get_bind().connection.commit()
"""


def next_version(folder: Path, monkeypatch: pytest.MonkeyPatch, rest: str = "") -> None:
    """This program is now of the version after: it has one more migration."""
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    step = STEP.format(next=NEXT, head=HEAD, rest=rest)
    (folder / "versions" / "v0999_later.py").write_text(step)
    monkeypatch.setattr(database, "MIGRATIONS", folder)
    for module in ("server.store.database", "server.actions.upgrade"):
        monkeypatch.setattr(f"{module}.HEAD", NEXT)


def refused(data: Path, backup: Path | None = None) -> RefusedError:
    with pytest.raises(RefusedError) as error:
        upgrade(data, backup, LATER, Tally())
    return error.value


def tables(data: Path) -> set[str]:
    with closing(sqlite3.connect(data / DATABASE)) as connection:
        return {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}


def end_lesson(data: Path) -> None:
    with closing(sqlite3.connect(data / DATABASE)) as connection:
        connection.execute("UPDATE lesson SET ended = opened WHERE id = ?", (UNDER_WAY,))
        connection.commit()


def test_what_is_up_to_date_stays_as_it_is(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data")
    done = upgrade(data, tmp_path / "to", LATER, Tally())
    assert done == {"before": HEAD, "after": HEAD, "backup": None}
    assert not (tmp_path / "to").exists()


def test_a_backup_is_made_and_the_missing_steps_are_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, to = make_data(tmp_path / "data"), tmp_path / "to"
    next_version(tmp_path / "steps", monkeypatch)
    done = upgrade(data, to, LATER, Tally())
    assert done == {"before": HEAD, "after": NEXT, "backup": str(to)}
    seen, backup = look(data / DATABASE), read(to)
    assert backup is not None
    assert (seen.revision, backup.database) == (NEXT, HEAD)
    assert "later" in tables(data)
    assert len(seen.lessons) == 2
    assert not (data / BEFORE).exists()


def test_no_backup_is_made_if_none_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = make_data(tmp_path / "data")
    next_version(tmp_path / "steps", monkeypatch)
    assert upgrade(data, None, LATER, Tally())["backup"] is None
    assert look(data / DATABASE).revision == NEXT


@pytest.mark.parametrize("rest", [FAILS, COMMITS + FAILS], ids=["undone", "half committed"])
def test_a_step_that_fails_leaves_the_database_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rest: str
) -> None:
    data = make_data(tmp_path / "data")
    before = look(data / DATABASE), tables(data)
    next_version(tmp_path / "steps", monkeypatch, rest)
    error = refused(data, tmp_path / "to")
    assert error.refusal is Refusal.UPGRADE_FAILED
    assert error.data == {"found": HEAD, "why": "no such thing"}
    assert (look(data / DATABASE), tables(data)) == before
    assert not (data / BEFORE).exists()


def test_while_a_server_teaches_nothing_is_upgraded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, to = make_data(tmp_path / "data"), tmp_path / "to"
    next_version(tmp_path / "steps", monkeypatch)
    with held(data, alone=False):
        error = refused(data, to)
        assert (error.refusal, error.data) == (Refusal.UPGRADE_DURING_LESSON, {"title": "going"})
        assert not to.exists()
        end_lesson(data)
        assert upgrade(data, to, LATER, Tally())["after"] == NEXT


def test_a_lesson_that_begins_during_the_backup_is_not_disturbed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = make_data(tmp_path / "data")
    next_version(tmp_path / "steps", monkeypatch)
    with held(data, alone=False):
        monkeypatch.setattr("server.actions.upgrade.back_up", lambda *_: reopen(data))
        end_lesson(data)
        assert refused(data, tmp_path / "to").refusal is Refusal.UPGRADE_DURING_LESSON
    assert look(data / DATABASE).revision == HEAD


def reopen(data: Path) -> None:
    with closing(sqlite3.connect(data / DATABASE)) as connection:
        connection.execute("UPDATE lesson SET ended = NULL WHERE id = ?", (UNDER_WAY,))
        connection.commit()


def test_lessons_that_a_dead_server_left_open_are_no_hindrance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = make_data(tmp_path / "data")
    next_version(tmp_path / "steps", monkeypatch)
    assert upgrade(data, None, LATER, Tally())["after"] == NEXT


def test_a_newer_database_and_no_database_are_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "nowhere").refusal is Refusal.BACKUP_NOTHING
    data = make_data(tmp_path / "data")
    with closing(sqlite3.connect(data / DATABASE)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    assert refused(data).refusal is Refusal.DATABASE_NEWER

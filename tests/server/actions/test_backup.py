import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from server.actions.backup import back_up
from server.actions.disk_work import Tally
from server.programme.refusal import Refusal, RefusedError
from server.store.backup import FILES, LIST, by_path, read
from server.store.database import DATABASE, HEAD
from server.store.folder import JOURNAL, lesson_folder
from server.store.holding import held
from server.store.snapshot import look
from tests.support.data_folder import (
    ENDED,
    LATER,
    MEDIA,
    TORN,
    TRACK,
    UNDER_WAY,
    contents,
    make_data,
)
from tests.support.tmpfs import small_disk


def refused(data: Path, to: Path) -> Refusal:
    with pytest.raises(RefusedError) as error:
        back_up(data, to, LATER, Tally())
    return error.value.refusal


def test_everything_that_stays_is_in_it_and_in_its_list(tmp_path: Path) -> None:
    data, to, tally = make_data(tmp_path / "data"), tmp_path / "to", Tally()
    made = back_up(data, to, LATER, tally)
    backup, found = read(to), contents(to / FILES)
    assert backup is not None
    assert (backup.database, backup.under_way, backup.made) == (
        HEAD,
        (UNDER_WAY,),
        "2026-11-24T02:00:00+00:00",
    )
    assert set(found) == {kept.name for kept in backup.files}
    assert {name: len(text) for name, text in found.items()} == {
        kept.name: kept.size for kept in backup.files
    }
    assert found["secret.key"] == (data / "secret.key").read_bytes()
    assert found[f"lessons/{ENDED}/{TRACK}/part-1.mp4"] == MEDIA
    assert (made["files"], made["lessons"]) == (len(found), 2)
    assert made["under_way"] == [{"lesson": UNDER_WAY, "title": "going"}]
    assert tally.done >= tally.total > 2 * len(MEDIA)


def test_others_can_read_none_of_it(tmp_path: Path) -> None:
    to = tmp_path / "to"
    back_up(make_data(tmp_path / "data"), to, LATER, Tally())
    for path in (to, to / FILES, *(path for path in (to / FILES).rglob("*") if path.is_file())):
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_lesson_under_way_is_there_without_its_torn_line_and_its_manifest(
    tmp_path: Path,
) -> None:
    data, to = make_data(tmp_path / "data"), tmp_path / "to"
    back_up(data, to, LATER, Tally())
    there, copied = lesson_folder(data, UNDER_WAY), lesson_folder(to / FILES, UNDER_WAY)
    assert (there / JOURNAL).read_bytes() == (copied / JOURNAL).read_bytes() + TORN
    assert not (copied / "manifest.json").exists()


def test_only_what_changed_is_copied_again(tmp_path: Path) -> None:
    data, to = make_data(tmp_path / "data"), tmp_path / "to"
    first = back_up(data, to, LATER, Tally())
    media = to / FILES / "lessons" / ENDED / TRACK / "part-1.mp4"
    copied = media.stat().st_ino
    with (lesson_folder(data, UNDER_WAY) / TRACK / "part-1.mp4").open("ab") as part:
        part.write(MEDIA)
    again = back_up(data, to, LATER, Tally())
    # The database, journal and index of the lesson under way, and what has grown.
    assert again["copied_files"] == 4
    assert (again["files"], again["bytes"]) == (first["files"], first["bytes"] + len(MEDIA))
    assert media.stat().st_ino == copied
    grown = by_path(read(to))[f"lessons/{UNDER_WAY}/{TRACK}/part-1.mp4"]
    assert (to / FILES / grown.name).read_bytes() == 2 * MEDIA


def test_what_was_deleted_is_deleted_from_the_next_backup(tmp_path: Path) -> None:
    data, to = make_data(tmp_path / "data"), tmp_path / "to"
    back_up(data, to, LATER, Tally())
    (lesson_folder(data, ENDED) / TRACK / "part-1.mp4").unlink()
    back_up(data, to, LATER, Tally())
    assert not list((to / FILES / "lessons" / ENDED).rglob("part-1*"))


def test_a_file_that_is_missing_in_the_backup_is_copied_again(tmp_path: Path) -> None:
    data, to = make_data(tmp_path / "data"), tmp_path / "to"
    back_up(data, to, LATER, Tally())
    (to / FILES / "secret.key").unlink()
    back_up(data, to, LATER, Tally())
    kept = by_path(read(to))["secret.key"]
    assert (to / FILES / kept.name).read_bytes() == (data / "secret.key").read_bytes()


def test_a_database_of_any_version_is_copied_and_not_touched(tmp_path: Path) -> None:
    data, to = make_data(tmp_path / "data"), tmp_path / "to"
    with closing(sqlite3.connect(data / DATABASE)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    back_up(data, to, LATER, Tally())
    backup = read(to)
    assert backup is not None
    assert backup.database == look(data / DATABASE).revision == "9999"


def test_it_refuses_what_makes_no_sense(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data")
    assert refused(tmp_path / "nowhere", tmp_path / "to") is Refusal.BACKUP_NOTHING
    assert refused(data, data / "backup") is Refusal.BACKUP_INSIDE
    assert refused(data, tmp_path) is Refusal.BACKUP_FOREIGN
    (tmp_path / "file").write_bytes(b"")
    assert refused(data, tmp_path / "file") is Refusal.BACKUP_NOT_WRITTEN
    (tmp_path / "to").mkdir()
    with held(tmp_path / "to", alone=True):
        assert refused(data, tmp_path / "to") is Refusal.BACKUP_BUSY
    assert not (data / "backup").exists()


def test_a_disk_that_is_too_small_is_named_before_anything_is_copied(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data")
    with (data / "large").open("wb") as large:
        large.truncate(8_000_000)
    with small_disk(tmp_path / "disk", megabytes=4) as disk:
        assert refused(data, disk.path / "to") is Refusal.BACKUP_NO_ROOM
        assert contents(disk.path / "to") == {}


def test_a_disk_that_fills_up_leaves_the_backup_before_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = make_data(tmp_path / "data")
    with small_disk(tmp_path / "disk", megabytes=4) as disk:
        to = disk.path / "to"
        back_up(data, to, LATER, Tally())
        before = contents(to)
        (data / "large").write_bytes(os.urandom(8_000_000))
        monkeypatch.setattr("server.actions.backup.check_room", lambda folder, needed: None)
        assert refused(data, to) is Refusal.BACKUP_FULL
        assert contents(to) == before


def test_a_list_that_could_not_be_written_leaves_the_backup_before_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, to = make_data(tmp_path / "data"), tmp_path / "to"
    back_up(data, to, LATER, Tally())
    before = contents(to)
    (to / f"{LIST}.tmp").mkdir()
    assert refused(data, to) is Refusal.BACKUP_NOT_WRITTEN
    (to / f"{LIST}.tmp").rmdir()
    assert contents(to) == before

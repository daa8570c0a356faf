from dataclasses import replace
from pathlib import Path

import pytest

from server.actions.backup import back_up
from server.actions.disk_work import Tally
from server.actions.restore import GATHERED, restore
from server.programme.refusal import Refusal, RefusedError
from server.store.backup import FILES, LIST, by_path, read, write
from server.store.database import DATABASE
from server.store.folder import lesson_folder, read_journal
from server.store.snapshot import look
from tests.support.data_folder import (
    ENDED,
    LATER,
    TRACK,
    UNDER_WAY,
    contents,
    make_data,
)
from tests.support.tmpfs import small_disk

MEDIA = f"lessons/{ENDED}/{TRACK}/part-1.mp4"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    back_up(make_data(tmp_path / "data"), tmp_path / "to", LATER, Tally())
    return tmp_path / "to"


def refused(source: Path, new: Path) -> RefusedError:
    with pytest.raises(RefusedError) as error:
        restore(source, new, Tally())
    return error.value


def test_a_data_folder_is_again_what_it_was(tmp_path: Path, source: Path) -> None:
    old, new, tally = tmp_path / "data", tmp_path / "new", Tally()
    made = restore(source, new, tally)
    before, after = contents(old), contents(new)
    left_out = {"address.json", f"lessons/{UNDER_WAY}/manifest.json"}
    assert set(before) - set(after) == left_out | {n for n in before if n.endswith(".tmp")}
    for lesson in (ENDED, UNDER_WAY):
        journal = read_journal(lesson_folder(new, lesson))
        assert (len(journal.lines), journal.torn_bytes) == (1, 0)
    for name in ("secret.key", MEDIA):
        assert after[name] == before[name]
        assert (new / name).stat().st_mode == (old / name).stat().st_mode
    assert look(new / DATABASE) == look(old / DATABASE)
    assert (made["files"], made["under_way"]) == (len(after), [UNDER_WAY])
    assert tally.done == tally.total == 2 * made["bytes"]


def test_one_flipped_bit_is_found_and_named(tmp_path: Path, source: Path) -> None:
    path = source / FILES / MEDIA
    whole = bytearray(path.read_bytes())
    whole[1000] ^= 1
    path.write_bytes(whole)
    error = refused(source, tmp_path / "new")
    assert (error.refusal, error.data) == (Refusal.BACKUP_DAMAGED, {"file": MEDIA, "count": 1})
    assert not (tmp_path / "new").exists()


def test_missing_files_are_counted(tmp_path: Path, source: Path) -> None:
    (source / FILES / MEDIA).unlink()
    (source / FILES / "secret.key").write_bytes(b"short")
    assert refused(source, tmp_path / "new").data == {"file": MEDIA, "count": 2}


def test_without_a_whole_list_there_is_no_backup(tmp_path: Path, source: Path) -> None:
    assert refused(tmp_path / "nowhere", tmp_path / "new").refusal is Refusal.BACKUP_NONE
    (source / LIST).write_bytes((source / LIST).read_bytes()[:-10])
    assert refused(source, tmp_path / "new").refusal is Refusal.BACKUP_NONE


def test_a_newer_version_is_refused(tmp_path: Path, source: Path) -> None:
    backup = read(source)
    assert backup is not None
    write(source, replace(backup, database="9999"))
    error = refused(source, tmp_path / "new")
    assert (error.refusal, error.data["found"]) == (Refusal.DATABASE_NEWER, "9999")


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path, source: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "mine").write_bytes(b"mine")
    assert refused(source, tmp_path / "new").refusal is Refusal.RESTORE_NOT_EMPTY
    assert contents(tmp_path / "new") == {"mine": b"mine"}


def test_what_a_restore_that_was_killed_left_is_no_hindrance(tmp_path: Path, source: Path) -> None:
    left = tmp_path / "new" / GATHERED / "lessons"
    left.mkdir(parents=True)
    (left / "half").write_bytes(b"half")
    restore(source, tmp_path / "new", Tally())
    assert not (tmp_path / "new" / GATHERED).exists()
    assert "lessons/half" not in contents(tmp_path / "new")


@pytest.mark.parametrize("moves", [1, 2])
def test_a_restore_that_was_killed_while_it_settled_is_begun_again(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    new, whole = tmp_path / "new", tmp_path / "whole"
    moved: list[Path] = []
    restore(source, whole, Tally())
    rename = Path.rename

    def killed(path: Path, to: Path) -> Path:
        if len(moved) == moves:
            raise KeyboardInterrupt
        moved.append(path)
        return rename(path, to)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", killed)
        with pytest.raises(KeyboardInterrupt):
            restore(source, new, Tally())
    assert len(list(new.iterdir())) == moves + 1
    assert not (new / DATABASE).exists()
    restore(source, new, Tally())
    assert contents(new) == contents(whole)


def test_what_was_put_beside_a_killed_restore_is_left_alone(tmp_path: Path, source: Path) -> None:
    (tmp_path / "new" / GATHERED).mkdir(parents=True)
    (tmp_path / "new" / "mine").write_bytes(b"mine")
    assert refused(source, tmp_path / "new").refusal is Refusal.RESTORE_NOT_EMPTY
    assert contents(tmp_path / "new") == {"mine": b"mine"}


def test_a_disk_that_is_too_small_is_named(tmp_path: Path, source: Path) -> None:
    with small_disk(tmp_path / "disk", megabytes=1) as disk:
        disk.fill()
        assert refused(source, disk.path / "new").refusal is Refusal.BACKUP_NO_ROOM
        assert contents(disk.path / "new") == {}


def test_a_file_that_goes_bad_after_it_was_checked_is_named(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flip_then_settle(folder: Path, needed: int) -> None:
        (source / FILES / by_path(read(source))["secret.key"].name).write_bytes(b"other")

    monkeypatch.setattr("server.actions.restore.check_room", flip_then_settle)
    assert refused(source, tmp_path / "new").data == {"file": "secret.key", "count": 1}
    assert not (tmp_path / "new" / DATABASE).exists()

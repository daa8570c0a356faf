from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from server.store.backup import FILES, LIST, Backup, Kept, by_path, free_name, read, sweep, write

KEPT = Kept(path="a/b", name="a/b", size=1, sha256="0" * 64, mode=0o600, stamp=(1, 2))
BACKUP = Backup(made="now", database="0003", under_way=("x",), files=(KEPT,))


def test_a_list_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert read(tmp_path) is None
    write(tmp_path, BACKUP)
    assert read(tmp_path) == BACKUP


def test_no_byte_of_a_list_can_be_changed(tmp_path: Path) -> None:
    write(tmp_path, BACKUP)
    whole = (tmp_path / LIST).read_bytes()
    for at in range(len(whole)):
        (tmp_path / LIST).write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert read(tmp_path) is None, at
    (tmp_path / LIST).write_bytes(whole[:-5])
    assert read(tmp_path) is None


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../../x", "a//b", "./a", ""])
def test_no_path_leads_out_of_the_folder(path: str) -> None:
    with pytest.raises(ValidationError):
        replace(KEPT, path=path)
    with pytest.raises(ValidationError):
        replace(KEPT, name=path)


def test_nothing_of_the_last_backup_is_written_over() -> None:
    assert free_name("a/b", None) == "a/b"
    assert free_name("a/b", BACKUP) == "a/b~"
    assert free_name("a/c", BACKUP) == "a/c"
    again = replace(BACKUP, files=(replace(KEPT, name="a/b~"),))
    assert free_name("a/b", again) == "a/b"
    assert by_path(None) == {}


def test_what_is_not_named_is_swept_out_with_its_folders(tmp_path: Path) -> None:
    for name in ("a/b", "a/b~", "c/d/e"):
        (tmp_path / FILES / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / FILES / name).write_bytes(b"")
    (tmp_path / "mine").write_bytes(b"")
    sweep(tmp_path, BACKUP.files)
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")}
    assert left == {"mine", FILES, f"{FILES}/a", f"{FILES}/a/b"}

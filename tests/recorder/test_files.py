"""Files that must survive: whole pieces or nothing, synced or not."""

import errno
import os
from pathlib import Path

import pytest

from recorder.files import Disk


def test_what_was_appended_is_there_and_is_appended_to_again(tmp_path: Path) -> None:
    disk = Disk()
    file = disk.open(tmp_path / "a")
    file.append(b"one ")
    file.sync()
    file.close()
    again = disk.open(tmp_path / "a")
    again.append(b"two")
    assert again.read() == b"one two"
    assert again.size == 7
    again.close()


def test_a_piece_that_fails_half_way_leaves_no_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = Disk().open(tmp_path / "a")
    file.append(b"whole")
    really = os.pwrite
    calls: list[int] = []

    def full(fd: int, data: memoryview, at: int) -> int:
        calls.append(at)
        if len(calls) > 1:
            raise OSError(errno.ENOSPC, "full")
        return really(fd, data[:3], at)

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(OSError, match="full"):
        file.append(b"broken")
    monkeypatch.undo()
    assert (tmp_path / "a").read_bytes() == b"whole"
    file.append(b"!")
    assert file.read() == b"whole!"
    file.close()


def test_a_torn_tail_is_cut(tmp_path: Path) -> None:
    file = Disk().open(tmp_path / "a")
    file.append(b"line\nto")
    file.cut(5)
    file.append(b"next\n")
    assert file.read() == b"line\nnext\n"
    file.close()


def test_reserved_room_is_not_length_and_is_given_back(tmp_path: Path) -> None:
    file = Disk().open(tmp_path / "a")
    file.reserve(1 << 20)
    assert (tmp_path / "a").stat().st_size == 0
    assert (tmp_path / "a").stat().st_blocks * 512 >= 1 << 20
    file.append(b"x")
    file.close()
    assert (tmp_path / "a").stat().st_size == 1
    assert (tmp_path / "a").stat().st_blocks * 512 < 1 << 20


def test_replacing_keeps_the_old_when_it_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk()
    disk.replace(tmp_path / "m", b"old")

    def full(fd: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="full"):
        disk.replace(tmp_path / "m", b"new")
    assert (tmp_path / "m").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["m"]


def test_folders_are_made_with_those_above(tmp_path: Path) -> None:
    disk = Disk()
    disk.folder(tmp_path / "a" / "b")
    disk.folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
    free, total = disk.space(tmp_path)
    assert 0 < free <= total

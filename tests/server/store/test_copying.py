import hashlib
from pathlib import Path

import pytest

from server.store.copying import copy, digest, sync_folders


def test_a_file_that_rests_is_copied_whole_and_known_again(tmp_path: Path) -> None:
    source, told = tmp_path / "a.mp4", list[int]()
    source.write_bytes(b"x" * 3_000_000)
    source.chmod(0o640)
    done = copy(source, tmp_path / "b", told.append)
    found = source.stat()
    assert (tmp_path / "b").read_bytes() == source.read_bytes()
    assert done.sha256 == hashlib.sha256(source.read_bytes()).hexdigest()
    assert done.stamp == (found.st_size, found.st_mtime_ns)
    assert (done.size, done.mode, sum(told)) == (3_000_000, 0o640, 3_000_000)
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o600


def test_what_comes_while_a_file_is_copied_is_left_out(tmp_path: Path) -> None:
    source = tmp_path / "a.mp4"
    source.write_bytes(b"x" * 3_000_000)

    def grow(size: int) -> None:
        with source.open("ab") as file:
            file.write(b"y" * 1000)

    done = copy(source, tmp_path / "b", grow)
    assert (tmp_path / "b").read_bytes() == b"x" * 3_000_000
    assert done.stamp is None


@pytest.mark.parametrize(
    ("text", "kept"), [(b"1\n2\n3", b"1\n2\n"), (b"1\n", b"1\n"), (b"1", b""), (b"", b"")]
)
def test_of_lines_the_last_is_copied_only_when_it_is_whole(
    tmp_path: Path, text: bytes, kept: bytes
) -> None:
    (tmp_path / "a.jsonl").write_bytes(text)
    done = copy(tmp_path / "a.jsonl", tmp_path / "b", lambda size: None)
    assert (tmp_path / "b").read_bytes() == kept
    assert (done.stamp is None) == (text != kept)


def test_a_digest_is_of_every_byte(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 3_000_000)
    told: list[int] = []
    size, found = digest(tmp_path / "a", told.append)
    assert (size, found) == (3_000_000, hashlib.sha256(b"x" * 3_000_000).hexdigest())
    assert sum(told) == size


def test_folders_are_synced_from_the_top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    synced: list[Path] = []
    monkeypatch.setattr("server.store.copying.sync_folder", synced.append)
    sync_folders(tmp_path / "a")
    assert synced == [tmp_path / "a", tmp_path / "a" / "b", tmp_path]

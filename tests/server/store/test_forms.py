import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from server.store.forms import FOLDER, keep, kind_of, path_of


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7 ...", "pdf"),
        (b"\xff\xd8\xff\xe0", "jpg"),
        (b"\x89PNG\r\n\x1a\n...", "png"),
        (b"MZ", None),
        (b"<svg>", None),
        (b"", None),
    ],
)
def test_only_pictures_and_pdfs_are_forms(data: bytes, kind: str | None) -> None:
    assert kind_of(data) == kind


def test_a_form_is_kept_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    name = keep(tmp_path, b"%PDF-1", "pdf")
    assert keep(tmp_path, b"%PDF-1", "pdf") == name
    path = path_of(tmp_path, name)
    assert path is not None
    assert path.read_bytes() == b"%PDF-1"
    assert stat.S_IMODE((tmp_path / FOLDER).stat().st_mode) == 0o700
    assert len(list((tmp_path / FOLDER).iterdir())) == 1


def test_a_form_that_comes_many_times_at_once_is_kept_by_all(tmp_path: Path) -> None:
    data, many = b"%PDF-" + bytes(100_000), 8
    with ThreadPoolExecutor(many) as threads:
        for number in range(10):
            folder, ready = tmp_path / str(number), Barrier(many)

            def come(folder: Path = folder, ready: Barrier = ready) -> str:
                ready.wait()
                return keep(folder, data, "pdf")

            names = {one.result() for one in [threads.submit(come) for _ in range(many)]}
            (name,) = names
            assert [path.name for path in (folder / FOLDER).iterdir()] == [name]
            assert (folder / FOLDER / name).read_bytes() == data


@pytest.mark.parametrize("name", ["../secret.key", "secret.key", "", "0" * 64 + ".pdf", "a/b.pdf"])
def test_no_other_file_is_found_by_a_name(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.key").write_bytes(b"key")
    assert path_of(tmp_path, name) is None

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from server.jobs.certifying import certified

NOW = datetime(2027, 9, 1, tzinfo=UTC)


def test_a_certificate_tells_apart_names_bytes_and_rows(tmp_path: Path) -> None:
    folder = tmp_path / "track"
    folder.mkdir()
    (folder / "a").write_bytes(b"one")
    paths = [folder, folder / "a", tmp_path / "none"]
    found = certified("m", "why", paths, "三(1)班", NOW, ["row"])
    assert (found.files, found.octets, found.learners) == (2, 7, "三(1)班")
    assert found.digest == hashlib.sha256(b"track/a\0onerow\n").hexdigest()
    (folder / "a").rename(folder / "b")
    assert certified("m", "why", paths, "", NOW, ["row"]).digest != found.digest


def test_where_nothing_is_there_is_nothing_to_certify(tmp_path: Path) -> None:
    found = certified("m", "why", [tmp_path / "none"], "", NOW)
    assert (found.files, found.octets) == (0, 0)

from datetime import UTC, datetime
from pathlib import Path

from server.programme.preparation import Handout
from server.store.handouts import folder_of, keep, path_of, remove, remove_all

HANDOUT = Handout(
    id="h",
    name="../教案.pdf",
    kind="pdf",
    octets=8,
    added_by="zhang",
    at=datetime(2026, 11, 25, 1, 0, tzinfo=UTC),
)


def test_a_file_lies_under_its_id_whatever_it_is_called(tmp_path: Path) -> None:
    keep(tmp_path, "l", HANDOUT, b"%PDF-1.7")
    assert path_of(tmp_path, "l", HANDOUT).read_bytes() == b"%PDF-1.7"
    assert [path.name for path in folder_of(tmp_path, "l").iterdir()] == ["h.pdf"]
    for _ in range(2):
        remove(tmp_path, "l", HANDOUT)
    assert not path_of(tmp_path, "l", HANDOUT).exists()


def test_all_of_a_lesson_go_with_their_folder_and_no_others(tmp_path: Path) -> None:
    for lesson in ("l", "other"):
        keep(tmp_path, lesson, HANDOUT, b"%PDF-1.7")
    for _ in range(2):
        remove_all(tmp_path, "l")
    assert not folder_of(tmp_path, "l").exists()
    assert path_of(tmp_path, "other", HANDOUT).exists()

import shutil
from pathlib import Path

from server.actions.backup_files import lesson_of, the_rest, under_way_lines
from server.store.database import DATABASE
from server.store.snapshot import look
from tests.support.data_folder import ENDED, TRACK, UNDER_WAY, make_data, write_lesson


def inner(data: Path, found: list[Path]) -> list[str]:
    return [path.relative_to(data).as_posix() for path in found]


def test_of_a_lesson_under_way_journal_and_indexes_come_first(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data")
    going = f"lessons/{UNDER_WAY}"
    lines = inner(data, under_way_lines(data, look(data / DATABASE)))
    assert lines == [f"{going}/journal.jsonl", f"{going}/{TRACK}/index.jsonl"]


def test_then_its_media_then_everything_else_that_stays(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data")
    (data / "certificates").mkdir()
    (data / "handouts" / ENDED).mkdir(parents=True)
    for name in (
        "certificates/ca.pem",
        f"handouts/{ENDED}/h.pdf",
        "notes.txt~",
        "tongke.sqlite-wal",
    ):
        (data / name).write_bytes(b"x")
    ended = f"lessons/{ENDED}"
    assert inner(data, the_rest(data, look(data / DATABASE))) == [
        f"lessons/{UNDER_WAY}/{TRACK}/part-1.mp4",
        "certificates/ca.pem",
        f"handouts/{ENDED}/h.pdf",
        f"{ended}/journal.jsonl",
        f"{ended}/manifest.json",
        f"{ended}/{TRACK}/index.jsonl",
        f"{ended}/{TRACK}/part-1.mp4",
        "secret.key",
    ]


def test_a_lesson_that_began_later_is_left_to_the_next_backup(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data")
    seen = look(data / DATABASE)
    write_lesson(data / "lessons" / "later")
    found = {lesson_of(path.relative_to(data)) for path in the_rest(data, seen)}
    assert found == {None, ENDED, UNDER_WAY}


def test_lessons_behind_a_link_are_found(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data")
    before = the_rest(data, look(data / DATABASE))
    shutil.move(data / "lessons", tmp_path / "elsewhere")
    (data / "lessons").symlink_to(tmp_path / "elsewhere")
    assert the_rest(data, look(data / DATABASE)) == before


def test_only_what_lies_in_its_folder_is_a_lessons() -> None:
    assert lesson_of(Path("lessons/a/journal.jsonl")) == "a"
    assert lesson_of(Path("lessons/a")) is None
    assert lesson_of(Path("secret.key")) is None

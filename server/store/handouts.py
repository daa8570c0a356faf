"""Files that teachers put to a lesson they prepare, each under its id. Blocking.

They lie beside the lessons' folders, not in them: those begin with the lobby.
"""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from server.programme.preparation import Handout
from server.store.whole_files import keep_whole

FOLDER = "handouts"
"""In the data folder."""


def folder_of(data: Path, lesson: str) -> Path:
    """Where those of a lesson lie."""
    return data / FOLDER / lesson


def path_of(data: Path, lesson: str, handout: Handout) -> Path:
    """Where one lies; what people call it is not in its name."""
    return _path(data, lesson, handout.id, handout.kind)


def keep(data: Path, lesson: str, handout: Handout, content: bytes) -> None:
    """Keep one, as `keep_whole` does."""
    keep_whole(path_of(data, lesson, handout), content)


def remove(data: Path, lesson: str, handout: Handout) -> None:
    """Delete one; it may be gone already."""
    path_of(data, lesson, handout).unlink(missing_ok=True)


def remove_gone(data: Path, gone: Iterable[tuple[str, str, str]]) -> None:
    """Delete those whose rows are gone, by lesson, id and kind; they may be gone already."""
    for lesson, handout, kind in gone:
        _path(data, lesson, handout, kind).unlink(missing_ok=True)


def remove_all(data: Path, lesson: str) -> None:
    """Delete those of a lesson and their folder; they may be gone already."""
    folder = folder_of(data, lesson)
    with suppress(FileNotFoundError):
        for path in folder.iterdir():
            path.unlink(missing_ok=True)
        folder.rmdir()


def _path(data: Path, lesson: str, handout: str, kind: str) -> Path:
    return folder_of(data, lesson) / f"{handout}.{kind}"

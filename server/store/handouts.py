"""Files that teachers put to a lesson they prepare, each under its id. Blocking.

They lie beside the lessons' folders, not in them: those begin with the lobby.
"""

import os
from contextlib import suppress
from pathlib import Path

from recorder.files import sync_folder
from server.programme.preparation import Handout

FOLDER = "handouts"
"""In the data folder."""


def folder_of(data: Path, lesson: str) -> Path:
    """Where those of a lesson lie."""
    return data / FOLDER / lesson


def path_of(data: Path, lesson: str, handout: Handout) -> Path:
    """Where one lies; what people call it is not in its name."""
    return folder_of(data, lesson) / f"{handout.id}.{handout.kind}"


def keep(data: Path, lesson: str, handout: Handout, content: bytes) -> None:
    """Keep one, so that it is there after a power cut."""
    whole = path_of(data, lesson, handout)
    whole.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = whole.with_suffix(".tmp")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(whole)
    sync_folder(whole.parent)


def remove(data: Path, lesson: str, handout: Handout) -> None:
    """Delete one; it may be gone already."""
    path_of(data, lesson, handout).unlink(missing_ok=True)


def remove_all(data: Path, lesson: str) -> None:
    """Delete those of a lesson and their folder; they may be gone already."""
    folder = folder_of(data, lesson)
    with suppress(FileNotFoundError):
        for path in folder.iterdir():
            path.unlink(missing_ok=True)
        folder.rmdir()

"""Which files of a data folder a backup copies, and in which order. Blocking.

Of a lesson under way the journal and the indexes are copied first and the media listed afterwards:
so the index of the copy names only media that are there, as after a power cut. Its manifest is
left out, for it is made again from the indexes.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from server.store.copying import LINES
from server.store.database import DATABASE
from server.store.folder import LESSONS, MANIFEST
from server.store.snapshot import Seen

PASSING = (".tmp", "~")
"""How the names end of files that are on their way to another name, or an editor's."""
NOT_KEPT = ("address.json",)
"""True of the running server alone."""


def under_way_lines(data: Path, seen: Seen) -> list[Path]:
    """Journals and indexes of lessons under way: to be copied first."""
    folders = [data / LESSONS / lesson.id for lesson in seen.under_way]
    return sorted(path for folder in folders for path in _walk(folder) if path.suffix == LINES)


def the_rest(data: Path, seen: Seen) -> list[Path]:
    """Everything else but the database; of lessons under way the media, and these first.

    Lessons that the database does not know are younger than its copy and left to the next backup.

    Raises:
        OSError: part of it can't be read.
    """
    opened = {lesson.id for lesson in seen.lessons}
    under_way = {lesson.id for lesson in seen.under_way}
    found = [path for path in _walk(data) if _belongs(path.relative_to(data), opened, under_way)]
    return sorted(
        found, key=lambda path: (lesson_of(path.relative_to(data)) not in under_way, path)
    )


def lesson_of(path: Path) -> str | None:
    """The lesson whose folder a file of a data folder lies in."""
    parts = path.parts
    return parts[1] if len(parts) > 2 and parts[0] == LESSONS else None


def _walk(folder: Path) -> Iterator[Path]:
    def fail(error: OSError) -> None:
        # A folder may be deleted while we look.
        if not isinstance(error, FileNotFoundError):
            raise error

    # The lessons may lie on a disk of their own, behind a link.
    for root, _, files in os.walk(folder, followlinks=True, onerror=fail):
        yield from (path for path in (Path(root, name) for name in files) if path.is_file())


def _belongs(path: Path, opened: set[str], under_way: set[str]) -> bool:
    if path.name.endswith(PASSING) or path.name in NOT_KEPT or path.name.startswith(DATABASE):
        return False
    lesson = lesson_of(path)
    if lesson in under_way:
        return path.suffix != LINES and path.name != MANIFEST
    return lesson is None or lesson in opened

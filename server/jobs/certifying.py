"""A certificate of files that are about to be deleted. Blocking."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from server.access.ids import uuid7
from server.store.certificates import Certificate

PIECE = 1 << 20


def certified(
    lesson: str,
    reason: str,
    paths: Iterable[Path],
    learners: str,
    now: datetime,
    rows: Iterable[str] = (),
) -> Certificate:
    """What is about to be deleted, by how much it is and by a digest of all of it.

    Args:
        lesson: of which lesson.
        reason: why; a word of the pages' locale.
        paths: files, and folders with all that is in them; what is not there is left out.
        learners: the names of the classes that were in it.
        now: when.
        rows: rows of the store that go too; they count as one file.
    """
    digest, octets = hashlib.sha256(), 0
    files = sorted({file for path in paths for file in _files(path)})
    for path in files:
        digest.update(path.parent.name.encode() + b"/" + path.name.encode() + b"\0")
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                digest.update(piece)
                octets += len(piece)
    text = "".join(f"{row}\n" for row in rows).encode()
    digest.update(text)
    return Certificate(
        id=uuid7(),
        at=now,
        lesson=lesson,
        reason=reason,
        files=len(files) + bool(text),
        octets=octets + len(text),
        digest=digest.hexdigest(),
        learners=learners,
    )


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return [one for one in path.rglob("*") if one.is_file()]
    return [path] if path.exists() else []

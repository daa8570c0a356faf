"""Copying files so that they are there after a power cut, and knowing that they are right."""

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from recorder.files import sync_folder

PIECE = 1024 * 1024
LINES = ".jsonl"
"""Files of lines: a line that is being written is left out."""

Tell = Callable[[int], None]
"""Is told how many bytes more are done."""


class Copied(NamedTuple):
    """What came of it."""

    size: int
    """Bytes."""
    sha256: str
    """Of them, in hexadecimal."""
    stamp: tuple[int, int] | None
    """Size and time (ns) of the source; none if it changed meanwhile or was not copied whole."""
    mode: int
    """Permissions of the source."""


def copy(source: Path, to: Path, tell: Tell) -> Copied:
    """Copy what a file has at this moment, though it may grow, and sync it. Blocking.

    The folder must be there; its names are brought to the disk by `sync_folders`.
    """
    with source.open("rb") as file:
        before = os.fstat(file.fileno())
        size, digest = _write(_pieces(file, before.st_size, source.suffix == LINES), to, tell)
        after = os.fstat(file.fileno())
    stamp = (before.st_size, before.st_mtime_ns)
    whole = size == before.st_size and stamp == (after.st_size, after.st_mtime_ns)
    return Copied(size, digest, stamp if whole else None, before.st_mode & 0o777)


def digest(path: Path, tell: Tell) -> tuple[int, str]:
    """Size and SHA-256 of a file. Blocking."""
    hashed, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            hashed.update(piece)
            size += len(piece)
            tell(len(piece))
    return size, hashed.hexdigest()


def sync_folders(folder: Path) -> None:
    """Bring every name under a folder to the disk. Blocking."""
    for root, _, _ in os.walk(folder):
        sync_folder(Path(root))
    sync_folder(folder.parent)


def _pieces(file: BinaryIO, size: int, lines: bool) -> Iterator[bytes]:
    if lines:
        text = file.read(size)
        yield text[: text.rfind(b"\n") + 1]
        return
    while size > 0 and (piece := file.read(min(PIECE, size))):
        size -= len(piece)
        yield piece


def _write(pieces: Iterator[bytes], to: Path, tell: Tell) -> tuple[int, str]:
    hashed, size = hashlib.sha256(), 0
    fd = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "wb") as file:
        for piece in pieces:
            file.write(piece)
            hashed.update(piece)
            size += len(piece)
            tell(len(piece))
        file.flush()
        os.fsync(file.fileno())
    return size, hashed.hexdigest()

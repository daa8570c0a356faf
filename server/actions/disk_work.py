"""What all long works on disks have in common: how far they are, and what a disk refuses."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from recorder.files import Disk
from server.programme.refusal import Refusal, RefusedError


@dataclass
class Tally:
    """How far a long work has come; one thread counts, another may look."""

    done: int = 0
    """Bytes."""
    total: int = 0
    """Bytes in all."""

    def add(self, size: int) -> None:
        """So much more is done."""
        self.done += size


@contextmanager
def said_of_the_disk(folder: Path) -> Iterator[None]:
    """What a disk does not take is said in one sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise RefusedError(Refusal.BACKUP_FULL, folder=str(folder)) from error
        why = {"file": str(error.filename or folder), "why": error.strerror or str(error)}
        raise RefusedError(Refusal.BACKUP_NOT_WRITTEN, **why) from error


def check_room(folder: Path, needed: int) -> None:
    """Raise `RefusedError` where a disk has no room for so many bytes."""
    free = Disk().space(folder).free
    if needed > free:
        raise RefusedError(
            Refusal.BACKUP_NO_ROOM, folder=str(folder), needed=in_words(needed), free=in_words(free)
        )


def in_words(size: int) -> str:
    """Bytes as people read them."""
    amount, units = float(size), ["B", "kB", "MB", "GB", "TB"]
    while amount >= 1000 and len(units) > 1:
        amount /= 1000
        del units[0]
    return f"{amount:.0f} {units[0]}" if units[0] == "B" else f"{amount:.1f} {units[0]}"

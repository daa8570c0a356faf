"""Who works in a folder just now: a lock that the kernel takes back from whoever dies (flock(2)).

It lies on the folder itself, so nothing is left behind and no file has to belong to anybody.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class FolderHeldError(Exception):
    """Somebody else works in the folder."""


@contextmanager
def held(folder: Path, *, alone: bool) -> Iterator[None]:
    """Work in a folder during the block: `alone`, or beside others who are not alone either.

    Raises:
        FolderHeldError: somebody else's work rules it out.
    """
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(fd, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FolderHeldError(str(folder)) from error
        yield
    finally:
        os.close(fd)

"""Files that must survive: the one way in which the recorder and the journal write and sync.

Blocking: called from threads alone. Tests put a `Disk` of their own in its place, which keeps apart
what was not synced or fails as a full disk does.
"""

import ctypes
import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

KEEP_SIZE = 1
"""FALLOC_FL_KEEP_SIZE of fallocate(2): blocks are set aside, the file grows by writing alone."""

_libc = ctypes.CDLL(None, use_errno=True)


class Space(NamedTuple):
    """Room on the disk under a path."""

    free: int
    """Bytes that we may still write."""
    total: int
    """Bytes of the whole disk."""


class AppendFile:
    """A file that only grows, by whole pieces.

    A piece that cannot be written whole is not there at all. After `append` it survives the death
    of this process, after `sync` a power cut. One thread appends; another may sync meanwhile.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        """Where it lies."""
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        self.size = os.fstat(self._fd).st_size
        """Bytes of whole pieces."""
        self._entered = False

    def append(self, data: bytes) -> None:
        """Hand a piece to the kernel; raises `OSError` and leaves the file as it was."""
        at = self.size
        rest = memoryview(data)
        try:
            while rest:
                written = os.pwrite(self._fd, rest, at)
                at += written
                rest = rest[written:]
        except OSError:
            if at > self.size:
                os.ftruncate(self._fd, self.size)
            raise
        self.size = at

    def sync(self) -> None:
        """Bring everything appended so far, and the file's name, to the disk."""
        os.fdatasync(self._fd)
        if not self._entered:
            sync_folder(self.path.parent)
            self._entered = True

    def cut(self, size: int) -> None:
        """Take off what stands behind `size`: a torn tail."""
        os.ftruncate(self._fd, size)
        self.size = size

    def reserve(self, size: int) -> None:
        """Set aside room for `size` bytes in all; the file's length stays. May raise `OSError`."""
        done = _libc.fallocate(self._fd, KEEP_SIZE, ctypes.c_int64(0), ctypes.c_int64(size))
        if done != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(self.path))

    def read(self) -> bytes:
        """Everything in it; for files of moderate length."""
        return os.pread(self._fd, self.size, 0)

    def close(self) -> None:
        """Give back what was reserved and not used, and close. Does not sync."""
        with suppress(OSError):
            os.ftruncate(self._fd, self.size)
        os.close(self._fd)


class Disk:
    """Opens, replaces and measures; the place where a test puts its own."""

    def open(self, path: Path) -> AppendFile:
        """Open a file to append to it; made if it is not there."""
        return AppendFile(path)

    def folder(self, path: Path) -> None:
        """Make a folder, and those above it, that survives a power cut."""
        if path.is_dir():
            return
        self.folder(path.parent)
        path.mkdir(exist_ok=True)
        sync_folder(path.parent)

    def replace(self, path: Path, data: bytes) -> None:
        """Give a file new contents: after a crash it has the old or the new, never a mixture."""
        fresh = path.with_name(path.name + ".tmp")
        try:
            with fresh.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        except OSError:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)

    def space(self, path: Path) -> Space:
        """How much room there is under a path."""
        found = os.statvfs(path)
        return Space(found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize)


def sync_folder(path: Path) -> None:
    """Bring the names in a folder to the disk."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)

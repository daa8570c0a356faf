"""A small disk of its own, to be filled and emptied."""

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from recorder.files import AppendFile, Disk

PIECE = 64 * 1024


class SmallDisk:
    """A tmpfs and the ballast on it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ballast = path / "ballast"

    def fill(self) -> None:
        """Leave no byte free. Blocking."""
        with self._ballast.open("ab", buffering=0) as file:
            for piece in (PIECE, 4096, 1):
                _write_until_full(file.fileno(), bytes(piece))

    @property
    def armed(self) -> Path:
        """While this file is there, a `FillingDisk` waits for the write that it names."""
        return self.path.with_name("armed")

    def arm(self, write: str) -> None:
        """Be filled by the next write to a file, or statement, of this start. Blocking."""
        whole = self.armed.with_suffix(".new")
        whole.write_text(write)
        whole.replace(self.armed)

    def give_back(self) -> None:
        """Free what was filled. Blocking."""
        self._ballast.unlink()


class FillingDisk(Disk):
    """Fills a small disk just before the write for which it is armed."""

    def __init__(self, small: SmallDisk) -> None:
        self._small = small
        self._lock = threading.Lock()

    def open(self, path: Path) -> AppendFile:
        """A file that tells what comes."""
        return FillingFile(path, self)

    def replace(self, path: Path, data: bytes) -> None:
        """May find the disk full."""
        self.about_to_write(path.name)
        super().replace(path, data)

    def about_to_write(self, name: str) -> None:
        """Fill the disk if it is this write that is waited for."""
        with self._lock:
            armed = self._small.armed
            if armed.exists() and name.startswith(armed.read_text()):
                self._small.fill()
                armed.unlink()


class FillingFile(AppendFile):
    """Tells its disk."""

    def __init__(self, path: Path, disk: FillingDisk) -> None:
        super().__init__(path)
        self._disk = disk

    def append(self, data: bytes) -> None:
        """May find the disk full."""
        self._disk.about_to_write(self.path.name)
        super().append(data)


def _write_until_full(file: int, piece: bytes) -> None:
    try:
        while os.write(file, piece):
            pass
    except OSError:
        return  # that is what it is for


@contextmanager
def small_disk(path: Path, megabytes: int) -> Iterator[SmallDisk]:
    """A mounted tmpfs during the block; needs root, as the setup does."""
    path.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", path], check=True)
    try:
        yield SmallDisk(path)
    finally:
        subprocess.run(["umount", "--lazy", path], check=True)

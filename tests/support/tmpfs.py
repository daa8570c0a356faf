"""A small disk of its own, to be filled and emptied."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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

    def give_back(self) -> None:
        """Free what was filled. Blocking."""
        self._ballast.unlink()


def _write_until_full(file: int, piece: bytes) -> None:
    try:
        while os.write(file, piece):
            pass
    except OSError:
        return  # that is what it is for


@contextmanager
def small_disk(path: Path, megabytes: int) -> Iterator[SmallDisk]:
    """A mounted tmpfs during the block; needs root, as the setup does."""
    path.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", path], check=True)
    try:
        yield SmallDisk(path)
    finally:
        subprocess.run(["umount", "--lazy", path], check=True)

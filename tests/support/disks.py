"""Disks that tests put in the place of the real one: one remembers, one is full, one is slow."""

import errno
import os
import random
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import NamedTuple

from recorder.files import AppendFile, Disk, Space


class Act(NamedTuple):
    """Something that was done to a file."""

    when: float
    path: Path
    what: str
    data: bytes = b""
    size: int = 0


class RememberingDisk(Disk):
    """Keeps what was done in order, so that the folder can be had as after a power cut."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.acts: list[Act] = []
        self._clock = clock
        self._lock = threading.Lock()

    def note(self, path: Path, what: str, data: bytes = b"", size: int = 0) -> None:
        """Remember an act."""
        with self._lock:
            self.acts.append(Act(self._clock(), path, what, data, size))

    def open(self, path: Path) -> AppendFile:
        """A file that tells what is done to it."""
        if not path.exists():
            self.note(path, "made")
        return RememberingFile(path, self)

    def replace(self, path: Path, data: bytes) -> None:
        """Whole and synced, as the real one has it."""
        super().replace(path, data)
        self.note(path, "replaced", data)


class RememberingFile(AppendFile):
    """Tells its disk."""

    def __init__(self, path: Path, disk: RememberingDisk) -> None:
        super().__init__(path)
        self._disk = disk

    def append(self, data: bytes) -> None:
        """And remember what."""
        super().append(data)
        self._disk.note(self.path, "appended", bytes(data))

    def sync(self) -> None:
        """Remember up to where: what was appended meanwhile need not be on the disk."""
        size = self.size
        super().sync()
        self._disk.note(self.path, "synced", size=size)

    def cut(self, size: int) -> None:
        """And remember where."""
        super().cut(size)
        self._disk.note(self.path, "cut", size=size)


@dataclass
class _Remembered:
    """A file while acts are carried out again."""

    data: bytes = b""
    synced: int = 0
    entered: bool = False


def after_power_cut(
    acts: Iterable[Act], base: Path, target: Path, chance: random.Random
) -> dict[Path, int]:
    """Write the folder `base` to `target` as it may be found; what was not synced is in doubt.

    Bytes that were not synced are dropped, cut or kept, each file by itself. Returns the synced
    size of every file.
    """
    files: dict[Path, _Remembered] = {}
    for act in acts:
        _carry_out(files.setdefault(act.path, _Remembered()), act)
    for path, file in files.items():
        doubt = chance.choice((0.0, chance.random(), 1.0))
        kept = file.synced + round((len(file.data) - file.synced) * doubt)
        if file.entered or kept:
            place = target / path.relative_to(base)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(file.data[:kept])
    return {path.relative_to(base): file.synced for path, file in files.items()}


def _carry_out(file: _Remembered, act: Act) -> None:
    match act.what:
        case "appended":
            file.data += act.data
        case "synced":
            file.synced, file.entered = max(file.synced, act.size), True
        case "cut":
            file.data = file.data[: act.size]
            file.synced = min(file.synced, act.size)
        case "replaced":
            file.data, file.synced, file.entered = act.data, len(act.data), True
        case _:
            pass


class FullDisk(Disk):
    """Has room for so many bytes and no more; `name` narrows it to files of that name's start."""

    def __init__(self, room: int, name: str = "") -> None:
        self.room = room
        self._name = name
        self._lock = threading.Lock()

    def open(self, path: Path) -> AppendFile:
        """A file that takes room."""
        return FullFile(path, self)

    def replace(self, path: Path, data: bytes) -> None:
        """Refused without room."""
        self.take(path, len(data))
        super().replace(path, data)

    def take(self, path: Path, size: int) -> None:
        """Use room; raises as a full disk does."""
        if not path.name.startswith(self._name):
            return
        with self._lock:
            if size > self.room:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
            self.room -= size

    def space(self, path: Path) -> Space:
        """What is left."""
        return Space(self.room, 1_000_000_000)


class FullFile(AppendFile):
    """Asks its disk for room."""

    def __init__(self, path: Path, disk: FullDisk) -> None:
        super().__init__(path)
        self._disk = disk

    def append(self, data: bytes) -> None:
        """Refused without room."""
        self._disk.take(self.path, len(data))
        super().append(data)


class SlowDisk(Disk):
    """Takes so long for each sync, and for each append; a change holds for those under way too."""

    def __init__(self, sync_s: float = 0.0, append_s: float = 0.0) -> None:
        self.sync_s = sync_s
        self.append_s = append_s

    def open(self, path: Path) -> AppendFile:
        """A file that takes its time."""
        return SlowFile(path, self)


class SlowFile(AppendFile):
    """As slow as its disk."""

    def __init__(self, path: Path, disk: SlowDisk) -> None:
        super().__init__(path)
        self._disk = disk

    def append(self, data: bytes) -> None:
        """Sleeps first."""
        began = monotonic()
        while monotonic() < began + self._disk.append_s:
            sleep(0.01)
        super().append(data)

    def sync(self) -> None:
        """Sleeps first."""
        sleep(self._disk.sync_s)
        super().sync()

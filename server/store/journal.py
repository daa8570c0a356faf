"""The journals' files: one thread writes what gathered, another syncs once a second.

Told means handed to the kernel, so a slow disk delays no command; a power cut costs at most the
last second.
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from recorder.files import AppendFile, Disk

SYNC_SECONDS = 0.8
"""So that a power cut costs a second at most, the time of a sync included."""

T = TypeVar("T")


@dataclass(frozen=True)
class _Append:
    file: AppendFile
    data: bytes
    loop: asyncio.AbstractEventLoop
    kept: asyncio.Future[bool]


class JournalFile:
    """The journal of one lesson, open for appending."""

    def __init__(self, journals: "Journals", file: AppendFile) -> None:
        self._journals = journals
        self._file = file

    async def append(self, data: bytes) -> bool:
        """Write whole lines; whether they were kept (false: the disk does not take them)."""
        return await self._journals.append(self._file, data)

    async def cut(self, size: int) -> None:
        """Take off a torn tail."""
        await asyncio.to_thread(self._file.cut, size)

    async def close(self) -> None:
        """Sync and close; the journal is as it will be."""
        await self._journals.close(self._file)


class Journals:
    """The two threads that serve the journals of all lessons.

    The writer's queue holds at most one append of each lesson, because its owner waits for it.
    """

    def __init__(self, disk: Disk, reserve: int) -> None:
        self._disk = disk
        self._reserve = reserve
        self._queue: queue.SimpleQueue[_Append | None] = queue.SimpleQueue()
        self._open: set[AppendFile] = set()
        self._unsynced: set[AppendFile] = set()
        self._lock = threading.Lock()
        self._syncing = threading.Lock()
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._write, name="journal-writer"),
            threading.Thread(target=self._sync, name="journal-sync"),
        ]

    async def __aenter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self._end)

    def _end(self) -> None:
        self._stop.set()
        self._queue.put(None)
        for thread in self._threads:
            thread.join()
        for file in self._open:
            _try(file.sync)
            file.close()

    async def open(self, path: Path) -> tuple[JournalFile, bytes]:
        """Open a lesson's journal, and what stands in it; its folder is made if it is not there.

        Raises:
            OSError: the disk does not take a new file.
        """
        file, text = await asyncio.to_thread(self._open_file, path)
        return JournalFile(self, file), text

    async def append(self, file: AppendFile, data: bytes) -> bool:
        """Have the writer append; see `JournalFile.append`."""
        loop = asyncio.get_running_loop()
        kept: asyncio.Future[bool] = loop.create_future()
        self._queue.put(_Append(file, data, loop, kept))
        return await kept

    async def close(self, file: AppendFile) -> None:
        """Have a file synced and closed."""
        await asyncio.to_thread(self._close_file, file)

    def _open_file(self, path: Path) -> tuple[AppendFile, bytes]:
        self._disk.folder(path.parent)
        file = self._disk.open(path)
        # Without the reserve the journal is written all the same, as long as there is room.
        _try(lambda: file.reserve(max(self._reserve, file.size)))
        text = file.read()
        _try(file.sync)
        with self._lock:
            self._open.add(file)
        return file, text

    def _close_file(self, file: AppendFile) -> None:
        with self._lock:
            self._open.discard(file)
            self._unsynced.discard(file)
        with self._syncing:
            _try(file.sync)
            file.close()

    def _write(self) -> None:
        while (first := self._queue.get()) is not None:
            gathered = [first]
            stop = False
            while not self._queue.empty():
                item = self._queue.get()
                if item is None:
                    stop = True
                    break
                gathered.append(item)
            self._write_all(gathered)
            if stop:
                return

    def _write_all(self, gathered: list[_Append]) -> None:
        for file, group in groupby(sorted(gathered, key=lambda a: id(a.file)), lambda a: a.file):
            appends = list(group)
            data = b"".join(append.data for append in appends)
            kept = _try(lambda file=file, data=data: file.append(data))  # type: ignore[misc]
            if kept:
                with self._lock:
                    self._unsynced.add(file)
            _tell(appends, kept)

    def _sync(self) -> None:
        while not self._stop.wait(SYNC_SECONDS):
            with self._lock:
                files = list(self._unsynced)
                self._unsynced.clear()
            for file in files:
                self._sync_open(file)

    def _sync_open(self, file: AppendFile) -> None:
        with self._syncing:
            # One that was closed meanwhile was synced by whoever closed it.
            if file in self._open:
                _try(file.sync)


def _try(action: Callable[[], object]) -> bool:
    """Whether it could be done; a disk that is full or broken is not the end of a lesson."""
    try:
        action()
    except OSError:
        return False
    return True


def _tell(appends: Iterable[_Append], kept: bool) -> None:
    for append in appends:
        try:
            append.loop.call_soon_threadsafe(_resolve, append.kept, kept)
        except RuntimeError:
            # The loop has ended while we wrote: nobody waits any more.
            continue


def _resolve(future: asyncio.Future[bool], kept: bool) -> None:
    if not future.done():
        future.set_result(kept)

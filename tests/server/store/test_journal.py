import asyncio
from pathlib import Path
from time import monotonic

import pytest

from recorder.files import Disk
from server.store.journal import Journals
from tests.support.disks import FullDisk, RememberingDisk, SlowDisk


async def test_lines_are_kept_in_order(tmp_path: Path) -> None:
    path = tmp_path / "lesson" / "journal.jsonl"
    async with Journals(Disk(), 8_000_000) as journals:
        file, text = await journals.open(path)
        assert text == b""
        for number in range(100):
            assert await file.append(b"%d\n" % number)
        # Handed to the kernel: there, though nothing was closed or synced.
        assert (await asyncio.to_thread(path.read_bytes)).split() == [b"%d" % n for n in range(100)]
        await file.close()


async def test_an_opened_journal_tells_what_stands_in_it(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    async with Journals(Disk(), 0) as journals:
        file, _ = await journals.open(path)
        await file.append(b"whole\ntorn")
        await file.close()
        file, text = await journals.open(path)
        assert text == b"whole\ntorn"
        await file.cut(len(b"whole\n"))
        await file.append(b"next\n")
        await file.close()
    assert path.read_bytes() == b"whole\nnext\n"


async def test_room_is_set_aside_without_growing_the_file(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    async with Journals(Disk(), 8_000_000) as journals:
        file, _ = await journals.open(path)
        found = await asyncio.to_thread(path.stat)
        assert (found.st_size, found.st_blocks * 512 >= 8_000_000) == (0, True)
        await file.close()
    assert path.stat().st_blocks * 512 < 8_000_000


async def test_a_full_disk_keeps_nothing_and_takes_lines_again_later(tmp_path: Path) -> None:
    disk = FullDisk(room=6)
    async with Journals(disk, 0) as journals:
        file, _ = await journals.open(tmp_path / "journal.jsonl")
        assert await file.append(b"first\n")
        assert not await file.append(b"lost\n")
        disk.room = 100
        assert await file.append(b"second\n")
        await file.close()
    assert (tmp_path / "journal.jsonl").read_bytes() == b"first\nsecond\n"


async def test_everything_is_synced_within_a_second_or_so(tmp_path: Path) -> None:
    disk = RememberingDisk()
    async with Journals(disk, 0) as journals:
        file, _ = await journals.open(tmp_path / "journal.jsonl")
        await file.append(b"line\n")
        for _ in range(150):
            if any(act.what == "synced" and act.size == 5 for act in disk.acts):
                break
            await asyncio.sleep(0.02)
        assert any(act.what == "synced" and act.size == 5 for act in disk.acts)
        await file.close()


async def test_closing_syncs(tmp_path: Path) -> None:
    disk = RememberingDisk()
    async with Journals(disk, 0) as journals:
        file, _ = await journals.open(tmp_path / "journal.jsonl")
        await file.append(b"line\n")
        await file.close()
        assert disk.acts[-1].what == "synced"


async def test_a_journal_left_open_is_synced_at_the_end(tmp_path: Path) -> None:
    disk = RememberingDisk()
    async with Journals(disk, 0) as journals:
        file, _ = await journals.open(tmp_path / "journal.jsonl")
        await file.append(b"line\n")
    assert disk.acts[-1].what == "synced"


@pytest.mark.alone
async def test_a_sync_of_two_seconds_delays_no_line(tmp_path: Path) -> None:
    disk = SlowDisk()
    async with Journals(disk, 0) as journals:
        file, _ = await journals.open(tmp_path / "journal.jsonl")
        disk.sync_s = 2.0
        slowest, until = 0.0, monotonic() + 2.5
        while monotonic() < until:
            begun = monotonic()
            assert await file.append(b"line\n")
            slowest = max(slowest, monotonic() - begun)
            await asyncio.sleep(0.01)
        disk.sync_s = 0.0
        await file.close()
    assert slowest < 0.1

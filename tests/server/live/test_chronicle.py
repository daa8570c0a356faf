import asyncio
from pathlib import Path

from server.live.chronicle import MISSED_EVENTS, Chronicle
from server.store.folder import JOURNAL, read_journal
from server.store.journal import Journals
from signaling.events import Event, HandLowered, HandRaised, JournalGap
from signaling.journal import Journal, Writer
from signaling.lesson import LiveLesson
from tests.support.disks import FullDisk
from tests.support.lessons import FAR, PLAN

HAND = HandRaised(participant=FAR)
DOWN = HandLowered(participant=FAR)
OPENED: list[Event] = LiveLesson(PLAN).open("2026-11-23T08:00:00+00:00")


async def test_what_happens_is_kept_applied_and_told(tmp_path: Path) -> None:
    async with Journals(FullDisk(10**6), 0) as journals:
        file, _ = await journals.open(tmp_path / JOURNAL)
        lesson = LiveLesson(PLAN)
        chronicle = Chronicle(lesson, file, Writer())
        await chronicle.record(OPENED, 0.0)
        told = await chronicle.record([HAND, DOWN, HAND], 1.0)
        await file.close()
    assert [(one.n, one.t, one.event) for one in told] == [
        (1, 1.0, HAND),
        (2, 1.0, DOWN),
        (3, 1.0, HAND),
    ]
    assert lesson.state.n == 3
    assert [hand.participant for hand in lesson.state.hands] == [FAR]
    assert [line.n for line in (await kept(tmp_path)).lines] == [0, 1, 2, 3]


async def test_a_full_disk_leaves_a_gap_that_says_how_much(tmp_path: Path) -> None:
    disk = FullDisk(10**6)
    async with Journals(disk, 0) as journals:
        file, _ = await journals.open(tmp_path / JOURNAL)
        lesson = LiveLesson(PLAN)
        chronicle = Chronicle(lesson, file, Writer())
        await chronicle.record(OPENED, 0.0)
        disk.room = 0
        assert [one.event for one in await chronicle.record([HAND], 1.0)] == [HAND]
        assert chronicle.losing
        assert [one.event for one in await chronicle.record([DOWN], 2.0)] == [DOWN]
        disk.room = 10**6
        told = await chronicle.record([HAND], 3.0)
        assert not chronicle.losing
        await file.close()
    gap = told[0].event
    assert isinstance(gap, JournalGap)
    assert gap.since == 1.0
    journal = await kept(tmp_path)
    assert [line.event for line in journal.lines[1:]] == [gap, HAND]
    assert journal.torn_bytes == 0
    # Numbers that were told are never given again.
    assert gap.events == journal.lines[1].n - 1
    assert [hand.participant for hand in lesson.state.hands] == [FAR]


async def test_whoever_missed_little_gets_it_and_whoever_missed_much_does_not(
    tmp_path: Path,
) -> None:
    async with Journals(FullDisk(10**9), 0) as journals:
        file, _ = await journals.open(tmp_path / JOURNAL)
        chronicle = Chronicle(LiveLesson(PLAN), file, Writer())
        await chronicle.record(OPENED, 0.0)
        for _ in range(MISSED_EVENTS // 2 + 5):
            await chronicle.record([HAND, DOWN], 1.0)
        await file.close()
    last = MISSED_EVENTS + 10
    assert chronicle.after(last) == []
    missed = chronicle.after(last - 2)
    assert missed is not None
    assert [one.n for one in missed] == [last - 1, last]
    assert chronicle.after(3) is None


async def kept(folder: Path) -> Journal:
    return await asyncio.to_thread(read_journal, folder)

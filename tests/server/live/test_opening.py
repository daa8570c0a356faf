import asyncio
from pathlib import Path

from server.store.folder import JOURNAL, lesson_folder, read_journal
from signaling.events import HandRaised, LessonOpened, Resumed, Role
from signaling.messages import RaiseHand, State
from tests.support.halls import house


async def test_a_torn_last_line_is_cut_off_and_told(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        room = await here.other(lesson)
        await room.ask(lambda n: RaiseHand(id=n))
    path = lesson_folder(tmp_path, lesson.id) / JOURNAL
    whole = await asyncio.to_thread(path.read_bytes)
    await asyncio.to_thread(path.write_bytes, whole + b'{"n":9,"t')
    async with house(tmp_path) as here:
        back = await here.join(lesson, Role.TEACHER, lesson.host.participant)
        state = (await back.ears.message(State)).state
    assert [hand.participant for hand in state.hands] == [lesson.rooms[1].participant]
    journal = await asyncio.to_thread(read_journal, path.parent)
    assert journal.torn_bytes == 0
    events = [line.event for line in journal.lines]
    assert isinstance(events[0], LessonOpened)
    assert any(isinstance(event, HandRaised) for event in events)
    resumed = next(event for event in events if isinstance(event, Resumed))
    assert resumed.torn_bytes == 9
    assert resumed.away_s >= 0


async def test_lesson_time_goes_on_over_restarts(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        await here.teacher(lesson)
    for _ in range(2):
        async with house(tmp_path) as here:
            await here.teacher(lesson)
    folder = lesson_folder(tmp_path, lesson.id)
    times = [line.t for line in (await asyncio.to_thread(read_journal, folder)).lines]
    assert times == sorted(times)
    assert times[-1] > 0

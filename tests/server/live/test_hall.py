import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from server.actions.timetable import plan
from server.live import stage
from server.live.welcome import taken_over
from server.programme.rights import Capacity
from server.store.folder import lesson_folder, read_journal
from server.store.lessons import Lessons, StoredLesson
from server.store.observers import Observers
from signaling.errors import Code, UserError
from signaling.events import (
    EndReason,
    Event,
    HandRaised,
    JournalGap,
    LessonEnded,
    Phase,
    Resumed,
    Role,
)
from signaling.messages import (
    VERSION,
    Done,
    EndLesson,
    Hello,
    Moved,
    Pulse,
    RaiseHand,
    Refused,
    SendChat,
    StartLesson,
    State,
)
from tests.support.disks import FullDisk
from tests.support.halls import HOME, Ears, House, house
from tests.support.paired import pair
from tests.support.queued import states
from tests.support.staff import hired, school
from tests.support.stored import NOW


async def test_who_comes_by_an_account_to_listen_is_kept_and_nobody_else(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        teacher = await hired(here.database, Capacity.TEACHER, await school(here.database), "周")
        for role, person in (
            (Role.VIEWER, teacher.id),
            (Role.VIEWER, None),
            (Role.INSPECTOR, teacher.id),
        ):
            token = here.token(lesson, role, person=person)
            hello = Hello(version=VERSION, token=token, name="周老师", encodes=(), decodes=())
            ears = Ears()
            await here.hall.attach(hello, ears, HOME)
            await ears.message(State)
        [line] = (await Observers(here.database).of([lesson.id]))[lesson.id]
        assert (line.person, line.name, line.added_by) == (teacher.id, "周", None)


async def test_a_lobby_opens_at_the_first_hello(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        token = here.token(lesson, Role.ROOM, lesson.host.participant)
        assert (await here.hall.visit(token)).phase is Phase.LOBBY
        teacher = await here.teacher(lesson)
        assert (await teacher.ears.message(State)).state.phase is Phase.LOBBY
        stored = await Lessons(here.database).find(lesson.id)
        assert stored is not None
        assert stored.opened is not None


@pytest.mark.parametrize(
    ("role", "place"), [(Role.TEACHER, None), (Role.ROOM, "elsewhere"), (Role.TEACHER, "id9")]
)
async def test_a_link_without_its_room_opens_nothing(
    tmp_path: Path, role: Role, place: str | None
) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        with pytest.raises(UserError) as refusal:
            await here.join(lesson, role, place)
        assert refusal.value.code is Code.LINK_INVALID


async def test_a_lesson_nobody_planned_is_unknown(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        await Lessons(here.database).mark_ended(lesson.id, NOW)
        with pytest.raises(UserError) as refusal:
            await here.teacher(lesson)
        assert refusal.value.code is Code.LESSON_OVER


async def test_a_lesson_called_off_between_the_look_and_the_opening_does_not_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        found = Lessons.find

        async def then_called_off(lessons: Lessons, name: str) -> StoredLesson | None:
            stored = await found(lessons, name)
            await lessons.mark_ended(name, NOW)
            return stored

        with monkeypatch.context() as patched:
            patched.setattr(Lessons, "find", then_called_off)
            with pytest.raises(UserError) as refusal:
                await here.teacher(lesson)
        assert refusal.value.code is Code.LESSON_OVER
        stored = await Lessons(here.database).find(lesson.id)
        assert stored is not None
        assert (stored.opened, stored.ended) == (None, NOW)
        assert here.hall.running == 0


async def test_an_end_seals_the_journal_and_leaves_a_job(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        teacher = await here.teacher(lesson)
        assert isinstance(await teacher.ask(lambda n: StartLesson(id=n)), Done)
        assert isinstance(await teacher.ask(lambda n: EndLesson(id=n)), Done)
        await ended(here, lesson.id)
        jobs = {"close_lesson": "waiting", "compose_lesson": "waiting"}
        assert await states(here.database, lesson.id) == jobs
        journal = await asyncio.to_thread(read_journal, lesson_folder(tmp_path, lesson.id))
        assert journal.sealed
        assert teacher.ears.closed is not None
        assert teacher.ears.closed.code is Code.LESSON_OVER


@pytest.mark.slow
async def test_an_end_that_a_full_disk_refuses_is_written_later(tmp_path: Path) -> None:
    disk = FullDisk(10**6, name="journal")
    async with house(tmp_path, disk) as here:
        lesson = await here.plan()
        teacher = await here.teacher(lesson)
        assert isinstance(await teacher.ask(lambda n: StartLesson(id=n)), Done)
        disk.room = 0
        assert isinstance(await teacher.ask(lambda n: EndLesson(id=n)), Done)
        disk.room = 10**6
        await ended(here, lesson.id)
        journal = await asyncio.to_thread(read_journal, lesson_folder(tmp_path, lesson.id))
        assert journal.sealed
        assert any(isinstance(line.event, JournalGap) for line in journal.lines)


async def test_an_operator_ends_a_lesson(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        lesson, never = await here.plan("a"), await here.plan("b")
        teacher = await here.teacher(lesson)
        for one in (lesson, never):
            await Lessons(here.database).ask_end(one.id, NOW)
        assert (await teacher.ears.told(LessonEnded)).reason is EndReason.ENDED
        await ended(here, lesson.id)
        await ended(here, never.id)


async def test_devices_resume_after_a_restart(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        teacher, room = await here.teacher(lesson), await here.other(lesson)
        await room.ask(lambda n: RaiseHand(id=n))
    assert teacher.ears.closed is not None
    assert teacher.ears.closed.code is Code.SERVER_STOPPING
    assert teacher.ears.closed.may_resume
    async with house(tmp_path) as here:
        back = await here.join(
            lesson, Role.TEACHER, lesson.host.participant, resume=teacher.ears.resume()
        )
        assert back.ears.welcome.device == teacher.ears.welcome.device
        await back.ears.told(Resumed)
        assert not any(isinstance(m, State) for m in back.ears.heard)
        again = await here.join(lesson, Role.ROOM, lesson.rooms[1].participant)
        state = (await again.ears.message(State)).state
        assert [hand.participant for hand in state.hands] == [lesson.rooms[1].participant]


async def test_devices_are_sent_on_to_a_successor_before_they_are_closed(tmp_path: Path) -> None:
    async with house(tmp_path, successor="http://b:8080") as here:
        lesson = await here.plan()
        teacher = await here.teacher(lesson)
        here.hall.stop()
        late, token = Ears(), here.token(lesson, Role.VIEWER)
        with pytest.raises(UserError, match="server_stopping"):
            await here.hall.attach(
                Hello(version=1, token=token, encodes=(), decodes=()), late, HOME
            )
    for ears in (teacher.ears, late):
        assert ears.heard[-1] == Moved(url="http://b:8080")
    assert teacher.ears.closed is not None
    assert teacher.ears.closed.may_resume


async def test_without_a_successor_nobody_is_sent_on(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        teacher = await here.teacher(await here.plan())
        here.hall.stop()
    assert not any(isinstance(message, Moved) for message in teacher.ears.heard)


async def test_a_wrong_secret_brings_nobody_back(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        teacher, room = await here.teacher(lesson), await here.other(lesson)
        with pytest.raises(UserError) as refusal:
            await here.join(
                lesson, Role.ROOM, lesson.rooms[1].participant, resume=teacher.ears.resume()
            )
        assert refusal.value.code is Code.RESUME_REFUSED
        assert room.ears.closed is None


async def test_of_two_attempts_of_a_device_the_one_that_is_replaced_may_come_again(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        place = lesson.rooms[1].participant
        first = await here.other(lesson)
        await here.join(lesson, Role.ROOM, place, resume=first.ears.resume())
        assert first.ears.closed == taken_over(0.0)


async def test_a_page_that_is_opened_twice_gives_its_seat_to_the_newer_for_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.live.welcome.YOUNG_SECONDS", 0.05)
    async with house(tmp_path) as here:
        lesson = await here.plan()
        place = lesson.rooms[1].participant
        first = await here.other(lesson)
        await asyncio.sleep(0.1)
        second = await here.join(lesson, Role.ROOM, place, resume=first.ears.resume())
        assert first.ears.closed is not None
        assert not first.ears.closed.may_resume
        assert second.ears.closed is None


class Trap:
    """Makes one lesson fail whenever a hand goes up in it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, lesson: str) -> None:
        happen = stage.Stage.happen

        async def failing(self: stage.Stage, events: Sequence[Event]) -> None:
            if self.lesson.plan.lesson == lesson and any(
                isinstance(event, HandRaised) for event in events
            ):
                raise ZeroDivisionError("a bug of ours")
            await happen(self, events)

        monkeypatch.setattr(stage.Stage, "happen", failing)


async def test_a_failing_lesson_starts_again_and_touches_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path) as here:
        bad, good = await here.plan("bad"), await here.plan("good")
        Trap(monkeypatch, bad.id)
        room, fine = await here.other(bad), await here.other(good)
        await room.attachment.receive(RaiseHand(id=1))
        await room.attachment.receive(SendChat(id=2, text="too late for this owner"))
        assert (await room.ears.until(lambda: room.ears.closed)).may_resume
        refused = [m for m in room.ears.heard if isinstance(m, Refused)]
        assert [(one.id, one.code) for one in refused] == [(2, Code.SERVER_STOPPING)]
        place = bad.rooms[1].participant
        back = await here.join(bad, Role.ROOM, place, resume=room.ears.resume())
        assert back.ears.welcome.device == room.ears.welcome.device
        assert isinstance(await fine.ask(lambda n: RaiseHand(id=n)), Done)
        assert fine.ears.closed is None


async def test_after_the_third_failure_in_a_minute_the_lesson_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        Trap(monkeypatch, lesson.id)
        for _ in range(3):
            room = await here.other(lesson)
            await room.attachment.receive(RaiseHand(id=1))
            await room.ears.until(partial(getattr, room.ears, "closed"))
        await ended(here, lesson.id)
        journal = await asyncio.to_thread(read_journal, lesson_folder(tmp_path, lesson.id))
        assert journal.sealed
        last = journal.lines[-1].event
        assert isinstance(last, LessonEnded)
        assert last.reason is EndReason.BROKEN


async def ended(here: House, lesson: str) -> None:
    for _ in range(500):
        stored = await Lessons(here.database).find(lesson)
        if stored is not None and stored.ended is not None:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the lesson does not end")


async def test_a_hello_before_the_lessons_are_taken_up_makes_no_second_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        await here.teacher(lesson)
    listed, joined = Lessons.unfinished, asyncio.Event()

    async def late(lessons: Lessons) -> list[StoredLesson]:
        found = await listed(lessons)
        await joined.wait()
        return found

    monkeypatch.setattr(Lessons, "unfinished", late)
    async with house(tmp_path) as here:
        await here.teacher(lesson)
        joined.set()
        room = await here.other(lesson)
        await room.ask(lambda n: RaiseHand(id=n))
    journal = await asyncio.to_thread(read_journal, lesson_folder(tmp_path, lesson.id))
    events = [line.event for line in journal.lines]
    assert len([event for event in events if isinstance(event, Resumed)]) == 1
    assert any(isinstance(event, HandRaised) for event in events)


@pytest.mark.slow
async def test_a_lesson_hands_its_room_to_the_next_one_at_the_bell(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        schools, now = await pair(here.database), datetime.now(UTC)
        town, before = schools.town.acting(), now - timedelta(hours=2)
        held = await plan(here.database, town, schools.plan(starts=before), before)
        guest = await here.teacher(held)
        await guest.ask(lambda n: StartLesson(id=n))
        assert here.hall.here(held.id) == {held.host.participant}
        due = schools.plan(starts=datetime.now(UTC) + timedelta(seconds=3))
        await plan(here.database, town, due, now)
        await guest.ears.until(lambda: _leaves_at(guest.ears))
        assert (await guest.ears.told(LessonEnded)).reason is EndReason.OVERRUN
        await ended(here, held.id)
        assert here.hall.here(held.id) == frozenset()


def _leaves_at(ears: Ears) -> float | None:
    """When its room is to be left, as a device was told."""
    told = (m.hands_over_at for m in ears.heard if isinstance(m, Pulse))
    return next((moment for moment in told if moment is not None), None)

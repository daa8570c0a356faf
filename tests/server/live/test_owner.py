from pathlib import Path

import pytest

from server.live.peer_names import worker_peer
from server.media.requests import ClosePeer, Request
from signaling.agreement import Agreement, Transport
from signaling.errors import Code
from signaling.events import (
    AudioMasterSet,
    DeviceLeft,
    HandRaised,
    JournalGap,
    LessonEnded,
    LessonStarted,
    ParticipantJoined,
    PauseSet,
    RecordingStateSet,
    Role,
)
from signaling.ids import LessonId, ParticipantId, PeerId
from signaling.messages import (
    Answer,
    Done,
    EndLesson,
    Leave,
    Microphone,
    Offer,
    People,
    Pulse,
    RaiseHand,
    Refused,
    Remove,
    Report,
    SetPause,
    StartLesson,
    State,
    View,
)
from tests.support.disks import FullDisk
from tests.support.halls import house
from tests.support.offers import TRANSPORT, offer


async def test_everyone_who_may_see_it_is_told(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        teacher, room = await here.teacher(lesson), await here.other(lesson)
        pupil = await here.join(lesson, Role.PUPIL, name="小明")
        await room.ask(lambda n: RaiseHand(id=n))
        for one in (teacher, room, pupil):
            assert (await one.ears.told(HandRaised)).participant == lesson.rooms[1].participant


async def test_a_newcomers_name_comes_before_its_first_event(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        teacher = await here.teacher(lesson)
        pupil = await here.join(lesson, Role.PUPIL, name="小明")
        await teacher.ears.told(ParticipantJoined)
        kinds = [type(m) for m in teacher.ears.heard]
        names = [p.name for m in teacher.ears.heard if isinstance(m, People) for p in m.people]
        assert "小明" in names
        assert "小明" in [p.name for p in (await pupil.ears.message(People)).people]
        assert kinds.count(People) == 2


async def test_a_silent_inspector_is_told_everything_and_told_of_to_nobody(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        teacher = await here.teacher(lesson)
        before = len(teacher.ears.events)
        inspector = await here.join(lesson, Role.INSPECTOR, name="督学")
        await teacher.ask(lambda n: StartLesson(id=n))
        await inspector.ears.told(LessonStarted)
        assert not any(
            getattr(event, "participant", None) == inspector.ears.welcome.participant
            for event in teacher.ears.events[before:]
        )
        names = [p.name for m in teacher.ears.heard if isinstance(m, People) for p in m.people]
        assert "督学" not in names
        refused = await inspector.ask(lambda n: RaiseHand(id=n))
        assert isinstance(refused, Refused)


async def test_a_rooms_second_device_is_deaf_and_mute(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        first, second = await here.teacher(lesson), await here.teacher(lesson)
        assert await first.ears.message(Microphone) == Microphone(open=True, loudspeaker=True)
        assert await second.ears.message(Microphone) == Microphone(open=False, loudspeaker=False)
        await first.ask(lambda n: Leave(id=n))
        master = await second.ears.until(
            lambda: next((e for e in second.ears.events if isinstance(e, AudioMasterSet)), None)
        )
        assert master.device == second.ears.welcome.device
        await second.ears.until(
            lambda: Microphone(open=True, loudspeaker=True) in second.ears.heard or None
        )


@pytest.mark.parametrize(("bar", "code"), [(False, Code.REMOVED), (True, Code.BARRED)])
async def test_a_removed_device_is_told_and_may_not_resume(
    tmp_path: Path, bar: bool, code: Code
) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        teacher = await here.teacher(lesson)
        pupil = await here.join(lesson, Role.PUPIL, name="小明")
        who = pupil.ears.welcome.participant
        await teacher.ask(lambda n: Remove(id=n, participant=who, bar=bar))
        assert (await teacher.ears.told(DeviceLeft)).participant == who
        closed = await pupil.ears.until(lambda: pupil.ears.closed)
        assert (closed.code, closed.may_resume) == (code, False)


async def test_a_device_that_resumes_gets_what_it_missed(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        teacher, room = await here.teacher(lesson), await here.other(lesson)
        resume = room.ears.resume()
        room.attachment.detach()
        await teacher.ask(lambda n: StartLesson(id=n))
        place = lesson.rooms[1].participant
        back = await here.join(lesson, Role.ROOM, place, resume=resume)
        assert back.ears.welcome.secret is None
        assert back.ears.welcome.device == room.ears.welcome.device
        await back.ears.told(LessonStarted)
        assert not any(isinstance(m, State) for m in back.ears.heard)
        assert not any(isinstance(e, LessonStarted) for e in room.ears.events)


async def test_a_second_connection_of_a_device_ends_the_first(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        room = await here.other(lesson)
        place = lesson.rooms[1].participant
        back = await here.join(lesson, Role.ROOM, place, resume=room.ears.resume())
        assert room.ears.closed is not None
        room.attachment.detach()
        await back.ask(lambda n: RaiseHand(id=n))
        await back.ears.told(HandRaised)


async def test_without_media_an_offer_is_refused_and_the_rest_goes_on(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        room = await here.other(lesson)
        peer = PeerId("p")
        wrong = await room.ask(lambda n: Offer(id=n, peer=peer, direction="down", sdp="nonsense"))
        assert isinstance(wrong, Refused)
        assert wrong.code is Code.BAD_SDP
        assert isinstance(await room.ask(lambda n: View(id=n, shown=())), Done)
        assert isinstance(await room.ask(lambda n: RaiseHand(id=n)), Done)


async def test_a_lesson_that_cannot_be_recorded_says_so(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        teacher = await here.teacher(lesson)
        await teacher.ask(lambda n: StartLesson(id=n))
        told = await teacher.ears.told(RecordingStateSet)
        assert (told.on, told.reason) == (False, "recorder_lost")
        await teacher.ask(lambda n: EndLesson(id=n))
        await teacher.ears.told(LessonEnded)


async def test_an_ended_lesson_leaves_no_peer_at_the_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path) as here:
        told: list[Request] = []
        monkeypatch.setattr(here.plane.worker, "send", told.append)
        monkeypatch.setattr(here.plane, "open_peer", opened)
        lesson = await here.plan()
        teacher, room = await here.teacher(lesson), await here.other(lesson)
        answer = await room.ask(
            lambda n: Offer(id=n, peer=PeerId("p"), direction="down", sdp=offer("chromium_down"))
        )
        assert isinstance(answer, Answer)
        await teacher.ask(lambda n: EndLesson(id=n, stopped=True))
        await room.ears.until(lambda: room.ears.closed)
    name = worker_peer(LessonId(lesson.id), room.ears.welcome.device, PeerId("p"))
    assert ClosePeer(peer=name) in told


async def opened(lesson: LessonId, peer: PeerId, agreement: Agreement) -> Transport:
    return TRANSPORT


async def test_a_pause_is_told(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        teacher = await here.teacher(lesson)
        await teacher.ask(lambda n: StartLesson(id=n))
        await teacher.ask(lambda n: SetPause(id=n, on=True))
        assert (await teacher.ears.told(PauseSet)).on
        await teacher.ears.until(
            lambda: Microphone(open=False, loudspeaker=True) in teacher.ears.heard or None
        )


@pytest.mark.slow
async def test_a_full_disk_stops_no_lesson_and_everyone_is_told(tmp_path: Path) -> None:
    disk = FullDisk(10**6, name="journal")
    async with house(tmp_path, disk) as here:
        lesson = await here.plan()
        teacher, room = await here.teacher(lesson), await here.other(lesson)
        disk.room = 0
        assert isinstance(await room.ask(lambda n: RaiseHand(id=n)), Done)
        told = await room.ears.told(RecordingStateSet)
        assert (told.on, told.reason) == (False, "journal_lost")
        disk.room = 10**6
        gap = await teacher.ears.told(JournalGap)
        assert gap.events >= 2
        assert not any(isinstance(event, JournalGap) for event in room.ears.events)


@pytest.mark.slow
async def test_links_are_told_to_staff_and_ones_own_to_others(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        teacher, room = await here.teacher(lesson), await here.other(lesson)
        pupil = await here.join(lesson, Role.PUPIL, name="小明")
        await room.attachment.receive(Report(rtt_ms=12.0, clock_offset_ms=0.0, loss=0.5))
        own = pupil.ears.welcome.participant

        def links(ears: list[object]) -> dict[ParticipantId, float | None] | None:
            pulses = [m for m in ears if isinstance(m, Pulse)]
            found = {link.participant: link.rtt_ms for link in pulses[-1].links} if pulses else {}
            return found if own in found else None

        seen = await teacher.ears.until(lambda: links([*teacher.ears.heard]))
        assert seen[ParticipantId(lesson.rooms[1].participant)] == 12.0
        seen = await pupil.ears.until(lambda: links([*pupil.ears.heard]))
        assert set(seen) == {own, lesson.host.participant}

"""Who comes in and who comes back."""

import pytest

from signaling.admission import DEVICES_OF_A_ROOM, PARTICIPANTS, NewIds, same_name
from signaling.errors import Code, UserError
from signaling.events import (
    AudioMasterSet,
    DeviceBack,
    DeviceJoined,
    EndReason,
    InspectorJoined,
    ParticipantJoined,
    Role,
)
from signaling.ids import DeviceId, ParticipantId
from signaling.messages import Leave, Remove, Resume, SetLock, StartLesson
from tests.support.lessons import FAR, HOST, PLAN, Classroom, grants, hello, secret


def refused(
    room: Classroom, role: Role, place: ParticipantId | None = None, name: str = "小明"
) -> Code:
    """Why somebody is not let in."""
    with pytest.raises(UserError) as caught:
        room.join(role, place, name=name)
    return caught.value.code


def not_resumed(
    room: Classroom, device: DeviceId, role: Role, place: ParticipantId | None = None
) -> Code:
    """Why a device is not let back in."""
    with pytest.raises(UserError) as caught:
        room.resume(device, role, place)
    return caught.value.code


def test_the_first_device_of_a_room_brings_its_participant_and_is_its_audio_master() -> None:
    room = Classroom()
    device = room.join(Role.ROOM, FAR)
    joined, sat, master = [event for _, _, event in room.kept[1:]]
    assert joined == ParticipantJoined(participant=FAR, role=Role.ROOM, host=False)
    assert isinstance(sat, DeviceJoined)
    assert (sat.device, sat.role) == (device, Role.ROOM)
    assert master == AudioMasterSet(participant=FAR, device=device)


def test_further_devices_of_a_room_join_deaf_and_mute() -> None:
    room = Classroom()
    first, second = room.join(Role.ROOM, FAR), room.join(Role.TEACHER, FAR)
    assert isinstance(room.kept[-1][2], DeviceJoined)
    assert room.lesson.microphone(first).loudspeaker
    assert not room.lesson.microphone(second).loudspeaker
    assert not room.lesson.microphone(second).open


def test_a_device_without_echo_cancellation_leaves_the_place_to_the_next() -> None:
    room = Classroom()
    camera = room.join(Role.ROOM, FAR, loudspeaker=False)
    assert not room.lesson.microphone(camera).loudspeaker
    screen = room.join(Role.ROOM, FAR)
    assert room.lesson.microphone(screen).loudspeaker


def test_a_teacher_of_the_host_room_leads_and_nobody_else() -> None:
    room = Classroom()
    devices = {
        room.teacher(): True,
        room.join(Role.ROOM, HOST): False,
        room.join(Role.TEACHER, FAR): False,
        room.join(Role.PUPIL): False,
        DeviceId("unknown"): False,
    }
    assert {device: room.lesson.leads(device) for device in devices} == devices


def test_the_secret_itself_is_not_journalled() -> None:
    room = Classroom()
    device = room.join(Role.ROOM, FAR)
    assert secret(device) not in repr(room.kept)


def test_a_silent_inspector_is_an_event_and_no_participant() -> None:
    room = Classroom()
    device = room.join(Role.INSPECTOR)
    (event,) = [event for _, _, event in room.kept[1:]]
    assert isinstance(event, InspectorJoined)
    who = room.who(device)
    assert who in {one.participant for one in room.lesson.state.participants}
    for role in Role:
        seen = room.lesson.state_for(role, who)
        assert who not in {one.participant for one in seen.participants}
    microphone = room.lesson.microphone(device)
    assert (microphone.open, microphone.loudspeaker) == (False, True)


def test_a_link_of_a_room_that_the_plan_does_not_know_is_invalid() -> None:
    assert refused(Classroom(), Role.ROOM, ParticipantId("elsewhere")) is Code.LINK_INVALID


def test_nobody_comes_into_a_lesson_that_is_over() -> None:
    room = Classroom()
    device = room.join(Role.PUPIL)
    room.keep(room.lesson.end(EndReason.STOPPED, 5))
    assert refused(room, Role.PUPIL) is Code.LESSON_OVER
    assert refused(room, Role.INSPECTOR) is Code.LESSON_OVER
    assert not_resumed(room, device, Role.PUPIL) is Code.LESSON_OVER


def test_a_lock_keeps_out_whom_the_lesson_has_not_seen() -> None:
    room = Classroom()
    teacher, pupil = room.teacher(), room.join(Role.PUPIL)
    room.give(teacher, SetLock(id=1, on=True))
    assert refused(room, Role.PUPIL) is Code.LOCKED
    assert refused(room, Role.VIEWER) is Code.LOCKED
    assert refused(room, Role.ROOM, FAR) is Code.LOCKED
    room.join(Role.ROOM, HOST)
    room.join(Role.INSPECTOR)
    assert room.resume(pupil, Role.PUPIL, None) == []


def test_a_lock_never_shuts_the_host_out() -> None:
    room = Classroom()
    teacher = room.teacher()
    room.give(teacher, SetLock(id=1, on=True))
    room.give(teacher, Leave(id=2))
    assert room.lesson.leads(room.teacher())


def test_who_is_barred_stays_out_by_any_device_secret_or_name() -> None:
    room = Classroom()
    teacher, pupil = room.teacher(), room.join(Role.PUPIL, name="小 明")
    room.give(teacher, Remove(id=1, participant=room.who(pupil), bar=True))
    assert not_resumed(room, pupil, Role.PUPIL) is Code.BARRED
    assert refused(room, Role.PUPIL, name="小明 ") is Code.BARRED
    assert refused(room, Role.VIEWER, name="小明") is Code.BARRED
    room.join(Role.PUPIL, name="小明明")


def test_a_barred_room_stays_out_whatever_its_link() -> None:
    room = Classroom()
    teacher = room.teacher()
    room.join(Role.ROOM, FAR)
    room.give(teacher, Remove(id=1, participant=FAR, bar=True))
    assert refused(room, Role.ROOM, FAR) is Code.BARRED
    assert refused(room, Role.TEACHER, FAR) is Code.BARRED


def test_a_name_in_the_link_counts_before_the_one_that_is_typed() -> None:
    room = Classroom()
    teacher, pupil = room.teacher(), room.join(Role.PUPIL, name="小明")
    room.give(teacher, Remove(id=1, participant=room.who(pupil), bar=True))
    new = NewIds(participant=ParticipantId("n"), device=DeviceId("n"), secret_hash="")
    who = grants(Role.PUPIL, name="小明")
    with pytest.raises(UserError, match="barred"):
        room.lesson.hello(who, hello("小红"), new, 0)


@pytest.mark.parametrize(("one", "other"), [("小明", "小 明"), ("Ｌｉ Lei", "li lei"), ("é", "é")])
def test_names_are_the_same_when_they_are_read_the_same(one: str, other: str) -> None:
    assert same_name(one, other)


def test_who_was_removed_but_not_barred_may_come_in_anew_but_not_by_itself() -> None:
    room = Classroom()
    teacher, pupil = room.teacher(), room.join(Role.PUPIL, name="小明")
    room.give(teacher, Remove(id=1, participant=room.who(pupil)))
    assert not_resumed(room, pupil, Role.PUPIL) is Code.REMOVED
    room.join(Role.PUPIL, name="小明")


def test_who_said_goodbye_does_not_resume() -> None:
    room = Classroom()
    pupil = room.join(Role.PUPIL)
    room.give(pupil, Leave(id=1))
    assert not_resumed(room, pupil, Role.PUPIL) is Code.RESUME_REFUSED


def test_a_device_that_was_not_missed_resumes_without_an_event() -> None:
    room = Classroom()
    device = room.join(Role.ROOM, FAR)
    room.pass_time(3)
    assert room.resume(device, Role.ROOM, FAR) == []


def test_a_device_that_was_away_is_back() -> None:
    room = Classroom()
    device = room.join(Role.ROOM, FAR)
    room.tick(6)
    assert room.resume(device, Role.ROOM, FAR) == [DeviceBack(participant=FAR, device=device)]


def test_a_device_that_was_given_up_joins_again_under_its_ids() -> None:
    room = Classroom()
    device = room.join(Role.ROOM, FAR)
    first = [event for _, _, event in room.kept[1:]]
    room.tick(61)
    room.pass_time(600)
    assert room.resume(device, Role.ROOM, FAR) == first
    assert room.lesson.present() == (device,)


def test_an_inspector_resumes_as_silently_as_it_came() -> None:
    room = Classroom()
    device = room.join(Role.INSPECTOR)
    came = room.kept[-1][2]
    assert room.tick(6) == []
    assert room.resume(device, Role.INSPECTOR, None) == []
    room.tick(61)
    assert room.resume(device, Role.INSPECTOR, None) == [came]


@pytest.mark.parametrize(
    ("role", "place"),
    [(Role.TEACHER, FAR), (Role.ROOM, HOST), (Role.PUPIL, None), (Role.INSPECTOR, None)],
)
def test_a_link_of_another_kind_or_place_does_not_resume(
    role: Role, place: ParticipantId | None
) -> None:
    room = Classroom()
    device = room.join(Role.ROOM, FAR)
    assert not_resumed(room, device, role, place) is Code.RESUME_REFUSED


def test_a_wrong_secret_and_an_unknown_device_do_not_resume() -> None:
    room = Classroom()
    device = room.join(Role.ROOM, FAR)
    for proof in (
        Resume(device=device, secret="x" * 32, seen=-1),
        Resume(device=DeviceId("never"), secret=secret(device), seen=-1),
    ):
        with pytest.raises(UserError, match="resume_refused"):
            room.lesson.resume(grants(Role.ROOM, FAR), proof, 0)


def test_a_lesson_rebuilt_from_its_events_lets_the_same_devices_back() -> None:
    room = Classroom()
    teacher, device = room.teacher(), room.join(Role.ROOM, FAR)
    room.give(teacher, StartLesson(id=1))
    again = Classroom(PLAN)
    for line in room.kept[1:]:
        again.lesson.apply(*line)
    again.pass_time(20)
    again.keep(again.lesson.resumed(20, 0, again.now))
    assert again.resume(device, Role.ROOM, FAR) == []
    assert again.lesson.leads(teacher)


def test_a_room_and_a_lesson_are_full_some_day() -> None:
    room = Classroom()
    for _ in range(DEVICES_OF_A_ROOM):
        room.join(Role.ROOM, FAR)
    assert refused(room, Role.ROOM, FAR) is Code.LESSON_FULL
    while len(room.lesson.state.participants) < PARTICIPANTS:
        room.join(Role.PUPIL)
    assert refused(room, Role.PUPIL) is Code.LESSON_FULL
    room.join(Role.ROOM, HOST)

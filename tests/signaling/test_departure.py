"""Who goes, when, and what goes with them."""

import pytest

from signaling.errors import Code, UserError
from signaling.events import (
    AudioMasterSet,
    DeviceAway,
    DeviceBack,
    DeviceLeft,
    EndReason,
    HandLowered,
    InspectorLeft,
    LeaveReason,
    ParticipantLeft,
    Resumed,
    Role,
    SentBack,
    SourceEnded,
)
from signaling.ids import ParticipantId, source_id
from signaling.messages import Call, Leave, RaiseHand, Remove
from tests.support.lessons import CAMERA, FAR, HOST, MICROPHONE, Classroom


def test_a_device_is_away_after_five_seconds_of_silence_and_given_up_after_sixty() -> None:
    room = Classroom()
    device = room.join(Role.ROOM, FAR)
    room.pass_time(7)
    room.hears(device)
    assert room.tick(4.999) == []
    away = DeviceAway(participant=FAR, device=device, heard_at=7.0)
    assert room.tick(0.001) == [away]
    assert room.tick(54.999) == []
    assert room.tick(0.001) == [
        DeviceLeft(participant=FAR, device=device, reason=LeaveReason.LINK_LOST, heard_at=7.0),
        AudioMasterSet(participant=FAR, device=None),
        ParticipantLeft(participant=FAR, reason=LeaveReason.LINK_LOST),
    ]
    assert room.lesson.deadline() is None


def test_the_deadline_is_the_next_silence() -> None:
    room = Classroom()
    device, other = room.join(Role.ROOM, FAR), room.teacher()
    room.pass_time(2)
    room.hears(other)
    assert room.lesson.deadline() == 5.0
    room.tick(3)
    assert room.lesson.deadline() == 7.0
    room.hears(other)
    assert room.lesson.deadline() == 10.0
    room.hears(device)
    assert room.lesson.deadline() == room.now
    assert room.tick() == [DeviceBack(participant=FAR, device=device)]
    assert room.tick() == []


def test_what_a_device_sent_ends_with_it_and_a_master_has_an_heir() -> None:
    room = Classroom()
    master, heir = room.join(Role.ROOM, FAR), room.join(Role.TEACHER, FAR)
    room.join(Role.ROOM, FAR, loudspeaker=False)
    room.publish(master, MICROPHONE)
    room.publish(heir, CAMERA)
    assert room.give(master, Leave(id=1)) == [
        SourceEnded(source=source_id(FAR, "microphone")),
        DeviceLeft(participant=FAR, device=master, reason=LeaveReason.LEFT, heard_at=0.0),
        AudioMasterSet(participant=FAR, device=heir),
    ]
    assert [one.source for one in room.lesson.state.sources] == [source_id(FAR, "camera")]


def test_a_hand_goes_down_and_a_turn_ends_with_the_last_device() -> None:
    room = Classroom()
    teacher, device = room.teacher(), room.join(Role.ROOM, FAR)
    room.give(teacher, Call(id=1, participant=FAR))
    room.give(device, RaiseHand(id=1))
    room.pass_time(10)
    assert room.give(device, Leave(id=2))[:2] == [
        SentBack(participant=FAR, turn_s=10.0),
        HandLowered(participant=FAR),
    ]


def test_a_goodbye_ends_presence_now() -> None:
    room = Classroom()
    device = room.join(Role.PUPIL)
    room.pass_time(4.5)
    left, *_ = room.give(device, Leave(id=1))
    assert isinstance(left, DeviceLeft)
    assert left.heard_at == 4.5


def test_removing_takes_every_device_and_names_who_did_it() -> None:
    room = Classroom()
    teacher = room.teacher()
    one, two = room.join(Role.ROOM, FAR), room.join(Role.ROOM, FAR)
    room.pass_time(2)
    room.hears(one, teacher)
    room.tick(3)
    assert room.give(teacher, Remove(id=1, participant=FAR, bar=True)) == [
        DeviceLeft(participant=FAR, device=one, reason=LeaveReason.REMOVED, heard_at=5.0),
        DeviceLeft(participant=FAR, device=two, reason=LeaveReason.REMOVED, heard_at=0.0),
        AudioMasterSet(participant=FAR, device=None),
        ParticipantLeft(participant=FAR, reason=LeaveReason.REMOVED, by=teacher, barred=True),
    ]
    assert room.lesson.present() == (teacher,)


def test_who_cannot_be_removed() -> None:
    room = Classroom()
    teacher, pupil, inspector = room.teacher(), room.join(Role.PUPIL), room.join(Role.INSPECTOR)
    gone = room.who(pupil)
    room.give(pupil, Leave(id=1))
    refusals = {
        HOST: Code.NOT_ALLOWED,
        FAR: Code.NO_SUCH_PARTICIPANT,
        ParticipantId("nobody"): Code.NO_SUCH_PARTICIPANT,
        room.who(inspector): Code.NO_SUCH_PARTICIPANT,
        gone: Code.NOT_HERE,
    }
    for who, code in refusals.items():
        with pytest.raises(UserError) as caught:
            room.give(teacher, Remove(id=1, participant=who))
        assert caught.value.code is code
    barred = ParticipantLeft(participant=gone, reason=LeaveReason.REMOVED, by=teacher, barred=True)
    assert room.give(teacher, Remove(id=1, participant=gone, bar=True)) == [barred]


def test_a_silent_inspector_goes_as_silently() -> None:
    room = Classroom()
    one, two = room.join(Role.INSPECTOR), room.join(Role.INSPECTOR)
    left = InspectorLeft(participant=room.who(one), device=one)
    assert room.give(one, Leave(id=1)) == [left]
    assert room.tick(30) == []
    assert room.tick(30) == [InspectorLeft(participant=room.who(two), device=two)]


def test_a_short_restart_interrupts_nobody() -> None:
    room = Classroom()
    device = room.join(Role.ROOM, FAR)
    room.pass_time(40)
    resumed = Resumed(away_s=40.0, torn_bytes=3)
    assert room.keep(room.lesson.resumed(40, 3, room.now)) == [resumed]
    assert room.lesson.deadline() == room.now + 5
    assert room.resume(device, Role.ROOM, FAR) == []


def test_who_does_not_come_back_after_a_restart_ends_where_the_server_died() -> None:
    room = Classroom()
    device = room.join(Role.ROOM, FAR)
    room.pass_time(100)
    room.keep(room.lesson.resumed(20, 0, room.now))
    (away,) = room.tick(5)
    assert isinstance(away, DeviceAway)
    assert away.heard_at == 80.0
    left, *_ = room.tick(55)
    assert left == DeviceLeft(
        participant=FAR, device=device, reason=LeaveReason.LINK_LOST, heard_at=80.0
    )


def test_a_long_restart_ends_presence_where_the_server_died() -> None:
    room = Classroom()
    pupil, teacher = room.join(Role.PUPIL), room.teacher()
    room.pass_time(8)
    room.hears(teacher)
    room.tick()
    room.pass_time(600)
    _, *events = room.keep(room.lesson.resumed(598, 0, room.now))
    ends = {event.device: event.heard_at for event in events if isinstance(event, DeviceLeft)}
    assert ends == {pupil: 0.0, teacher: 10.0}
    assert room.lesson.present() == ()


def test_nothing_follows_the_end() -> None:
    room = Classroom()
    device = room.join(Role.ROOM, FAR)
    room.keep(room.lesson.end(EndReason.ENDED, 1))
    assert room.tick(100) == []
    assert room.lesson.deadline() is None
    assert room.give(device, Leave(id=1)) == []
    assert room.keep(room.lesson.resumed(500, 0, 600))[1:] == []

"""Pupils whom the lesson does not know: they have nothing of it until a teacher lets them in."""

import pytest

from signaling.admission import PARTICIPANTS, WAITING
from signaling.errors import Code, UserError
from signaling.events import (
    AudioMasterSet,
    DeviceJoined,
    LeaveReason,
    ParticipantJoined,
    PupilAdmitted,
    PupilGaveUp,
    PupilTurnedAway,
    PupilWaits,
    Role,
)
from signaling.ids import DeviceId, ParticipantId
from signaling.messages import (
    Admit,
    Call,
    Command,
    Leave,
    Microphone,
    RaiseHand,
    Remove,
    SetLock,
    StartLesson,
    TurnAway,
)
from tests.signaling.test_commands import EVERYONES, HOST_ONLY, OF_TEACHERS
from tests.support.casts import Cast
from tests.support.lessons import CAMERA, HOST, Classroom
from tests.support.stories import REPORT


def refusal(room: Classroom, device: DeviceId, command: Command) -> Code:
    """Why a command is refused."""
    with pytest.raises(UserError) as caught:
        room.give(device, command)
    return caught.value.code


def waiting(room: Classroom, role: Role = Role.TEACHER) -> list[ParticipantId]:
    """Who waits, as a device of this role sees it."""
    return [one.participant for one in room.lesson.state_for(role, HOST).waiting]


def test_who_waits_is_in_the_lesson_for_nobody_and_in_the_list_of_teachers_alone() -> None:
    room = Classroom()
    pupil = room.knock("小明")
    (knock,) = [event for _, _, event in room.kept[1:]]
    assert isinstance(knock, PupilWaits)
    assert room.lesson.waits(pupil)
    assert room.who(pupil) not in {one.participant for one in room.lesson.state.participants}
    assert waiting(room) == [room.who(pupil)]
    assert [waiting(room, role) for role in Role if role is not Role.TEACHER] == [[]] * 4
    assert room.lesson.microphone(pupil) == Microphone(open=False, loudspeaker=False)


@pytest.mark.parametrize("teacher", ["host_teacher", "far_teacher"])
def test_any_teacher_of_the_lesson_lets_a_pupil_in(teacher: str) -> None:
    cast = Cast()
    by, pupil = getattr(cast, teacher), cast.knock("小明")
    who = cast.who(pupil)
    admitted, joined, device, master = cast.give(by, Admit(id=1, participant=who))
    assert admitted == PupilAdmitted(participant=who, device=pupil, by=by)
    assert joined == ParticipantJoined(participant=who, role=Role.PUPIL, host=False)
    assert isinstance(device, DeviceJoined)
    assert device.device == pupil
    assert master == AudioMasterSet(participant=who, device=pupil)
    assert not cast.lesson.waits(pupil)
    assert waiting(cast) == []
    cast.give(pupil, RaiseHand(id=1))
    assert [hand.participant for hand in cast.lesson.state.hands] == [who]


def test_who_is_turned_away_is_gone_and_may_knock_again() -> None:
    room = Classroom()
    teacher, pupil = room.teacher(), room.knock("小明")
    who = room.who(pupil)
    away = PupilTurnedAway(participant=who, device=pupil, by=teacher)
    assert room.give(teacher, TurnAway(id=1, participant=who)) == [away]
    assert waiting(room) == []
    assert pupil not in room.lesson.present()
    with pytest.raises(UserError) as caught:
        room.resume(pupil, Role.PUPIL, None)
    assert caught.value.code is Code.REMOVED
    assert room.lesson.waits(room.knock("小明"))


@pytest.mark.parametrize("command", OF_TEACHERS, ids=lambda one: one.type)
@pytest.mark.parametrize("who", ["host_room", "far_room", "pupil", "viewer", "inspector"])
def test_nobody_but_a_teacher_decides(who: str, command: Command) -> None:
    cast = Cast()
    assert cast.refusal(getattr(cast, who), command) is Code.NOT_ALLOWED


@pytest.mark.parametrize("command", OF_TEACHERS, ids=lambda one: one.type)
def test_nobody_is_let_in_or_turned_away_who_does_not_wait(command: Command) -> None:
    cast = Cast()
    assert cast.refusal(cast.far_teacher, command) is Code.NO_SUCH_PARTICIPANT


@pytest.mark.parametrize(
    "command", [*HOST_ONLY, *OF_TEACHERS, *EVERYONES], ids=lambda one: one.type
)
def test_who_waits_may_leave_and_nothing_else(command: Command) -> None:
    cast = Cast()
    pupil = cast.knock("小明")
    expected = None if isinstance(command, Leave) else Code.NOT_ALLOWED
    assert cast.refusal(pupil, command) is expected


def test_who_waits_sends_nothing_and_tells_nothing() -> None:
    room = Classroom()
    pupil = room.knock("小明")
    with pytest.raises(UserError) as caught:
        room.publish(pupil, CAMERA)
    assert caught.value.code is Code.NOT_ALLOWED
    assert room.lesson.report(pupil, REPORT, room.now) == []


def test_who_goes_without_an_answer_gave_up() -> None:
    room = Classroom()
    pupil, silent = room.knock("小明"), room.knock("小红")
    (gone,) = room.give(pupil, Leave(id=1))
    assert gone == PupilGaveUp(participant=room.who(pupil), device=pupil, reason=LeaveReason.LEFT)
    assert room.tick(59.999) == []
    assert room.lesson.deadline() == 60.0
    lost = PupilGaveUp(participant=room.who(silent), device=silent, reason=LeaveReason.LINK_LOST)
    assert room.tick(0.001) == [lost]
    assert waiting(room) == []
    room.resume(silent, Role.PUPIL, None)
    assert waiting(room) == [room.who(silent)]
    assert room.lesson.waits(silent)


def test_a_short_break_of_the_link_keeps_the_place() -> None:
    room = Classroom()
    pupil = room.knock("小明")
    room.tick(20)
    assert room.resume(pupil, Role.PUPIL, None) == []
    assert room.lesson.waits(pupil)


def test_nobody_knocks_at_a_locked_door_or_in_a_crowd() -> None:
    room = Classroom()
    teacher = room.teacher()
    for number in range(WAITING):
        room.knock(f"学生{number}")
    with pytest.raises(UserError) as caught:
        room.knock("小明")
    assert caught.value.code is Code.LESSON_FULL
    room.give(teacher, SetLock(id=1, on=True))
    with pytest.raises(UserError) as caught:
        room.knock("小明")
    assert caught.value.code is Code.LOCKED


def test_a_full_lesson_lets_nobody_in() -> None:
    room = Classroom()
    teacher, pupil = room.teacher(), room.knock("小明")
    for number in range(PARTICIPANTS - 2):
        room.join(Role.VIEWER, name=f"家长{number}")
    who = room.who(pupil)
    assert refusal(room, teacher, Admit(id=1, participant=who)) is Code.LESSON_FULL
    assert waiting(room) == [who]


def test_a_barred_name_does_not_even_knock() -> None:
    room = Classroom()
    teacher, pupil = room.teacher(), room.join(Role.PUPIL, name="小明")
    room.give(teacher, Remove(id=1, participant=room.who(pupil), bar=True))
    with pytest.raises(UserError) as caught:
        room.knock("小 明")
    assert caught.value.code is Code.BARRED


def test_it_is_called_only_when_it_is_in() -> None:
    room = Classroom()
    teacher, pupil = room.teacher(), room.knock("小明")
    room.give(teacher, StartLesson(id=1))
    call = Call(id=2, participant=room.who(pupil))
    assert refusal(room, teacher, call) is Code.NO_SUCH_PARTICIPANT
    room.give(teacher, Admit(id=3, participant=room.who(pupil)))
    room.give(teacher, call)
    assert room.lesson.state.called == room.who(pupil)

from signaling.errors import Code
from signaling.events import SeatingConfirmed
from signaling.ids import ParticipantId
from signaling.messages import ConfirmSeating
from tests.support.casts import Cast
from tests.support.lessons import FAR


def test_the_host_says_once_that_a_rooms_exceptions_sit_out_of_view() -> None:
    cast = Cast()
    said = ConfirmSeating(id=1, participant=FAR)
    (told,) = cast.give(cast.host_teacher, said)
    assert isinstance(told, SeatingConfirmed)
    assert told.participant == FAR
    assert cast.give(cast.host_teacher, said) == []


def test_only_a_room_of_the_lesson_has_seats() -> None:
    cast = Cast()
    nobody = ConfirmSeating(id=1, participant=ParticipantId("nobody"))
    assert cast.refusal(cast.host_teacher, nobody) is Code.NO_SUCH_PARTICIPANT

"""What a far-side teacher tells the host, and the host her."""

from signaling.errors import Code
from signaling.events import Pace, PaceSignalled, Whispered
from signaling.ids import ParticipantId
from signaling.messages import SignalPace, Whisper
from tests.support.casts import Cast
from tests.support.lessons import FAR, HOST


def test_help_is_asked_for_in_the_lobby_too() -> None:
    cast = Cast()
    asked = PaceSignalled(participant=FAR, pace=Pace.HELP)
    assert cast.give(cast.far_teacher, SignalPace(id=1, pace=Pace.HELP)) == [asked]
    assert cast.refusal(cast.far_teacher, SignalPace(id=1, pace=Pace.WAIT)) is Code.NOT_STARTED


def test_a_private_line_runs_between_two_teachers() -> None:
    cast = Cast()
    line = Whisper(id=1, text="没声音", participant=HOST)
    said = Whispered(participant=FAR, host=HOST, by_host=False, text="没声音")
    assert cast.give(cast.far_teacher, line) == [said]
    answer = Whisper(id=1, text="好", participant=FAR)
    back = Whispered(participant=FAR, host=HOST, by_host=True, text="好")
    assert cast.give(cast.host_teacher, answer) == [back]
    for other in (cast.host_room, cast.far_room, cast.pupil, cast.viewer):
        assert cast.refusal(other, answer) is Code.NOT_ALLOWED
    for nobody in (None, HOST, ParticipantId("p9")):
        to = Whisper(id=1, text="好", participant=nobody)
        assert cast.refusal(cast.host_teacher, to) is Code.NO_SUCH_PARTICIPANT

from server.live.device import Device
from signaling.errors import Code
from signaling.events import Role
from signaling.ids import DeviceId, ParticipantId
from signaling.messages import Closed, Done
from tests.support.halls import Ears

CLOSED = Closed(code=Code.LESSON_OVER, data={}, may_resume=False)


def device() -> tuple[Device, Ears]:
    ears = Ears()
    made = Device(id=DeviceId("d"), participant=ParticipantId("p"), role=Role.ROOM, outlet=ears)
    return made, ears


def test_an_answer_is_given_though_nobody_hears_it() -> None:
    made, ears = device()
    made.answers.begin(1)
    made.outlet = None
    made.answer(Done(id=1))
    assert ears.heard == []
    assert made.answers.begin(1) == Done(id=1)


def test_a_closed_device_hears_nothing_more() -> None:
    made, ears = device()
    made.close(CLOSED)
    made.tell(Done(id=1))
    made.close(CLOSED)
    assert (ears.closed, ears.heard) == (CLOSED, [])

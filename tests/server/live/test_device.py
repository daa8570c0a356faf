from server.live.device import Device, Peer
from signaling.agreement import Agreement
from signaling.errors import Code
from signaling.events import Role
from signaling.ids import DeviceId, ParticipantId, PeerId
from signaling.messages import Closed, Done, OfferAgain
from tests.support.halls import Ears

KEPT = Peer(
    id=PeerId("p"),
    worker=PeerId("w"),
    agreement=Agreement(
        direction="up", sections=(), remote_ufrag="u", remote_password="p", fingerprints=()
    ),
)
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


def test_a_device_that_was_away_is_asked_for_the_peer_that_ended_when_it_is_back() -> None:
    made, ears = device()
    made.outlet, made.peers["up"] = None, KEPT
    made.renew("down")
    made.outlet = ears
    made.is_back()
    made.is_back()
    assert ears.heard == [OfferAgain(direction="down", fresh=True)]


def test_a_device_that_lost_all_its_peers_makes_new_ones_unasked() -> None:
    made, ears = device()
    made.outlet = None
    made.renew("down")
    made.outlet = ears
    made.is_back()
    made.peers["up"] = KEPT
    made.is_back()
    assert ears.heard == []

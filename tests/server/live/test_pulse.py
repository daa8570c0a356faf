from server.live.device import Device, Peer
from server.live.pulse import Moves, links
from server.media.requests import Levels, PeerReport, Reports, Speaking
from signaling.agreement import Agreement
from signaling.events import Role
from signaling.ids import DeviceId, ParticipantId, PeerId, SourceId
from tests.support.halls import Ears

OURS = frozenset({ParticipantId("a"), ParticipantId("b")})
NOTHING = Agreement(
    direction="up", sections=(), remote_ufrag="u", remote_password="p", fingerprints=()
)


def levels(*sources: str) -> Levels:
    return Levels(
        speaking=tuple(Speaking(source=SourceId(s), level=9.0, voice=True) for s in sources)
    )


def device(participant: str, rtt_ms: float | None, loss: float, role: Role = Role.ROOM) -> Device:
    return Device(
        id=DeviceId(f"{participant}{rtt_ms}"),
        participant=ParticipantId(participant),
        role=role,
        outlet=Ears(),
        rtt_ms=rtt_ms,
        loss=loss,
    )


def test_only_a_new_order_of_who_is_heard_is_news() -> None:
    moves = Moves()
    assert moves.take(levels("a/microphone", "b/microphone"), OURS)
    assert not moves.take(levels("a/microphone", "a/screen_sound", "b/microphone"), OURS)
    assert moves.take(levels("b/microphone"), OURS)
    assert moves.speaking == (ParticipantId("b"),)


def test_another_lessons_voices_are_not_heard_here() -> None:
    moves = Moves()
    assert not moves.take(levels("stranger/microphone"), OURS)
    assert moves.speaking == ()


def test_a_link_is_as_good_as_its_worst_device() -> None:
    found = links([device("a", 10.0, 0.5), device("a", 90.0, 0.0)], Moves())
    assert [(one.rtt_ms, one.loss) for one in found] == [(90.0, 0.5)]


def test_a_round_trip_that_nobody_measured_is_absent() -> None:
    (unknown,) = links([device("a", None, 0.0), device("a", None, 0.1)], Moves())
    assert unknown.rtt_ms is None
    (known,) = links([device("a", None, 0.0), device("a", 5.0, 0.1)], Moves())
    assert known.rtt_ms == 5.0


def test_inspectors_and_whoever_is_away_or_waits_have_no_link() -> None:
    away, waits = device("b", 1.0, 0.0), device("d", 1.0, 0.0, Role.PUPIL)
    away.outlet, waits.waits = None, True
    assert links([away, device("c", 1.0, 0.0, Role.INSPECTOR), waits], Moves()) == []


def report(peer: str, rtt_ms: float | None, loss: float) -> PeerReport:
    return PeerReport(peer=PeerId(peer), way="down", rtt_ms=rtt_ms, loss=loss, packets=1, octets=1)


def test_the_worse_of_both_ways_counts() -> None:
    moves, one = Moves(), device("a", 20.0, 0.1)
    one.peers["up"] = Peer(id=PeerId("p"), worker=PeerId("u"), agreement=NOTHING)
    one.peers["down"] = Peer(id=PeerId("q"), worker=PeerId("d"), agreement=NOTHING)
    assert not moves.take(Reports(peers=(report("u", None, 0.3), report("d", 45.0, 0.0))), OURS)
    assert (moves.loss(one), moves.rtt_ms(one)) == (0.3, 45.0)
    one.rtt_ms = None
    assert moves.rtt_ms(one) == 45.0
    moves.worker_lost()
    assert (moves.loss(one), moves.rtt_ms(one)) == (0.1, None)

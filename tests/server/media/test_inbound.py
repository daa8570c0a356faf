"""What strangers and peers send, as it is believed or not."""

from dataclasses import replace

import pytest
from aioice import stun

from server.media import feedback
from server.media.nominations import STAYS
from server.media.peer import ADDRESSES, IceSession, Peer
from server.media.sockets import raw_of
from signaling.events import Codec
from signaling.ids import PeerId
from signaling.rtp.extensions import MID, REPAIRED_RID, RID
from tests.support.plane import (
    UP_IDS,
    VP8_DELTA,
    VP8_KEY,
    Far,
    Ground,
    down_section,
    rtp,
    up_section,
)

CAMERA = "h/camera"


@pytest.fixture
def up(floor: Ground) -> Far:
    """A publisher of a picture, 11."""
    far = floor.peer("up", up_section("0", CAMERA, Codec.VP8, (11, 12)))
    floor.gate(CAMERA)
    return far


@pytest.fixture
def down(floor: Ground) -> Far:
    """A receiver of that picture."""
    far = floor.peer("down", down_section("0", (Codec.VP8,), (101, 102)))
    floor.bind(far, "0", CAMERA)
    return far


@pytest.fixture
def fresh(floor: Ground) -> Peer:
    """A peer that nobody has connected to."""
    floor.agree("fresh", down_section("0", (Codec.VP8,), (301, 302)))
    return floor.plane.peers[PeerId("fresh")]


@pytest.fixture
def stranger(floor: Ground) -> Far:
    """Somebody with a socket."""
    made = Far("stranger", floor.socket)
    floor.far.append(made)
    return made


def binding_request(
    peer: Peer, *, password: str | None = None, theirs: str = "theirs", nominate: bool = True
) -> bytes:
    """A Binding Request to a peer, right unless said otherwise."""
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.attributes["USERNAME"] = f"{peer.ufrag}:{theirs}"
    if nominate:
        message.attributes["USE-CANDIDATE"] = None
    message.add_message_integrity((password or peer.password).encode())
    return bytes(message)


def ask(floor: Ground, far: Far, datagram: bytes) -> list[bytes]:
    """Send a request; what comes back."""
    far.throw(datagram)
    floor.turn()
    return far.raw()


def test_a_pair_by_tcp_is_answered_and_takes_nothing_from_one_by_udp(
    floor: Ground, fresh: Peer, stranger: Far, down: Far, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(floor, stranger, binding_request(fresh))
    route = fresh.route
    assert route is not None
    monkeypatch.setattr(floor.socket, "is_stream", True)
    assert len(ask(floor, down, binding_request(fresh))) == 1
    assert fresh.route is route
    floor.now += STAYS + 1.0
    ask(floor, down, binding_request(fresh))
    assert fresh.route is not route


def test_a_right_request_is_answered_and_its_address_taken(
    floor: Ground, fresh: Peer, stranger: Far
) -> None:
    (answer,) = ask(floor, stranger, binding_request(fresh))
    message = stun.parse_message(answer)
    assert message.attributes["XOR-MAPPED-ADDRESS"] == stranger.socket.getsockname()
    assert message.check_message_integrity(fresh.password.encode())
    assert fresh.route is not None


@pytest.mark.parametrize(
    "wrong", [{"password": "a wrong one"}, {"theirs": "another"}, {"theirs": ""}]
)
def test_a_wrong_request_gets_no_answer_and_no_address(
    floor: Ground, fresh: Peer, stranger: Far, wrong: dict[str, str]
) -> None:
    assert ask(floor, stranger, binding_request(fresh, **wrong)) == []  # type: ignore[arg-type]
    assert not fresh.addresses
    assert not floor.pump.by_address[floor.socket]
    assert floor.pump.dropped == 1


def test_an_address_that_is_not_nominated_gets_no_media(
    floor: Ground, up: Far, fresh: Peer, stranger: Far
) -> None:
    ask(floor, stranger, binding_request(fresh, nominate=False))
    assert fresh.route is None
    assert len(fresh.addresses) == 1


def test_media_goes_to_the_address_nominated_last(
    floor: Ground, up: Far, down: Far, stranger: Far
) -> None:
    up.send(rtp(11, 1, VP8_KEY))
    floor.turn()
    assert len(down.packets()) == 1
    ask(floor, stranger, binding_request(floor.near(down)))
    up.send(rtp(11, 2, VP8_DELTA))
    floor.turn()
    assert down.raw() == []
    assert [down.incoming.unprotect(each)[-2:] for each in stranger.raw()] == [VP8_DELTA[-2:]]


def test_an_address_that_is_only_checked_moves_nothing(
    floor: Ground, up: Far, down: Far, stranger: Far
) -> None:
    ask(floor, stranger, binding_request(floor.near(down), nominate=False))
    up.send(rtp(11, 1, VP8_KEY))
    floor.turn()
    assert len(down.packets()) == 1
    assert stranger.raw() == []


def shakes(floor: Ground, peer: Peer, far: Far) -> None:
    """A datagram of a peer's handshake comes from there."""
    floor.inbound.shakes(peer, floor.socket, raw_of(*far.socket.getsockname()))


def routed(peer: Peer, far: Far) -> bool:
    """Whether this is where the peer is sent to."""
    return peer.route is not None and peer.route.raw == raw_of(*far.socket.getsockname())


def test_where_a_handshake_comes_from_is_the_way_until_one_is_nominated(
    floor: Ground, fresh: Peer, stranger: Far, down: Far
) -> None:
    for far in (stranger, down):
        ask(floor, far, binding_request(fresh, nominate=False))
    assert fresh.route is None
    shakes(floor, fresh, stranger)
    assert routed(fresh, stranger)
    ask(floor, down, binding_request(fresh))
    assert routed(fresh, down)
    shakes(floor, fresh, stranger)
    assert routed(fresh, down)


def test_a_handshake_wakes_no_peer_that_is_quiet(
    floor: Ground, fresh: Peer, stranger: Far, down: Far
) -> None:
    ask(floor, stranger, binding_request(fresh))
    for peer, far in ((fresh, stranger), (floor.near(down), down)):
        floor.plane.hush(peer)
        shakes(floor, peer, far)
        assert peer.route is None
    floor.near(down).parked = None
    shakes(floor, floor.near(down), down)
    assert floor.near(down).route is None


def test_addresses_of_a_peer_are_bounded(floor: Ground, fresh: Peer) -> None:
    for number in range(ADDRESSES + 4):
        far = Far(f"far{number}", floor.socket)
        floor.far.append(far)
        ask(floor, far, binding_request(fresh, nominate=number == 0))
    assert len(fresh.addresses) == ADDRESSES
    assert len(floor.pump.by_address[floor.socket]) == ADDRESSES
    assert fresh.route is not None
    assert (fresh.route.socket, fresh.route.raw) in fresh.addresses


def test_an_address_belongs_to_whoever_proved_it_last(
    floor: Ground, fresh: Peer, down: Far
) -> None:
    ask(floor, down, binding_request(fresh))
    assert not floor.near(down).addresses
    (owner,) = floor.pump.by_address[floor.socket].values()
    assert owner is fresh


def test_requests_are_limited_for_each_address(floor: Ground, fresh: Peer, stranger: Far) -> None:
    for _ in range(200):
        stranger.throw(binding_request(fresh))
    floor.turn()
    assert len(stranger.raw()) == 50


def test_reports_that_are_not_authentic_are_dropped(floor: Ground, up: Far) -> None:
    heard = floor.near(up).heard
    floor.now += 1
    up.throw(b"\x80\xc9" + bytes(40))
    floor.turn()
    assert floor.near(up).heard == heard
    assert floor.pump.dropped == 1


def test_reports_that_say_nonsense_are_dropped(floor: Ground, up: Far) -> None:
    up.report(b"\x85\xcd\x00\x02" + bytes(4))
    up.report(b"\xbf\xc8\x00\x01" + bytes(4))
    floor.turn()
    assert floor.plane.peers


RECEIVES = down_section("0", (Codec.VP8,), (101, 102))


def restart(floor: Ground, down: Far, theirs: str) -> IceSession:
    """Restart a receiver's ICE; what proves requests of the new session."""
    ours = floor.agree("down", RECEIVES, theirs=theirs)
    return IceSession(ours.ufrag, ours.password, theirs)


def asked(session: IceSession, *, nominate: bool = True) -> bytes:
    """A right Binding Request of a session."""
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.attributes["USERNAME"] = f"{session.ufrag}:{session.theirs}"
    if nominate:
        message.attributes["USE-CANDIDATE"] = None
    message.add_message_integrity(session.password.encode())
    return bytes(message)


def test_a_restart_has_new_credentials_and_media_go_on_where_they_went(
    floor: Ground, up: Far, down: Far
) -> None:
    before, route = floor.near(down).session, floor.near(down).route
    sending = floor.near(down).sending
    after = restart(floor, down, "again")
    assert (after.ufrag, after.password) != (before.ufrag, before.password)
    assert (floor.near(down).route, floor.near(down).sending) == (route, sending)
    up.send(rtp(11, 1, VP8_KEY))
    floor.turn()
    assert len(down.packets()) == 1


def test_both_sessions_are_believed_until_a_pair_of_the_new_one_is_nominated(
    floor: Ground, down: Far, stranger: Far
) -> None:
    before = floor.near(down).session
    after = restart(floor, down, "again")
    assert ask(floor, down, asked(before))
    (answer,) = ask(floor, stranger, asked(after, nominate=False))
    assert stun.parse_message(answer).check_message_integrity(after.password.encode())
    assert ask(floor, down, asked(before)), "not nominated yet"
    assert ask(floor, stranger, asked(after))
    assert ask(floor, down, asked(before)) == []
    assert ask(floor, stranger, asked(after))


def test_media_follow_the_pair_that_a_restart_nominates(
    floor: Ground, up: Far, down: Far, stranger: Far
) -> None:
    up.send(rtp(11, 1, VP8_KEY))
    floor.turn()
    ask(floor, stranger, asked(restart(floor, down, "again")))
    up.send(rtp(11, 2, VP8_DELTA))
    floor.turn()
    assert (len(down.packets()), len(stranger.raw())) == (1, 1)


def test_of_two_restarts_in_a_row_the_first_is_forgotten_and_the_pair_in_use_holds(
    floor: Ground, down: Far, stranger: Far
) -> None:
    before = floor.near(down).session
    first, second = (restart(floor, down, theirs) for theirs in ("first", "second"))
    assert ask(floor, stranger, asked(first)) == []
    assert ask(floor, down, asked(before))
    assert ask(floor, stranger, asked(second))
    assert list(floor.plane.by_ufrag) == [second.ufrag]


def test_an_offer_of_the_same_session_is_no_restart(floor: Ground, down: Far) -> None:
    before = floor.near(down).session
    assert restart(floor, down, before.theirs) == before


def test_of_a_peer_that_goes_while_it_restarts_nothing_is_believed(
    floor: Ground, down: Far
) -> None:
    sessions = [floor.near(down).session, restart(floor, down, "again")]
    floor.plane.close_peer(down.id)
    assert [ask(floor, down, asked(session)) for session in sessions] == [[], []]
    assert not floor.plane.by_ufrag


def test_reports_of_a_peer_that_was_closed_meanwhile_say_nothing(floor: Ground, up: Far) -> None:
    section = replace(
        up_section("0", CAMERA, Codec.VP8),
        layers=("l", "h"),
        extensions=UP_IDS | {RID: 5, REPAIRED_RID: 6},
    )
    floor.agree("up", section)
    names = {UP_IDS[MID]: b"0", 5: b"l"}
    up.send(rtp(21, 1, VP8_KEY, extensions=names))
    report = feedback.SenderReport(ssrc=21, ntp=1 << 32, rtp=0, packets=1, octets=1)
    up.report(feedback.sender_report(report))
    floor.pump.wake(floor.socket)
    assert floor.near(up).streams[21] is not None
    floor.plane.close_peer(up.id)
    floor.turn()
    assert floor.pump.dropped == 0

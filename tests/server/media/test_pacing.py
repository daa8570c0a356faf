"""What leaves to a receiver behind a narrow link and when, with either pump."""

import random
from collections.abc import Callable

import pytest

from server.media.pacer import Waiting
from server.media.pacing import TICK, Ticking
from server.media.requests import ClosePeer
from signaling.congestion import carriage
from signaling.events import Codec
from signaling.ids import SourceId
from signaling.rtp.extensions import ABS_SEND_TIME, TRANSPORT_CC, abs_send_time
from signaling.rtp.header import extensions, read
from tests.support.bottleneck import Bottleneck
from tests.support.layered_play import Play
from tests.support.narrow import CAMERA, PICTURE, VOICE, Narrow
from tests.support.plane import DOWN_IDS, Ground

KEY = 60_000
"""Octets of a key frame: a second of the link."""
NUMBERED = {**DOWN_IDS, TRANSPORT_CC: 5}


@pytest.fixture
def line(floor: Ground) -> Narrow:
    """A picture of 180 kbit/s and a voice over 500 kbit/s with 200 ms of queue."""
    return Narrow(floor, Bottleneck(5e5), 150e3)


@pytest.fixture
def full(floor: Ground) -> Narrow:
    """The same with a picture of 310 kbit/s, two packets to a frame."""
    return Narrow(floor, Bottleneck(5e5), 250e3)


def without_gaps(sent: list[tuple[float, int]]) -> bool:
    """Whether each packet bears the number behind the one before."""
    numbers = [number for _, number in sent]
    return numbers == [(numbers[0] + place) & 0xFFFF for place in range(len(numbers))]


def test_a_key_frame_is_lost_on_a_path_nobody_knows_and_none_after_that(full: Narrow) -> None:
    full.view()
    full.run(8.0)
    assert not full.paced
    full.run(10.0, key=KEY)
    assert full.lost.count(PICTURE) > 30
    assert full.paced
    full.run(5.0, key=KEY)
    assert not full.lost
    assert len(full.sent()) == 5 * 50 + KEY // 1000
    assert without_gaps(full.sent())
    assert full.asked == 0


def test_a_link_budget_tells_that_a_path_is_narrow(full: Narrow) -> None:
    full.view(budget=450_000)
    full.run(8.0)
    assert full.paced
    full.run(5.0, key=KEY)
    assert not full.lost
    assert len(full.sent()) == 5 * 50 + KEY // 1000
    assert full.asked == 0


def test_a_key_frame_that_is_not_spread_is_lost(
    full: Narrow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carriage, "AMPLE", 0.0)
    full.view(budget=450_000)
    full.run(8.0)
    assert not full.paced
    full.run(5.0, key=KEY)
    assert full.lost.count(PICTURE) > 30


def test_sound_never_waits(line: Narrow) -> None:
    line.pace(450_000)
    line.run(2.0, key=KEY)
    assert [round(at - line.floor.now, 3) for at, _ in line.sent(VOICE)] == [
        round(-2 + 0.02 * place, 3) for place in range(1, 101)
    ]


def test_what_has_waited_is_numbered_and_stamped_when_it_leaves(line: Narrow) -> None:
    line.pace(450_000)
    line.run(2.0, key=KEY)
    numbers = []
    for at, packet in line.left:
        found = extensions(packet, read(packet))
        place, size = found[NUMBERED[ABS_SEND_TIME]]
        assert packet[place : place + size] == abs_send_time(at)
        place, size = found[NUMBERED[TRANSPORT_CC]]
        numbers.append(int.from_bytes(packet[place : place + size], "big"))
    assert numbers == list(range(len(numbers)))
    assert len(numbers) > 150


def test_a_picture_too_large_for_its_path_begins_anew_without_a_gap(line: Narrow) -> None:
    line.pace(100_000)
    line.run(6.0)
    assert line.asked >= 2
    sent = line.sent()
    assert 20 < len(sent) < 6 * 25
    assert without_gaps(sent)
    assert line.floor.pump.refused == 0


def test_a_picture_in_layers_begins_anew_without_a_gap_too(floor: Ground) -> None:
    play, dice = Play(floor, Codec.VP8), random.Random(5)
    near = floor.near(play.downs[1])
    begun = []
    for place in range(600):
        if place == 20:
            floor.rounds.sharing.pacing.aim(near, 40_000.0, floor.now)
        play.send(dice)
        floor.now += 0.01
        floor.turn()
        if place % 2:
            floor.rounds.tick(floor.now)
        floor.pace()
        row = near.slots["0"]
        begun.append(row.switch.began if row.switch is not None else 0)
        play.got[1] += play.downs[1].packets()
    assert len(set(begun)) >= 3
    numbers = [(0.0, read(packet).sequence) for packet in play.got[1]]
    assert 100 < len(numbers) < 600
    assert without_gaps(numbers)
    assert floor.pump.refused == 0


def test_a_key_frame_under_way_leaves_whole_though_what_follows_is_too_much(line: Narrow) -> None:
    line.run(1.0)
    line.pace(150_000)
    line.run(5.0, key=KEY)
    sizes = [len(packet) > 900 for _, packet in line.left if read(packet).ssrc == PICTURE]
    assert sum(sizes) >= KEY // 1000
    assert without_gaps(line.sent())


def test_nothing_that_waited_leaves_after_the_gate_was_shut(line: Narrow) -> None:
    line.pace(200_000)
    line.run(0.2, key=KEY)
    before = line.sent()
    line.floor.gate(CAMERA, is_open=False)
    line.run(1.0)
    assert line.sent() == []
    line.floor.gate(CAMERA)
    line.run(1.0)
    assert line.sent()[0][1] == before[-1][1] + 1 & 0xFFFF


def test_nothing_that_waited_leaves_after_the_row_was_bound_anew(line: Narrow) -> None:
    line.pace(200_000)
    line.run(0.2, key=KEY)
    line.floor.bind(line.down, "0", None)
    line.run(1.0)
    assert line.sent() == []


def test_what_is_not_kept_any_more_is_no_gap(line: Narrow) -> None:
    line.pace(200_000)
    line.run(0.2, key=KEY)
    last, asked = line.sent()[-1][1], line.asked
    publication = line.floor.plane.sources[SourceId(CAMERA)].publication
    assert publication is not None
    publication.kept = [None] * len(publication.kept) if line.floor.kind == "python" else []
    line.run(2.0)
    assert line.asked == asked + 1
    assert line.sent()[0][1] == last + 1 & 0xFFFF
    assert without_gaps(line.sent())


def test_another_packet_in_its_place_is_not_it(line: Narrow) -> None:
    line.run(0.2)
    line.pace(200_000)
    path, asked = line.floor.near(line.down).path, line.asked
    publication = line.floor.plane.sources[SourceId(CAMERA)].publication
    assert path is not None
    assert path.pacer is not None
    assert publication is not None
    order, timestamp = publication.highest, publication.timestamp + 1
    other = Waiting(PICTURE, -1, order, timestamp, 7, 7, 0, 0, 900, key=False, newest=False)
    path.pacer.charge(50_000, line.floor.now)
    assert path.pacer.waits(other, line.floor.now)
    line.run(1.0)
    assert line.asked == asked + 1
    assert 7 not in [number for _, number in line.sent()]


def test_who_is_paced_no_more_gets_what_waits_and_then_all_at_once(line: Narrow) -> None:
    line.pace(200_000)
    line.run(0.2, key=KEY)
    line.pace(None)
    line.run(0.5)
    line.pace(None)
    assert not line.paced
    assert len(line.sent()) > 40
    line.run(0.02, key=KEY)
    assert len(line.sent()) >= KEY // 1000


def test_a_peer_that_closed_is_forgotten(line: Narrow) -> None:
    line.pace(200_000)
    line.run(0.2, key=KEY)
    pacing = line.floor.rounds.sharing.pacing
    assert pacing.waits
    line.floor.plane.close_peer(ClosePeer(peer=line.down.id).peer)
    pacing.tick()
    assert not pacing.waits


def test_it_is_looked_for_as_long_as_something_waits(line: Narrow) -> None:
    calls: list[tuple[float, Callable[[], None]]] = []
    pacing = line.floor.rounds.sharing.pacing
    ticking = Ticking(pacing, line.floor.pump, lambda *call: calls.append(call))
    line.pace(400_000)
    line.run(0.1)
    ticking.soon()
    assert not calls
    line.run(0.1, key=KEY)
    line.down.packets()
    ticking.soon()
    ticking.soon()
    for place in range(2000):
        if place == len(calls):
            break
        line.floor.now += TICK
        assert calls[place][0] == TICK
        calls[place][1]()
    assert 150 < len(calls) < 300
    assert not pacing.waits
    assert len(line.down.packets()) > 40

"""Receivers and recorder go for the highest layer that flows, or for the one they are given."""

from itertools import pairwise

import pytest

from server.media import feedback
from signaling.rtp.extensions import MID, RID
from tests.support.layered_camera import SSRCS, Camera, ends
from tests.support.layered_play import IDS, vp8
from tests.support.plane import Ground, rtp


@pytest.fixture
def camera(floor: Ground) -> Camera:
    """One whose three layers flow and are seen."""
    made = Camera(floor)
    made.film(0, 1, 2, key=True)
    made.film(0, 1, 2, key=True)
    return made


def numbers(packets: list[bytes]) -> list[int]:
    """Their sequence numbers."""
    return [int.from_bytes(each[2:4], "big") for each in packets]


def test_a_receiver_without_an_allocator_gets_the_highest(camera: Camera) -> None:
    assert ends(camera.shown()) == "hh"


def test_another_layer_passes_from_its_key_frame_on_without_a_gap(camera: Camera) -> None:
    before = camera.shown()
    camera.asked()
    camera.want(0)
    camera.films(0.2, 0, 1, 2)
    assert camera.asked() == {21}
    camera.film(0, 1, 2, key=True)
    camera.film(0, 1, 2)
    packets = before + camera.shown()
    assert ends(packets).strip("h") == "ll"
    first = numbers(packets)[0]
    assert [each - first & 0xFFFF for each in numbers(packets)] == list(range(len(packets)))
    times = [int.from_bytes(each[4:8], "big") for each in packets]
    assert all(0 < later - earlier & 0xFFFF_FFFF <= 9000 for earlier, later in pairwise(times))


def test_a_lower_layer_passes_while_the_higher_is_silent(camera: Camera) -> None:
    camera.shown()
    camera.films(1.2, 0, 1)
    assert 22 in camera.asked()
    camera.film(0, 1, key=True)
    assert ends(camera.shown()) == "m"
    camera.film(0, 1, 2)
    camera.film(0, 1, 2)
    assert camera.asked() == {23}
    camera.film(0, 1, 2, key=True)
    assert ends(camera.shown()) == "mmmh"  # the lower layer's packet of that picture came first


def test_a_receiver_that_is_to_get_nothing_gets_nothing(camera: Camera) -> None:
    camera.shown()
    camera.want(None)
    camera.film(0, 1, 2, key=True)
    assert not camera.shown()
    camera.want(1)
    camera.film(0, 1, 2, key=True)
    assert ends(camera.shown()) == "m"


def test_higher_temporal_layers_are_left_out_without_a_gap(camera: Camera) -> None:
    camera.shown()
    camera.want(2, temporal=0)
    camera.films(0.4, 0, 1, 2)
    packets = camera.shown()
    assert 4 <= len(packets) <= 6
    assert numbers(packets) == [numbers(packets)[0] + step & 0xFFFF for step in range(len(packets))]


def test_a_key_frame_is_asked_of_the_layer_that_passes(camera: Camera) -> None:
    camera.want(0)
    camera.film(0, 1, 2, key=True)
    camera.floor.wait(0.5)
    camera.asked()
    camera.down.report(feedback.key_frame_request(1, 101))
    camera.floor.turn()
    camera.films(0.4, 0, 1, 2)
    assert camera.asked() == {21}


def test_what_was_lost_is_sent_again_as_it_was_numbered(camera: Camera) -> None:
    camera.want(0)
    camera.film(0, 1, 2, key=True)
    camera.film(0, 1, 2)
    lost = camera.shown()[-1]
    camera.down.report(feedback.nack(1, 101, [int.from_bytes(lost[2:4], "big")]))
    camera.floor.turn()
    (again,) = camera.shown()
    assert again[-7:] == lost[-7:]
    assert again[4:8] == lost[4:8]


def test_the_clock_of_the_layer_that_passes_is_told(camera: Camera) -> None:
    camera.want(0)
    camera.film(0, 1, 2, key=True)
    packets = camera.shown()
    ours = int.from_bytes(packets[-1][4:8], "big")
    for layer in range(3):
        report = feedback.SenderReport(
            ssrc=SSRCS[layer], ntp=5 << 40, rtp=camera.picture * 3000 + layer * 500_000,
            packets=1, octets=1,
        )  # fmt: skip
        camera.up.report(feedback.sender_report(report))
    camera.floor.turn()
    told = [each for each in camera.down.reports() if each[1] == 200]
    assert [int.from_bytes(each[16:20], "big") for each in told] == [ours]


def test_the_recorder_gets_the_highest_that_flows(camera: Camera) -> None:
    camera.films(1.2, 0, 1)
    camera.film(0, 1, key=True)
    camera.film(0, 1)
    tapped = [each.body for each in camera.floor.tapped()]
    layers = [int.from_bytes(each[8:12], "big") for each in tapped]
    assert layers == [23, 23, 22, 22]


def test_a_layer_that_begins_anew_does_not_stop_those_who_get_another(camera: Camera) -> None:
    camera.shown()
    names = {IDS[MID]: b"0", IDS[RID]: b"l"}
    camera.up.send(rtp(31, 7, vp8(9, True, 0) + b"l", extensions=names))
    camera.film(2)
    assert ends(camera.shown()) == "h"

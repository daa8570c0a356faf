"""What a receiver gets for what its path carries, with either pump."""

import pytest

from server.media.allocation import Rank, Reason, Served, Step
from server.media.requests import Reports, SetView, Shown
from server.media.stills import EXPOSURE, STILL_PERIOD
from server.media.switching import EVERY
from signaling.congestion.carriage import TRIED
from signaling.ids import SourceId
from tests.support.layered_camera import Camera
from tests.support.narrow_line import CAMERA, FRAME, OTHER, PADDED, PICTURE, Line
from tests.support.plane import (
    Ground,
)


def test_a_wide_line_gets_everything_and_is_told_once(floor: Ground) -> None:
    line = Line(floor, 20e6)
    line.view()
    line.run(8.0)
    line.run(1.0)
    assert line.ssrcs.count(PICTURE) == line.ssrcs.count(OTHER) == 50
    assert line.steps()[-1] == (Step.HIGH, Reason.ENOUGH)
    assert len(line.steps()) <= 2
    served = line.served()
    assert (served.step, served.layers) == (Step.HIGH, (0, 0))
    assert (served.estimate or 0) > 800_000
    assert served.queue < 0.02


def test_probes_find_a_wide_line_before_anything_is_left_out(floor: Ground) -> None:
    line = Line(floor, 20e6)
    line.view()
    line.run(1.0)
    for _ in range(8):
        line.run(1.0)
        assert line.ssrcs.count(OTHER) >= 45


def test_on_a_narrow_line_the_called_one_is_left_and_of_the_screen_a_still(floor: Ground) -> None:
    line = Line(floor, 650_000)
    line.view()
    line.run(TRIED + 8.0)
    line.run(STILL_PERIOD)
    # A still of the screen is spread: all at once it cost the picture four seconds.
    assert line.ssrcs.count(PICTURE) > 0.95 * STILL_PERIOD / FRAME
    assert 0 < line.ssrcs.count(OTHER) <= 2 * (EXPOSURE / FRAME + 10)
    assert line.ssrcs.count(301) == STILL_PERIOD / FRAME
    assert line.steps()[-1][0] is Step.HIGH
    assert line.steps()[-1][1] is Reason.NARROW
    served = line.served()
    assert (served.step, served.layers) == (Step.HIGH, (0,))
    assert 300_000 < (served.estimate or 0) < 1_000_000
    assert line.available is not None
    assert 100_000 < line.available < 1_000_000


def test_a_screen_moves_at_fewer_frames_where_not_all_of_them_fit(floor: Ground) -> None:
    line = Line(floor, 650_000, divided=True)
    line.view()
    line.run(TRIED + 8.0)
    line.asked = 0
    line.run(5.0)
    assert line.ssrcs.count(PICTURE) > 0.95 * 5.0 / FRAME
    assert 0.2 * 5.0 / FRAME < line.ssrcs.count(OTHER) < 0.6 * 5.0 / FRAME
    assert line.steps()[-1] == (Step.HIGH, Reason.NARROW)
    line.bitrate = 20e6
    line.run(12.0)
    line.run(1.0)
    assert line.ssrcs.count(OTHER) >= 45
    assert line.steps()[-1] == (Step.HIGH, Reason.ENOUGH)
    assert not line.asked


def test_a_screen_that_takes_more_is_not_tried_where_it_did_not_fit_before(floor: Ground) -> None:
    line = Line(floor, 650_000, divided=True)
    line.octets_each = 500
    line.view()
    line.run(TRIED + 8.0)
    line.octets_each = 1250
    for _ in range(10):
        line.run(1.0)
        assert floor.rounds.sharing.room(line.down.id) < 1e6
        assert line.ssrcs.count(OTHER) < 1 / FRAME


def test_what_became_wide_again_is_found_by_probes(floor: Ground) -> None:
    line = Line(floor, 650_000)
    line.view()
    line.run(TRIED + 8.0)
    line.bitrate = 20e6
    line.run(12.0)
    line.run(1.0)
    assert line.ssrcs.count(OTHER) >= 45
    assert line.steps()[-1] == (Step.HIGH, Reason.ENOUGH)


def test_what_leaves_while_a_probe_is_under_way_is_part_of_it(floor: Ground) -> None:
    line = Line(floor, 20e6)
    path = floor.near(line.down).path
    assert path is not None
    line.view()
    told = []
    for _ in range(100):
        line.run(FRAME)
        told.append((path.probe, bool(set(line.ssrcs) & set(PADDED))))
    # Of a probe at 1 Mbit/s beside 850 kbit/s of media little is padding.
    assert [padded for probe, padded in told if probe] == [True, False]
    assert told[-1] == (0, False)


def test_where_a_fifth_is_lost_anyway_pictures_go_out_twice(floor: Ground) -> None:
    line = Line(floor, 20e6)
    line.view()
    line.run(8.0)
    line.loses = True
    line.run(20.0)
    line.run(4.0)
    assert line.ssrcs.count(PADDED[0]) >= 0.95 * line.ssrcs.count(PICTURE) > 0
    line.loses = False
    line.run(20.0)
    line.run(4.0)
    assert line.ssrcs.count(PADDED[0]) < 0.1 * line.ssrcs.count(PICTURE)


def test_another_address_of_a_receiver_is_tried_at_once(floor: Ground) -> None:
    line = Line(floor, 650_000)
    near = floor.near(line.down)
    line.view()
    line.run(TRIED + 8.0)
    line.run(0.1)
    while not set(line.ssrcs) & set(PADDED):
        line.run(0.1)
    line.run(0.6)
    line.run(0.3)
    assert not set(line.ssrcs) & set(PADDED)
    assert near.route is not None
    near.route = near.route._replace()
    line.run(0.2)
    assert set(line.ssrcs) & set(PADDED)


def test_the_link_budget_is_kept_without_any_feedback(floor: Ground) -> None:
    line = Line(floor, 20e6, answers=False)
    line.view(budget=550_000)
    line.run(4.0)
    line.run(2.0)
    assert 8 * line.octets / 2.0 <= 550_000
    assert line.ssrcs.count(PICTURE) >= 90
    assert line.steps()[-1][1] is Reason.BUDGET
    assert line.available is None


def test_nothing_is_left_out_by_a_line_that_says_nothing(floor: Ground) -> None:
    line = Line(floor, 20e6, answers=False)
    line.view()
    line.run(8.0)
    line.run(1.0)
    assert line.ssrcs.count(PICTURE) == line.ssrcs.count(OTHER) == 50
    assert line.served() == Served(step=Step.HIGH, layers=(0, 0))


def test_what_is_not_shown_is_not_sent(floor: Ground) -> None:
    line = Line(floor, 20e6)
    line.view(camera=0)
    line.run(3.0)
    line.run(1.0)
    assert line.ssrcs.count(PICTURE) == 0
    assert line.ssrcs.count(OTHER) == 50
    assert line.served().layers == (0,)
    line.view()
    line.run(1.0)
    assert line.ssrcs.count(PICTURE) >= 30


def test_a_receiver_whose_view_was_not_told_gets_all(floor: Ground) -> None:
    line = Line(floor, 650_000)
    line.run(8.0)
    line.run(1.0)
    assert line.ssrcs.count(PICTURE) == line.ssrcs.count(OTHER) == 50
    assert not line.steps()
    assert line.served() == Served(layers=(0, 0))
    assert not set(line.ssrcs) & set(PADDED)


@pytest.mark.parametrize("budget", [None, 450_000])
def test_a_view_of_nobody_is_passed_by(floor: Ground, budget: int | None) -> None:
    line = Line(floor, 20e6)
    near = floor.near(line.down)
    line.view(budget=budget)
    floor.plane.close_peer(near.id)
    floor.wait(1.0)
    line.view(budget=budget)
    floor.wait(1.0)
    assert not line.steps()


@pytest.mark.parametrize(("rows", "layer"), [(0, 1), (360, 2), (1440, 0)])
def test_a_layer_is_as_high_as_its_device_says(floor: Ground, rows: int, layer: int) -> None:
    camera = Camera(floor, rows)
    camera.film(0, 1, 2, key=True)
    shown = (Shown(source=SourceId(CAMERA), rank=Rank.CALLED, rows=300),)
    floor.rounds.sharing.view(SetView(peer=camera.down.id, pictures=shown, budget=None), floor.now)
    for _ in range(4):
        camera.films(0.8, 0, 1, 2)
        camera.film(0, 1, 2, key=True)
    reports = [notice for notice in floor.notices if isinstance(notice, Reports)]
    assert [one.served.layers for one in reports[-1].peers if one.served] == [(layer,)]


@pytest.mark.parametrize(
    ("budget", "stands"),
    [(15_000, (0, 0)), (40_000, (0, EVERY)), (130_000, (1, EVERY)), (300_000, (2, EVERY))],
)
def test_a_camera_gets_all_frames_of_a_smaller_layer_before_fewer_of_a_larger_one(
    floor: Ground, budget: int, stands: tuple[int, int]
) -> None:
    camera = Camera(floor)
    camera.octets = (100, 300, 1000)
    camera.film(0, 1, 2, key=True)
    shown = (Shown(source=SourceId(CAMERA), rank=Rank.CALLED, rows=720),)
    view = SetView(peer=camera.down.id, pictures=shown, budget=budget)
    floor.rounds.sharing.view(view, floor.now)
    for _ in range(6):
        camera.films(0.8, 0, 1, 2)
        camera.film(0, 1, 2, key=True)
    (row,) = floor.near(camera.down).slots.values()
    assert row.switch is not None
    assert (row.switch.layer, row.switch.limit) == stands

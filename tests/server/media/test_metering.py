"""What each publication, and each way to send fewer frames of it, takes."""

from dataclasses import dataclass, field
from typing import cast

import pytest

from server.media.metering import Meter
from server.media.publication import Publication
from server.media.switching import EVERY, NONE


@dataclass(eq=False)
class Counted:
    """What a meter reads of a publication."""

    layer: int = NONE
    octets: int = 0
    octets_of: list[int] = field(default_factory=lambda: [0, 0, 0, 0])

    def come(self, *octets: int) -> None:
        """So much comes of its temporal layers."""
        for layer, size in enumerate(octets):
            self.octets += size
            self.octets_of[layer] += size

    @property
    def read(self) -> Publication:
        """As the meter takes it."""
        return cast("Publication", self)


def run(meter: Meter, one: Counted, *seconds: tuple[int, ...]) -> None:
    """A second passes for each."""
    for now, octets in enumerate(seconds):
        one.come(*octets)
        meter.read([one.read], float(now))


def test_each_temporal_limit_takes_what_is_below_it_too() -> None:
    meter, one = Meter(), Counted()
    run(meter, one, *[(100, 50, 200)] * 4)
    assert meter.rate(one.read) == 8 * 350
    assert meter.steps(one.read) == [(0, 800.0), (1, 1200.0), (EVERY, 2800.0)]


@pytest.mark.parametrize("octets", [(300,), (0, 0, 300), (0, 0, 0, 300)])
def test_what_is_not_divided_has_one_step(octets: tuple[int, ...]) -> None:
    meter, one = Meter(), Counted()
    run(meter, one, octets, octets)
    assert meter.steps(one.read) == [(EVERY, 2400.0)]


def test_a_step_stays_while_nothing_of_it_comes() -> None:
    meter, one = Meter(), Counted()
    run(meter, one, (100, 100), (100, 100), *[(100, 0)] * 9)
    steps = meter.steps(one.read)
    assert [limit for limit, _ in steps] == [0, EVERY]
    assert steps[1][1] == pytest.approx(800, rel=0.02)


def test_nothing_is_known_of_one_that_was_read_once_or_is_not_any_more() -> None:
    meter, one = Meter(), Counted()
    run(meter, one, (100,))
    assert (meter.rate(one.read), meter.steps(one.read), meter.rate(None)) == (0.0, [], 0.0)
    run(meter, one, (100,), (100,))
    assert meter.rate(one.read) > 0
    meter.read([], 2.0)
    assert (meter.rate(one.read), meter.steps(one.read)) == (0.0, [])


def test_a_key_frame_is_no_reason_to_think_a_picture_dearer() -> None:
    meter, one = Meter(), Counted()
    run(meter, one, *[(100,)] * 5, (5000,), *[(100,)] * 2)
    assert meter.rate(one.read) == 800


def test_a_layer_that_has_stopped_keeps_what_it_took_and_a_picture_in_one_piece_does_not() -> None:
    for layer, left in ((0, 800.0), (NONE, 0.0)):
        meter, one = Meter(), Counted(layer)
        run(meter, one, *[(100,)] * 4, *[()] * 40)
        assert meter.rate(one.read) == pytest.approx(left, abs=0.1)

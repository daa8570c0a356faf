"""RTP clocks on lesson time: by arrival, by reports, over drift and steps."""

from itertools import pairwise

import pytest

from recorder.timeline import SLEW, DeviceClock, Smooth, Timeline, device_clock
from signaling.rtp.sequence import to_ntp

BOOT = 1_760_000_000.0
"""What a device's clock says at lesson time 0."""


class Device:
    """A source whose RTP clock is off by some ppm, its packets and reports late by `delay`."""

    def __init__(
        self, rate: int, clock: DeviceClock, ppm: float = 0.0, delay: float = 0.05, rtp: int = 0
    ) -> None:
        self.line = Timeline(rate, clock)
        self._rate, self._ppm, self._delay, self._rtp = rate, ppm, delay, rtp

    def rtp(self, said: float) -> int:
        return (self._rtp + round(said * (1 + self._ppm / 1e6) * self._rate)) & 0xFFFF_FFFF

    def frame(self, said: float, late: float = 0.0) -> float:
        return self.line.at(self.rtp(said), said + self._delay + late)

    def report(self, said: float, step: float = 0.0) -> None:
        ntp = to_ntp(BOOT + said + step)
        self.line.report(ntp, self.rtp(said), said + self._delay)


def test_without_reports_the_fastest_packet_sets_the_clock() -> None:
    device = Device(90_000, device_clock(), delay=0.1)
    late = [device.frame(10 + n / 15, late=0.03 if n < 5 else 0.0) for n in range(20)]
    assert late[0] == pytest.approx(10.13)
    assert late[-1] == pytest.approx(10 + 19 / 15 + 0.1)


def test_timestamps_wrap() -> None:
    device = Device(90_000, device_clock(), rtp=0xFFFF_FF00)
    assert [device.frame(n / 15) for n in range(30)] == pytest.approx(
        [n / 15 + 0.05 for n in range(30)]
    )


def test_reports_bring_picture_and_late_sound_together() -> None:
    clock = device_clock()
    picture = Device(90_000, clock, delay=0.02)
    sound = Device(48_000, clock, delay=0.32)
    assert sound.frame(1.0) - picture.frame(1.0) == pytest.approx(0.3)
    picture.report(1.0)
    sound.report(1.0)
    assert sound.frame(1.02) == pytest.approx(1.04, abs=0.001)
    assert picture.frame(1.02) == pytest.approx(1.04, abs=0.001)


@pytest.mark.parametrize("ppm", [150.0, -150.0])
def test_a_sound_clock_that_drifts_keeps_to_its_picture(ppm: float) -> None:
    clock = device_clock()
    picture, sound = Device(90_000, clock), Device(48_000, clock, ppm=ppm)
    worst = 0.0
    for tenth in range(20_000):
        said = tenth / 10
        off = sound.frame(said) - picture.frame(said)
        worst = max(worst, abs(off)) if tenth > 100 else worst
        if tenth % 50 == 0:
            picture.report(said)
            sound.report(said)
    assert worst < 0.002


@pytest.mark.parametrize("step", [2.0, -2.0])
def test_a_device_clock_that_steps_after_missing_reports_moves_nothing(step: float) -> None:
    clock = device_clock()
    picture, sound = Device(90_000, clock), Device(48_000, clock, ppm=150)
    for tenth in range(600):
        said = tenth / 10
        moved = step if said >= 25 else 0.0
        for source in (picture, sound):
            assert source.frame(said) == pytest.approx(said + 0.05, abs=0.01)
        if not 20 < said < 25 and tenth % 10 == 0:
            picture.report(said, moved)
        if not 20 < said < 25 and tenth % 10 == 5:
            sound.report(said, moved)


def test_a_source_that_comes_after_the_step_is_together_with_the_others() -> None:
    clock = device_clock()
    picture = Device(90_000, clock)
    for second in range(20):
        picture.frame(float(second))
        picture.report(float(second), 2.0 if second > 10 else 0.0)
    sound = Device(48_000, clock, delay=0.35)
    sound.frame(20.0)
    sound.report(20.0, 2.0)
    assert sound.frame(20.02) == pytest.approx(20.07, abs=0.001)


def test_nothing_is_placed_ahead_of_its_arrival_by_a_clock_that_began_anew() -> None:
    device = Device(90_000, device_clock())
    device.frame(1.0)
    device.report(1.0)
    assert device.line.at(device.rtp(500.0), 2.05) == pytest.approx(2.05)
    assert device.line.at(device.rtp(501.0), 3.05) == pytest.approx(3.05)


def test_nor_behind_by_one_that_ran_backwards() -> None:
    device = Device(90_000, device_clock())
    device.frame(100.0)
    assert device.line.at(device.rtp(50.0), 100.2) == pytest.approx(100.2)


def test_a_network_that_stands_still_for_two_seconds_moves_nothing() -> None:
    device = Device(90_000, device_clock())
    device.frame(9.0)
    late = [device.frame(10 + n / 15, late=max(0.0, 2 - n / 15)) for n in range(60)]
    assert late == pytest.approx([10.05 + n / 15 for n in range(60)])


def test_a_picture_is_brought_to_its_place_by_a_tenth() -> None:
    smooth = Smooth()
    shown = [smooth.place(n / 10 + (0.3 if n >= 10 else 0.0), n / 10) for n in range(60)]
    steps = [after - before for before, after in pairwise(shown)]
    assert max(steps) <= 0.1 * (1 + SLEW) + 1e-9
    assert min(steps) >= 0.1 * (1 - SLEW) - 1e-9
    assert shown[-1] == pytest.approx(5.9 + 0.3)


def test_a_picture_of_another_clock_is_there_at_once() -> None:
    smooth = Smooth()
    smooth.place(1.0, 0.0)
    assert smooth.place(9.0, 0.1) == 9.0

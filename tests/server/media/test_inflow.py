"""Counts and sums of one publication."""

import pytest

from server.media.inflow import SOUND_TRIES, Inflow


@pytest.fixture
def inflow() -> Inflow:
    """Of a picture with a clock of 1000 ticks a second."""
    made = Inflow()
    made.begin(7, 1000, is_video=True)
    return made


def test_a_packet_counts_as_arrived_and_a_gap_is_told(inflow: Inflow) -> None:
    assert not inflow.came(10, 0, 1.0, repairs=False)
    assert inflow.came(12, 40, 1.04, repairs=False)
    report = inflow.arrivals.report(2.0)
    assert report is not None
    assert (report.ssrc, report.lost, report.highest) == (7, 1, 12)
    assert inflow.losses.due(2.0, 0.1) == [11]


def test_what_was_sent_again_fills_the_gap_and_is_no_arrival(inflow: Inflow) -> None:
    inflow.came(10, 0, 1.0, repairs=False)
    inflow.came(12, 40, 1.04, repairs=False)
    assert not inflow.came(11, 20, 1.2, repairs=True)
    assert inflow.arrivals.received == 2


def test_another_sequence_is_counted_anew_and_key_frames_go_on(inflow: Inflow) -> None:
    inflow.begins += 1
    inflow.came(10, 0, 1.0, repairs=False)
    inflow.came(12, 40, 1.04, repairs=False)
    inflow.begin(8, 1000, is_video=True)
    assert inflow.arrivals.report(2.0) is None
    assert not inflow.losses.waits
    assert inflow.begins == 1


def test_sound_is_asked_for_less_often(inflow: Inflow) -> None:
    inflow.begin(8, 1000, is_video=False)
    inflow.came(10, 0, 1.0, repairs=False)
    inflow.came(12, 40, 1.0, repairs=False)
    asked = [at for at in range(100) if inflow.losses.due(1 + at / 10, 0.1)]
    assert len(asked) == SOUND_TRIES


def test_levels_are_averaged_since_the_last_look(inflow: Inflow) -> None:
    assert inflow.loudness() is None
    inflow.heard(20)
    inflow.heard(30)
    assert inflow.loudness() == pytest.approx(25)
    assert inflow.loudness() is None

from bench.pages import summed_up
from tests.support.benched import WAITS


def test_waits_are_counted_from_the_tap_the_answer_the_binding_and_the_command() -> None:
    figures = summed_up(WAITS, 0.5)
    assert (figures.join_ms_p50, figures.room_join_ms_p50) == (60.0, 40.0)
    assert (figures.first_picture_ms_p50, figures.first_picture_ms_max) == (200.0, 480.0)
    assert (figures.tap_to_picture_ms_p50, figures.tap_to_picture_ms_max) == (300.0, 580.0)
    assert (figures.rebind_ms_max, figures.call_to_picture_ms_max) == (250.0, 270.0)
    assert figures.valid


def test_a_run_on_a_machine_without_cpu_to_spare_is_invalid() -> None:
    assert not summed_up(WAITS, 0.97).valid

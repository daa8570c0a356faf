import pytest

from client.room.pace import Pace


def paced(*moments: float) -> Pace:
    pace = Pace()
    for at in moments:
        pace.seen(at)
    return pace


def steady(rate: float, count: int = 40) -> list[float]:
    return [number / rate for number in range(count)]


@pytest.mark.parametrize(
    ("rate", "most", "taken"),
    [(15, 30, 15), (30, 30, 30), (29.97, 30, 30), (60, 30, 30), (25, 30, 25), (5, 30, 5)],
)
def test_pictures_come_as_often_as_they_do_but_not_oftener_than_they_may(
    rate: float, most: float, taken: float
) -> None:
    assert paced(*steady(rate)).rate(most) == taken


def test_nothing_is_known_at_first() -> None:
    assert paced(*steady(15, 3)).rate(30) == 30
    assert paced(*steady(15, 4)).rate(30) == 15


def test_a_gap_is_not_taken_for_a_slow_camera() -> None:
    late = [100 + at for at in steady(15, 4)]
    assert paced(*steady(15), *late).rate(30) == 15


def test_a_camera_that_slows_down_in_the_dark_is_followed() -> None:
    assert paced(*steady(30), *(2 + at for at in steady(10, 16))).rate(30) == 10

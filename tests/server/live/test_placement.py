import pytest

from server.live.placement import EXPECTED_CPU, Standing, least_loaded


def worker(
    number: int,
    cpu: float = 0.0,
    placed: int = 0,
    lessons: int = 0,
    *,
    alive: bool = True,
    draining: bool = False,
) -> Standing:
    return Standing(
        number=number, alive=alive, draining=draining, cpu=cpu, placed=placed, lessons=lessons
    )


@pytest.mark.parametrize(
    ("standings", "chosen"),
    [
        ([], None),
        ([worker(0)], 0),
        ([worker(0), worker(1)], 0),
        ([worker(0, cpu=0.4), worker(1, cpu=0.3)], 1),
        ([worker(0, cpu=0.3), worker(1, cpu=0.4)], 0),
        ([worker(0, placed=1), worker(1)], 1),
        ([worker(0, cpu=0.3), worker(1, cpu=0.2, placed=3)], 0),
        ([worker(0, cpu=0.3), worker(1, cpu=0.2, placed=1)], 1),
        ([worker(0, cpu=0.101, lessons=5), worker(1, cpu=0.102, lessons=2)], 1),
        ([worker(0, alive=False), worker(1, cpu=0.9)], 1),
        ([worker(0, draining=True), worker(1, cpu=0.9)], 1),
        ([worker(0, alive=False), worker(1, draining=True)], 1),
        ([worker(0, draining=True), worker(1, alive=False, draining=True)], 0),
        ([worker(0, alive=False)], None),
        ([worker(0, cpu=0.5), worker(1, alive=False), worker(2, cpu=0.1)], 2),
    ],
)
def test_a_lesson_goes_where_there_is_most_room(
    standings: list[Standing], chosen: int | None
) -> None:
    assert least_loaded(standings) == chosen


def test_lessons_that_come_between_two_measurements_spread() -> None:
    placed = [0, 0, 0]
    for _ in range(30):
        chosen = least_loaded(
            [worker(n, cpu=0.2 * EXPECTED_CPU * n, placed=placed[n]) for n in range(3)]
        )
        assert chosen is not None
        placed[chosen] += 1
    assert placed == [10, 10, 10]

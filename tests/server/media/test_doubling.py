"""When a receiver's pictures go out twice."""

import pytest

from server.media.allocation import Demand, Picture, Plan, Quality, Rank
from server.media.doubling import LESS, MORE, REST, Doubling
from signaling.ids import SourceId

SOUND = 40_000.0
A, B = SourceId("h/a"), SourceId("h/b")
LOSSY = MORE + 0.05


def picture(source: SourceId, *bitrates: float, shown: int = 720) -> Picture:
    """One of these qualities."""
    qualities = tuple(Quality(n, 7, 180 << n, rate) for n, rate in enumerate(bitrates))
    return Picture(source=source, rank=Rank.FAR_CLASS, shown=shown, qualities=qualities)


def demand(target: float, *pictures: Picture) -> Demand:
    """Where so much passes; the usual picture has two qualities."""
    return Demand(sound=SOUND, pictures=pictures or (USUAL,), target=target)


USUAL = picture(A, 150_000, 350_000)
NEEDED = SOUND + 2 * 150_000


def layers(plan: Plan) -> list[int | None]:
    """What each picture gets."""
    return [None if each is None else each.layer for each in plan.rows.values()]


@pytest.mark.parametrize(
    ("own", "target", "on", "layer"),
    [
        (0.0, 5e6, False, 1),
        (LESS, 5e6, False, 1),
        (LOSSY, 5e6, True, 1),
        (LOSSY, 1.16 * NEEDED + 1, True, 0),
        (LOSSY, 1.16 * NEEDED - 1, False, 1),
    ],
)
def test_what_is_lost_anyway_goes_out_twice_where_the_least_of_it_fits(
    own: float, target: float, on: bool, layer: int
) -> None:
    doubling = Doubling()
    plan = doubling.allocate(demand(target), None, own, 0.0)
    assert doubling.on == on
    assert layers(plan) == [layer]


@pytest.mark.parametrize(("shown", "on"), [(720, False), (0, True)])
def test_no_picture_that_is_shown_is_left_out_for_it(shown: int, on: bool) -> None:
    doubling = Doubling()
    other = picture(B, 150_000, shown=shown)
    plan = doubling.allocate(demand(1.7 * NEEDED, USUAL, other), None, LOSSY, 0.0)
    assert doubling.on == on
    assert layers(plan) == ([0, None] if on else [1, 0])


def test_where_it_does_not_fit_as_much_is_looked_for() -> None:
    plan = Doubling().allocate(demand(NEEDED - 1), None, LOSSY, 0.0)
    assert plan.wanted == SOUND + 2 * 350_000
    assert Doubling().allocate(demand(NEEDED - 1), None, LESS, 0.0).wanted == SOUND + 350_000
    assert Doubling().allocate(demand(5e6), None, LOSSY, 0.0).wanted == SOUND + 2 * 350_000


def test_it_ends_where_less_is_lost_than_it_began_with() -> None:
    doubling = Doubling()
    told = []
    for own in (MORE, (MORE + LESS) / 2, LESS, LESS / 2, (MORE + LESS) / 2, MORE):
        doubling.allocate(demand(5e6), None, own, 0.0)
        told.append(doubling.on)
    assert told == [True, True, True, False, False, True]


def test_without_room_it_ends_at_once_and_rests() -> None:
    doubling = Doubling()
    told = []
    for now, target in (
        (0.0, 5e6),
        (1.0, NEEDED),
        (2.0, NEEDED - 1),
        (2.0 + REST - 0.1, 5e6),
        (2.0 + REST, 5e6),
    ):
        doubling.allocate(demand(target), None, LOSSY, now)
        told.append(doubling.on)
    assert told == [True, True, False, False, True]


def test_without_pictures_there_is_nothing_to_weigh() -> None:
    plan = Doubling().allocate(Demand(sound=SOUND, pictures=(), target=5e6), None, LOSSY, 0.0)
    assert plan.rows == {}

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.media.allocation import (
    REST,
    RISE,
    Demand,
    Picture,
    Plan,
    Quality,
    Rank,
    Reason,
    Step,
    allocate,
)
from signaling.ids import SourceId

CAMERA = (
    Quality(0, 2, 180, 100e3),
    Quality(1, 2, 360, 400e3),
    Quality(2, 2, 720, 1500e3),
)
SLIDES = (Quality(0, 0, 1080, 80e3), Quality(0, 1, 1080, 150e3), Quality(0, 2, 1080, 300e3))


def picture(name: str, rank: Rank, shown: int, qualities: Sequence[Quality] = CAMERA) -> Picture:
    return Picture(source=SourceId(name), rank=rank, shown=shown, qualities=tuple(qualities))


TEACHER = picture("teacher", Rank.CALLED, 720)
SCREEN = picture("screen", Rank.SCREEN, 1080, SLIDES)
CLASS = picture("class", Rank.FAR_CLASS, 360)
PUPIL = picture("pupil", Rank.THUMBNAIL, 120)
LESSON = Demand(sound=50e3, pictures=(PUPIL, CLASS, TEACHER, SCREEN), target=5e6)


def divided(one: Picture) -> Picture:
    """A camera whose smallest layer may be sent with fewer frames."""
    fewer = Quality(0, 0, 180, 40e3), Quality(0, 1, 180, 60e3)
    return one if one.rank is Rank.SCREEN else replace(one, qualities=(*fewer, *CAMERA))


def shape(plan: Plan) -> str:
    """Layer and temporal layer of teacher, screen, class and pupil; S for stills."""
    words = []
    for source in ("teacher", "screen", "class", "pupil"):
        row = plan.rows.get(SourceId(source))
        still = SourceId(source) in plan.stills
        words.append(f"{row.layer}{row.temporal}" if row else "S" if still else "-")
    return " ".join(words)


@pytest.mark.parametrize(
    ("target", "rows", "step", "reason"),
    [
        (0, "- S - -", Step.STILLS, Reason.NARROW),
        (60e3, "- S - -", Step.STILLS, Reason.NARROW),
        (140e3, "- 00 - -", Step.LOW, Reason.NARROW),
        (150e3, "02 S - -", Step.LOW, Reason.NARROW),
        (250e3, "02 00 - -", Step.LOW, Reason.NARROW),
        (330e3, "02 00 02 -", Step.LOW, Reason.NARROW),
        (430e3, "02 00 02 02", Step.LOW, Reason.NARROW),
        (500e3, "02 01 02 02", Step.LOW, Reason.NARROW),
        (730e3, "12 00 02 02", Step.LOW, Reason.NARROW),
        (1000e3, "12 02 02 02", Step.LOW, Reason.NARROW),
        (1300e3, "12 02 12 02", Step.LOW, Reason.NARROW),
        (1830e3, "22 00 02 02", Step.HIGH, Reason.NARROW),
        (2050e3, "22 02 02 02", Step.HIGH, Reason.NARROW),
        (2350e3, "22 02 12 02", Step.HIGH, Reason.ENOUGH),
        (9e6, "22 02 12 02", Step.HIGH, Reason.ENOUGH),
    ],
)
def test_the_ladder(target: float, rows: str, step: Step, reason: Reason) -> None:
    plan = allocate(replace(LESSON, target=target), None, 0.0)
    assert (shape(plan), plan.step, plan.reason) == (rows, step, reason)


@pytest.mark.parametrize(
    ("target", "rows"),
    [
        (100e3, "00 S - -"),
        (120e3, "01 S - -"),
        (150e3, "02 S - -"),
        (190e3, "02 S 00 -"),
        (230e3, "02 00 - -"),
        (280e3, "02 00 00 -"),
        (330e3, "02 00 02 -"),
        (380e3, "02 00 02 00"),
        (430e3, "02 00 02 02"),
        (730e3, "12 00 02 02"),
    ],
)
def test_a_camera_gets_fewer_frames_only_below_its_smallest_layer(target: float, rows: str) -> None:
    lesson = replace(LESSON, pictures=tuple(map(divided, LESSON.pictures)), target=target)
    assert shape(allocate(lesson, None, 0.0)) == rows


def test_what_is_not_shown_is_not_sent() -> None:
    hidden = replace(TEACHER, shown=0)
    plan = allocate(replace(LESSON, pictures=(hidden, SCREEN)), None, 0.0)
    assert shape(plan) == "- 02 - -"
    assert plan.reason is Reason.ENOUGH
    nothing = allocate(replace(LESSON, pictures=(hidden,)), None, 0.0)
    assert (nothing.step, nothing.reason) == (Step.STILLS, Reason.NOTHING_SHOWN)


@pytest.mark.parametrize(("shown", "layer"), [(1, 0), (200, 0), (201, 1), (400, 1), (2000, 2)])
def test_no_layer_is_larger_than_it_is_shown(shown: int, layer: int) -> None:
    plan = allocate(replace(LESSON, pictures=(replace(TEACHER, shown=shown),)), None, 0.0)
    row = plan.rows[TEACHER.source]
    assert row is not None
    assert row.layer == layer


def test_who_saves_gets_sound_and_stills() -> None:
    plan = allocate(replace(LESSON, saves=True), None, 0.0)
    assert (shape(plan), plan.step, plan.reason) == ("- S - -", Step.STILLS, Reason.SAVES)


def test_the_link_budget_holds_and_is_named() -> None:
    plan = allocate(replace(LESSON, budget=300e3), None, 0.0)
    assert (shape(plan), plan.reason) == ("02 01 - -", Reason.BUDGET)


def test_loss_is_named() -> None:
    assert allocate(replace(LESSON, target=300e3, loss=0.2), None, 0.0).reason is Reason.LOSS


def test_repeated_sound_is_counted_before_any_picture() -> None:
    once = replace(LESSON, target=2.35e6)
    assert shape(allocate(once, None, 0.0)) == "22 02 12 02"
    repeated = allocate(replace(once, copies=2), None, 0.0)
    assert shape(repeated) != "22 02 12 02"
    assert spent(replace(once, copies=2), repeated) <= 2.35e6
    assert repeated.wanted == 2350e3 + 2 * LESSON.sound


def test_worse_comes_at_once_and_better_only_with_room_and_after_a_rest() -> None:
    plan = allocate(replace(LESSON, target=2.35e6), None, 0.0)
    plan = allocate(replace(LESSON, target=1.0e6), plan, 10.0)
    assert shape(plan) == "12 02 02 02"
    enough = replace(LESSON, target=2.35e6 * RISE)
    assert shape(allocate(enough, plan, 10 + REST - 0.1)) == "12 02 02 02"
    assert shape(allocate(replace(LESSON, target=1.32e6), plan, 20.0)) == "12 02 02 02"
    assert shape(allocate(enough, plan, 10 + REST)) == "22 02 12 02"


def test_another_size_or_rank_is_taken_over_at_once() -> None:
    plan = allocate(replace(LESSON, target=1.0e6), None, 0.0)
    called = replace(CLASS, rank=Rank.CALLED, shown=720)
    other = replace(TEACHER, rank=Rank.THUMBNAIL, shown=120)
    demand = replace(LESSON, target=1.0e6, pictures=(PUPIL, called, other, SCREEN))
    assert shape(allocate(demand, plan, 0.1)) == "02 02 12 02"


def test_what_probes_may_look_for_is_everything_as_good_as_it_is_shown() -> None:
    assert allocate(replace(LESSON, target=0.0), None, 0.0).wanted == 2350e3


qualities = st.lists(st.floats(20e3, 3e6), min_size=0, max_size=6).map(
    lambda rates: tuple(
        Quality(n // 2, n % 2, 180 << n // 2, rate) for n, rate in enumerate(sorted(rates))
    )
)
pictures = st.lists(
    st.tuples(st.sampled_from(Rank), st.integers(0, 1080), qualities), max_size=6
).map(lambda some: tuple(picture(str(n), *each) for n, each in enumerate(some)))
demands = st.builds(
    Demand,
    sound=st.floats(0, 200e3),
    pictures=pictures,
    target=st.floats(0, 1e7),
    budget=st.one_of(st.none(), st.floats(0, 1e7)),
    loss=st.floats(0, 1),
    copies=st.integers(0, 2),
    saves=st.booleans(),
)


def spent(demand: Demand, plan: Plan) -> float:
    rows = sum(row.bitrate for row in plan.rows.values() if row is not None)
    return rows + demand.sound * (1 + demand.copies)


@given(st.lists(demands, max_size=8))
def test_no_picture_is_sent_at_the_cost_of_sound(some: list[Demand]) -> None:
    plan: Plan | None = None
    for second, demand in enumerate(some):
        plan = allocate(demand, plan, float(second))
        if any(row is not None for row in plan.rows.values()):
            assert spent(demand, plan) <= demand.room * 1.000001
        assert set(plan.rows) == {each.source for each in demand.pictures}
        assert all(plan.rows[each.source] is None for each in demand.pictures if not each.shown)


@given(demands, st.floats(0.2, 5))
def test_with_more_room_the_first_is_never_lost(demand: Demand, more: float) -> None:
    alike = replace(demand, loss=0.0)
    ordered = sorted(alike.pictures, key=lambda each: (each.rank, -each.shown))
    if not ordered or alike.saves:
        return
    poor = allocate(alike, None, 0.0).rows[ordered[0].source]
    budget = None if alike.budget is None else alike.budget * (1 + more)
    rich = allocate(replace(alike, target=alike.target * (1 + more), budget=budget), None, 0.0)
    assert poor is None or rich.rows[ordered[0].source] is not None


@given(demands, st.lists(st.floats(0.935, 1.065), min_size=5, max_size=40))
def test_an_estimate_that_sways_by_six_in_a_hundred_makes_nothing_better_again(
    demand: Demand, sways: list[float]
) -> None:
    """Two falls in a row are none of its business: the second may be as real as the first."""
    steady = replace(demand, budget=None, loss=0.0)
    plan = allocate(steady, None, 0.0)
    left: list[dict[SourceId, Quality | None]] = []
    for second, sway in enumerate(sways, 1):
        after = allocate(replace(steady, target=steady.target * sway), plan, 10.0 * second)
        if after.rows != plan.rows:
            left.append(dict(plan.rows))
        assert after.rows not in left
        plan = after

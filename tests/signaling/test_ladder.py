"""A device's way back to the lesson."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.ladder import ATTEMPTS_AT_ONCE, Dial, Drop, Ladder, Lost, Ping, Step

VECTORS = json.loads(Path(__file__, "../../vectors/ladder.json").resolve().read_text())


def plain(step: Step) -> list[object]:
    """A step as the vectors write it."""
    match step:
        case Dial(attempt):
            return ["dial", attempt]
        case Drop(attempt):
            return ["drop", attempt]
        case Ping():
            return ["ping"]
        case Lost():
            return ["lost"]


def do(ladder: Ladder, what: str, attempt: int, now: float) -> list[Step]:
    """One line of a vector."""
    match what:
        case "tick":
            return ladder.tick(now)
        case "answered":
            return ladder.answered(attempt, now)
        case "failed":
            return ladder.failed(attempt, now)
        case "hurry":
            return ladder.hurry(now)
        case _:
            ladder.heard(attempt, now)
            return []


@pytest.mark.parametrize("story", VECTORS, ids=lambda story: story["name"])
def test_the_steps_are_those_of_the_vectors(story: dict[str, object]) -> None:
    ladder = Ladder(0, known=story["known"] is True)
    lines = story["lines"]
    assert isinstance(lines, list)
    for now, what, attempt, steps in lines:
        assert [plain(step) for step in do(ladder, what, attempt, now)] == steps


def silence(ladder: Ladder, end: float) -> list[tuple[float, Step]]:
    """What happens until `end` when nothing answers."""
    log: list[tuple[float, Step]] = []
    now = 0.0
    while now <= end:
        log += [(now, step) for step in ladder.tick(now)]
        now = ladder.deadline()
    return log


def test_attempts_begin_every_second_for_the_length_of_a_lesson() -> None:
    dialled = [at for at, step in silence(Ladder(0, known=True), 3000) if isinstance(step, Dial)]
    assert len(dialled) == 3001
    assert all(later - sooner == 1 for sooner, later in pairwise(dialled))


def test_a_stranger_tries_one_at_a_time_so_that_nobody_joins_twice() -> None:
    log = silence(Ladder(0), 6)
    assert log == [(0, Dial(0)), (5, Drop(0)), (5, Dial(1))]


def test_a_second_answer_is_not_listened_to() -> None:
    ladder = Ladder(0, known=True)
    ladder.tick(0)
    ladder.tick(1)
    assert ladder.answered(1, 1.5) == [Drop(0)]
    assert ladder.answered(0, 1.6) == []
    assert ladder.live == 1


MOVES = st.tuples(
    st.sampled_from(["tick", "answered", "failed", "hurry", "heard"]),
    st.integers(0, 6),
    st.floats(0, 3),
)


@given(st.booleans(), st.lists(MOVES, max_size=60))
def test_there_are_never_more_than_two_attempts_and_one_link(
    known: bool, moves: list[tuple[str, int, float]]
) -> None:
    ladder = Ladder(0, known=known)
    now = 0.0
    hanging: set[int] = set()
    for what, attempt, wait in moves:
        now += wait
        live = ladder.live
        steps = do(ladder, what, attempt, now)
        if what == "failed" or (what == "answered" and ladder.live == attempt != live):
            hanging.discard(attempt)
        hanging -= {step.attempt for step in steps if isinstance(step, Drop)}
        hanging |= {step.attempt for step in steps if isinstance(step, Dial)}
        assert len(hanging) <= ATTEMPTS_AT_ONCE
        assert ladder.live is None or not hanging
        assert ladder.deadline() <= now + 5

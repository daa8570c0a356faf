from dataclasses import replace

from bench.viewers import Step, summed_up
from tests.support.benched import VIEWED


def step(viewers: int, loss: float = 0.0, *, valid: bool = True) -> Step:
    """A measurement with so many receivers."""
    return replace(VIEWED.steps[0], viewers=viewers, loss=loss, valid=valid)


def test_the_most_viewers_are_those_before_the_first_loss() -> None:
    figures = summed_up([step(800), step(1000), step(1200, 0.001)])
    assert (figures.viewers, figures.limit, figures.valid) == (1000, "loss", True)


def test_whoever_gets_a_lower_layer_does_not_get_everything() -> None:
    lowered = replace(step(1200), lowered=0.01)
    figures = summed_up([step(1000), lowered])
    assert (figures.viewers, figures.limit, figures.valid) == (1000, "lowered", True)


def test_a_generator_that_was_short_of_cpu_is_no_loss_of_ours() -> None:
    figures = summed_up([step(800), step(1000, 0.001, valid=False)])
    assert (figures.viewers, figures.limit, figures.valid) == (800, "generator", True)


def test_nothing_is_said_where_the_first_step_could_not_be_measured() -> None:
    assert not summed_up([step(800, valid=False)]).valid
    assert summed_up([step(800, 0.5)]).valid


def test_the_last_step_may_hold() -> None:
    assert summed_up([step(800), step(1000)]).limit == "none"


def test_whoever_does_not_get_in_ends_it_too() -> None:
    figures = summed_up([step(800)], shut_out=True)
    assert (figures.viewers, figures.limit) == (800, "joins")
    assert summed_up([], shut_out=True).valid

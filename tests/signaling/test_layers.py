from itertools import pairwise

from signaling.layers import LAYERS

SOUND = 50_000
"""Of an Opus voice with its headers, in bits per second."""
TO_SPARE = 1.16
"""What an estimate must have beyond what is needed before anything gets better."""
USED = 0.95
"""Of a narrow line, that an estimate finds."""


def test_each_layer_is_twice_as_wide_as_the_one_before_and_takes_more() -> None:
    assert all(one.divisor == 2 * after.divisor for one, after in pairwise(LAYERS))
    assert all(one.bits < after.bits for one, after in pairwise(LAYERS))
    assert LAYERS[-1].divisor == 1


def test_the_lower_ones_fit_the_narrow_lines_that_villages_have() -> None:
    low, middle, _ = LAYERS
    assert (low.bits + SOUND) * TO_SPARE <= USED * 250_000
    assert (middle.bits + SOUND) * TO_SPARE <= USED * 500_000
    assert middle.bits + SOUND >= 0.75 * 500_000

"""How much is repeated follows loss in seconds, and never eats what the path carries."""

import pytest

from server.media.copies import RESTS, RISES, SOUND_MOST, Copies

SOUND, ROOM = 40e3, 5e6


def after(copies: Copies, loss: float, seconds: float, begin: float = 0.0) -> int:
    """What is repeated after so many seconds of one loss."""
    counts = [copies.step(loss, SOUND, ROOM, begin + second) for second in range(int(seconds) + 1)]
    return counts[-1]


@pytest.mark.parametrize(
    ("loss", "expected"), [(0.0, 0), (0.02, 0), (0.021, 1), (0.08, 1), (0.081, 2), (1.0, 2)]
)
def test_more_is_repeated_the_more_is_lost(loss: float, expected: int) -> None:
    assert after(Copies(), loss, RISES) == expected


def test_a_moment_of_loss_changes_nothing() -> None:
    copies = Copies()
    assert after(copies, 0.5, RISES - 1) == 0
    assert after(copies, 0.0, 5, 10.0) == 0
    assert after(copies, 0.5, RISES - 1, 20.0) == 0


def test_it_goes_back_late_and_at_half_the_loss() -> None:
    copies = Copies()
    assert after(copies, 0.2, RISES) == 2
    assert after(copies, 0.05, 60, 10.0) == 2
    assert after(copies, 0.03, RESTS - 1, 100.0) == 2
    assert after(copies, 0.03, RESTS, 200.0) == 2 - 1
    assert after(copies, 0.0, RESTS, 300.0) == 0


@pytest.mark.parametrize(
    ("room", "expected"),
    [(3 * SOUND / SOUND_MOST, 2), (3 * SOUND / SOUND_MOST - 1, 1), (2 * SOUND, 0), (0.0, 0)],
)
def test_sound_is_never_in_danger_of_its_own_repetitions(room: float, expected: int) -> None:
    copies = Copies()
    after(copies, 0.5, RISES)
    assert copies.step(0.5, SOUND, room, 10.0) == expected
    assert copies.step(0.5, SOUND, ROOM, 11.0) == 2

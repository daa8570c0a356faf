from server.media.noise import SECONDS, Noise
from signaling.rtp.extensions import SILENCE

EACH = 0.3


def noted(noise: Noise, levels: list[float], start: float = 0.0) -> float:
    """These levels, one each 0.3 s; when the last came."""
    for number, level in enumerate(levels):
        noise.note(level, start + number * EACH)
    return start + (len(levels) - 1) * EACH


def test_it_is_not_known_at_once() -> None:
    noise = Noise()
    assert noise.floor(0.0) == SILENCE
    assert noise.floor(noted(noise, [50.0] * 33)) == SILENCE
    assert noise.floor(noted(noise, [50.0] * 2, 33 * EACH)) == 50.0


def test_it_is_the_quietest_of_the_last_seconds() -> None:
    noise = Noise()
    end = noted(noise, [50.0] * 40 + [30.0, 41.0, 25.0] * 5)
    assert noise.floor(end) == 50.0
    end = noted(noise, [30.0, 41.0, 25.0] * 12, end + EACH)
    assert noise.floor(end) == 41.0
    assert noise.floor(noted(noise, [60.0], end + EACH)) == 60.0


def test_it_outlives_a_short_outage_and_no_long_one() -> None:
    noise = Noise()
    end = noted(noise, [50.0] * 40)
    assert noise.floor(end + SECONDS) == 50.0
    noise.note(30.0, end + 2.0)
    assert noise.floor(end + 2.0) == 50.0
    assert noise.floor(end + 2.0 + SECONDS + 0.1) == SILENCE
    noise.note(40.0, end + 2.0 + SECONDS + 0.1)
    assert noise.floor(end + 2.0 + SECONDS + 0.1) == SILENCE

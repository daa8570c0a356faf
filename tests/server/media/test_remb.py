from server.media.remb import LEAST, MOST, PERIOD, START, Allowance


def steps(allowance: Allowance, loss: float, incoming: float, times: int, start: int = 0) -> int:
    for time in range(start, start + times):
        allowance.step(time * PERIOD, loss, incoming)
    return allowance.granted


def test_it_starts_generous_and_tells_at_once() -> None:
    assert Allowance().step(0.0, 0.0, 0.0) == START


def test_it_is_told_once_in_a_period() -> None:
    allowance = Allowance()
    allowance.step(0.0, 0.0, 1e6)
    assert allowance.step(PERIOD / 2, 0.0, 1e6) is None
    assert allowance.step(PERIOD, 0.0, 1e6) is not None


def test_heavy_loss_takes_it_down_to_what_arrives_and_no_further() -> None:
    assert steps(Allowance(), 0.2, 1_000_000, 40) < 1_100_000
    assert steps(Allowance(), 0.2, 1_000_000, 40) >= 850_000


def test_a_dead_line_keeps_the_least() -> None:
    assert steps(Allowance(), 1.0, 0, 60) == LEAST


def test_a_little_loss_changes_nothing() -> None:
    assert steps(Allowance(), 0.05, 1_000_000, 30) == START


def test_a_clean_line_goes_up_as_far_as_what_arrives_proves() -> None:
    low = Allowance()
    steps(low, 0.3, 300_000, 40)
    before = low.granted
    after = steps(low, 0.0, 300_000, 40, start=40)
    assert before < after <= 2 * 300_000 + LEAST


def test_more_than_the_most_is_never_granted() -> None:
    assert steps(Allowance(), 0.0, 50_000_000, 100) == MOST


def test_a_quiet_publisher_keeps_what_it_has() -> None:
    assert steps(Allowance(), 0.0, 1000, 30) == START

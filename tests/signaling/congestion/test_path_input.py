import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.congestion.departures import Fate
from signaling.congestion.path_input import Fold, Line

points = st.lists(
    st.tuples(st.floats(0, 3), st.floats(-1, 1)), min_size=3, max_size=60, unique_by=lambda p: p[0]
)


def line(some: list[tuple[float, float]]) -> Line:
    made = Line()
    for point in some:
        made = made.through(*point)
    return made


def fate(sent: float, arrived: float | None, size: int = 1000, cluster: int = 0) -> Fate:
    return Fate(sent, arrived, size, cluster, False)


@given(points, st.integers(0, 60), st.integers(0, 60))
def test_a_line_through_records_is_the_line_through_their_packets(
    some: list[tuple[float, float]], one: int, two: int
) -> None:
    first, second = sorted((one, two))
    parts = [line(some[:first]), line(some[first:second]), line(some[second:])]
    joined = parts[0].joined(parts[1]).joined(parts[2])
    assert joined.groups == len(some)
    x, y = np.array(some).T
    if np.ptp(x) > 0.01:
        assert joined.slope() == pytest.approx(np.polyfit(x, y, 1)[0], abs=1e-6)
        assert joined.error() == pytest.approx(line(some).error(), abs=1e-6)


def test_no_line_has_no_slope() -> None:
    assert (Line().slope(), line([(1, 2)]).slope(), line([(1, 2), (1, 3)]).slope()) == (0, 0, 0)


def test_jitter_is_the_error_of_a_slope() -> None:
    straight = line([(step / 10, step / 100) for step in range(10)])
    rough = line([(step / 10, step / 100 + (step % 2) / 10) for step in range(10)])
    assert straight.error() < 1e-6 < 0.03 < rough.error()


def test_packets_sent_together_are_one_group_that_its_last_stands_for() -> None:
    fold = Fold()
    fold.add([fate(0.0, 5.00), fate(0.002, 5.01), fate(0.004, 5.02), fate(0.02, 5.03)], 0.1)
    record = fold.take(4000)
    assert (record.line.groups, record.line.x0) == (1, 5.02)
    assert record.line.y0 == pytest.approx(5.016)


def test_a_record_counts_what_came_since_the_last() -> None:
    fold = Fold()
    fold.add([fate(0.0, 5.0), fate(0.02, None), fate(0.04, 5.05, 500)], 0.12)
    record = fold.take(3000)
    assert (record.packets, record.octets, record.lost, record.sent_octets) == (2, 1500, 1, 3000)
    assert (record.least_delay, record.arrived) == (5.0, 5.05)
    assert record.round_trip == pytest.approx(0.08)
    fold.add([fate(0.02, 5.1)._replace(late=True)], 0.2)
    again = fold.take(3000)
    assert (again.packets, again.lost, again.sent_octets) == (1, -1, 0)


def test_an_empty_record_says_so_and_keeps_the_last_arrival() -> None:
    fold = Fold()
    fold.add([fate(0.0, 5.0)], 0.12)
    fold.take(1000)
    record = fold.take(1000)
    assert not record.packets
    assert record.least_delay is record.round_trip is None
    assert record.probed is None
    assert record.arrived == 5.0


def test_a_probe_is_measured_from_its_first_to_its_last_over_several_records() -> None:
    fold = Fold()
    probe = [fate(step * 0.01, 5 + step * 0.02, 1000, 4) for step in range(5)]
    fold.add(probe[:3], 0.1)
    assert fold.take(0).probed is not None
    fold.add(probe[3:], 0.2)
    probed = fold.take(0).probed
    assert probed is not None
    assert (probed.cluster, probed.packets) == (4, 5)
    assert probed.seconds == pytest.approx(0.04)
    assert probed.sent_rate == pytest.approx(800_000)
    assert probed.arrived_rate == pytest.approx(400_000)
    fold.add([fate(1.0, 6.0)], 1.0)
    assert fold.take(0).probed is None

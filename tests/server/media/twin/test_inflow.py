"""How packets come is noted by C as by the reference."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from server.media.inflow import Inflow
from server.media.losses import MISSING_LIMIT
from server.media.twin.inflow import TwinInflow
from server.media.twin.library import load

STEPS = st.one_of(
    st.tuples(
        st.just("came"), st.sampled_from([1, 1, 1, 2, 3, 40, 255, 256, 257, 600, 0, -1, -30])
    ),
    st.tuples(st.just("repair"), st.integers(1, 60)),
    st.tuples(st.just("due"), st.sampled_from([0.0, 0.02, 0.1, 0.5, 4.0])),
    st.tuples(st.just("report"), st.sampled_from([0.0, 1.0])),
    st.tuples(st.just("begin"), st.booleans()),
    st.tuples(st.just("heard"), st.integers(0, 127)),
)


class Side:
    """One of both, and where its sequence stands."""

    def __init__(self, inflow: Inflow) -> None:
        self.inflow = inflow
        self.now, self.index = 5.0, 65_536 + 65_500
        inflow.begin(7, 90_000, is_video=True)

    def do(self, kind: str, number: Any) -> Any:  # noqa: ANN401  # each step has its own
        """Do one thing; what it tells."""
        self.now += 0.007
        inflow = self.inflow
        match kind:
            case "came":
                self.index += number
                ticks = self.index * 3000 & 0xFFFF_FFFF
                return inflow.came(self.index, ticks, self.now, repairs=False)
            case "repair":
                return inflow.came(self.index - number, 0, self.now, repairs=True)
            case "due":
                self.now += number
                return inflow.losses.due(self.now, 0.1), inflow.losses.waits
            case "report":
                inflow.arrivals.reported(int(self.now) << 32, self.now)
                self.now += number
                return inflow.arrivals.report(self.now), inflow.losses.overflowed()
            case "begin":
                inflow.begins += 1
                return inflow.begin(9, 48_000, is_video=number)
            case _:
                inflow.heard(number)
        return inflow.loudness(), inflow.begins


@given(st.lists(STEPS, max_size=80))
def test_both_tell_the_same(steps: list[tuple[str, Any]]) -> None:
    owner = load().publication_open()
    try:
        reference, twin = Side(Inflow()), Side(TwinInflow(owner))
        for each in steps:
            assert twin.do(*each) == reference.do(*each), each
    finally:
        load().publication_close(owner)


def test_both_give_up_after_as_many_tries() -> None:
    owner = load().publication_open()
    for is_video in (True, False):
        reference, twin = Side(Inflow()), Side(TwinInflow(owner))
        steps = [("begin", is_video), ("came", 1), ("came", 2), *[("due", 0.1)] * 60]
        told = [(reference.do(*each), twin.do(*each)) for each in steps]
        assert all(one == other for one, other in told)
        assert sum(bool(due) for (due, _), _ in told[3:]) == Inflow.tries_of(is_video)
    load().publication_close(owner)


def test_as_much_is_missing_as_may_be_and_then_nothing() -> None:
    owner = load().publication_open()
    side = Side(TwinInflow(owner))
    side.do("came", 1)
    side.do("came", MISSING_LIMIT + 1)
    due, _ = side.do("due", 0.02)
    assert len(due) == MISSING_LIMIT
    side.do("came", 2)
    assert side.do("due", 0.5) == ([], True)
    assert side.do("report", 0.0)[1]
    load().publication_close(owner)

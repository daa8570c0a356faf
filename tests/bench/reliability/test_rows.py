"""The rows: those that were promised, each once, and in the time that all may take."""

import pytest

from bench.reliability.network import path, ruled, shape
from bench.reliability.rows import Link, chosen, rows
from bench.reliability.targets import TARGETS

WHOLE_S, JOINING_S = 45 * 60, 20.0


def test_no_two_rows_have_one_name() -> None:
    names = [row.name for row in rows()]
    assert len(set(names)) == len(names)


def test_all_rows_take_45_minutes_at_most() -> None:
    assert sum(row.lasts + JOINING_S for row in rows()) <= WHOLE_S


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.words)
def test_every_target_is_measured(target: object) -> None:
    assert any(one.of(row.name) for one in TARGETS if one is target for row in rows())


def test_rows_are_asked_for_by_how_they_begin() -> None:
    names = [row.name for row in chosen(["5 % loss,", "UDP"])]
    assert names == ["UDP shut", "5 % loss, Firefox", "UDP shut, Firefox"]
    assert len(chosen([])) == len(rows())
    with pytest.raises(ValueError, match="no row"):
        chosen(["7 %"])


def test_a_queue_holds_what_its_rate_carries_in_its_time() -> None:
    words = shape(Link(kbps=500, queue=0.2))
    assert words[words.index("limit") + 1] == "12500"
    assert words[words.index("rate") + 1] == "500kbit"


def test_loss_is_made_once() -> None:
    alone, bursts = Link(loss=0.05), Link(loss=0.05, burst=10)
    assert "mod 1000 < 50 drop" in ruled("dev", alone)
    assert path(alone, cut=False).loss == 0.0
    assert "drop" not in ruled("dev", bursts)
    assert path(bursts, cut=False).loss == 0.05


def test_the_round_trip_is_right_on_the_mean() -> None:
    made = path(Link(rtt=0.3, jitter=0.06), cut=False)
    assert 2 * (made.delay + made.jitter / 2) == pytest.approx(0.3)

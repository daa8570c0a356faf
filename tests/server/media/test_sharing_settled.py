"""A receiver that gets all that is wanted is looked at more rarely, with either pump."""

import pytest

from server.media import doubling
from server.media.allocation import Demand, Plan, allocate
from server.media.sharing import SETTLED
from signaling.congestion import carriage, delay_trend
from signaling.congestion.carriage import TRIED, Carriage
from signaling.congestion.path_input import PathInput
from tests.support.narrow_line import Line
from tests.support.plane import (
    Ground,
)


def counted_plans(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """When each plan from now on is made."""
    plans = []

    def counted(demand: Demand, before: Plan | None, now: float) -> Plan:
        plans.append(now)
        return allocate(demand, before, now)

    monkeypatch.setattr(doubling, "allocate", counted)
    return plans


def test_who_gets_all_is_planned_for_rarely_and_at_once_when_something_changes(
    floor: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Line(floor, 20e6)
    line.view()
    line.run(TRIED + 1.5)
    plans = counted_plans(monkeypatch)
    line.run(10.0)
    assert len(plans) == pytest.approx(10.0 / SETTLED, abs=1)
    del plans[:]
    while not plans:
        line.run(0.1)
    line.run(SETTLED / 2)
    del plans[:]
    floor.bind(line.down, "1", None)
    floor.rounds.sharing.changed(line.down.id)
    line.run(0.5)
    assert len(plans) == 1


def test_who_does_not_get_all_is_planned_for_each_second_at_least(
    floor: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Line(floor, 600e3)
    line.view()
    line.run(TRIED + 1.5)
    plans = counted_plans(monkeypatch)
    line.run(5.0)
    assert len(plans) >= 5


def test_another_layer_that_flows_is_in_the_next_second_plan(
    floor: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Line(floor, 20e6)
    line.view()
    line.run(TRIED + 1.5)
    plans = counted_plans(monkeypatch)
    while not plans:
        line.run(0.1)
    line.divided = True
    line.run(SETTLED / 2)
    assert len(plans) == 2


def test_a_wide_line_is_told_of_twice_a_second_and_one_with_a_queue_at_once(
    floor: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The floor's rounds of 20 ms look like a queue, and a probe that waits for one like a slow one.
    monkeypatch.setattr(delay_trend, "NOTICED", 0.05)
    monkeypatch.setattr(carriage, "NARROW", 0.0)
    line = Line(floor, 20e6)
    line.view()
    line.run(TRIED + 1.5)
    records = []
    take = Carriage.take

    def counted(
        one: Carriage, record: PathInput, wanted: float, now: float, waiting: int = 0
    ) -> None:
        records.append((floor.now, record.seconds))
        take(one, record, wanted, now, waiting)

    monkeypatch.setattr(Carriage, "take", counted)
    line.run(5.0)
    assert len(records) == pytest.approx(10, abs=1)
    assert sum(seconds for _, seconds in records) == pytest.approx(5.0, abs=0.5)
    del records[:]
    line.bitrate, began = 400e3, floor.now
    line.run(0.4)
    assert records[0][0] - began <= 0.25
    assert [round(seconds, 1) for _, seconds in records[1:]] == [0.1] * len(records[1:])

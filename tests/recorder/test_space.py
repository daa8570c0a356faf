"""The policy of free space as a table."""

import pytest

from recorder.space import LIMITS, Limits, Step, step

GB = 1_000_000_000


@pytest.mark.parametrize(
    ("free", "total", "before", "after"),
    [
        (50 * GB, 100 * GB, "plenty", "plenty"),
        (9 * GB, 100 * GB, "plenty", "low"),
        (4 * GB, 100 * GB, "low", "no_new"),
        (2 * GB - 1, 100 * GB, "no_new", "stopped"),
        (2 * GB, 100 * GB, "no_new", "no_new"),
        (3 * GB - 1, 100 * GB, "stopped", "stopped"),
        (3 * GB, 100 * GB, "stopped", "no_new"),
        (60 * GB, 100 * GB, "stopped", "plenty"),
        (0, 0, "plenty", "stopped"),
    ],
)
def test_each_step_of_free_space(free: int, total: int, before: Step, after: Step) -> None:
    assert step(Limits(), free, total, before) == after


def test_limits_are_read_from_settings() -> None:
    limits = LIMITS.validate_json('{"stop_bytes": 1000, "again_bytes": 2000}')
    assert step(limits, 1500, 3000, "plenty") == "plenty"
    assert step(limits, 1500, 3000, "stopped") == "stopped"

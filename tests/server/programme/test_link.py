from dataclasses import replace
from datetime import UTC, datetime

import pytest

from server.media.allocation import Reason, Step
from server.programme.link import LinkBudget, LinkTest, Origin, kbps, measured
from server.programme.refusal import Refusal, RefusedError
from signaling.events import LinkReason, LinkStep

NOW = datetime(2026, 11, 25, tzinfo=UTC)
PASSED = LinkTest(
    websocket=True, media=True, down_kbps=1850.9, up_kbps=640.2, loss_down=0.0, loss_up=0.01
)
TESTED = LinkBudget(down_kbps=900, up_kbps=300, origin=Origin.TEST, at=NOW)


@pytest.mark.parametrize(("typed", "meant"), [("64", 64), (" 2000 ", 2000), ("1000000", 1000000)])
def test_a_budget_is_a_whole_number_of_kbit_s(typed: str, meant: int) -> None:
    assert kbps(typed) == meant


@pytest.mark.parametrize(
    "typed", ["", "63", "1000001", "2M", "-500", "1e3", "2.5", "２０００", "9" * 40]
)
def test_anything_else_is_refused_with_the_bounds(typed: str) -> None:
    with pytest.raises(RefusedError) as refused:
        kbps(typed)
    assert refused.value.refusal is Refusal.LINK_NUMBER_UNFIT
    assert refused.value.data == {"least": 64, "most": 1_000_000}


def test_a_test_that_passed_says_how_much_a_line_carries() -> None:
    found = LinkBudget(down_kbps=1850, up_kbps=640, origin=Origin.TEST, at=NOW)
    assert measured(None, PASSED, NOW) == found
    assert measured(TESTED, PASSED, NOW) == found


def test_what_was_typed_outlives_every_test() -> None:
    assert measured(replace(TESTED, origin=Origin.TYPED), PASSED, NOW) is None


@pytest.mark.parametrize(
    "failed",
    [
        replace(PASSED, websocket=False),
        replace(PASSED, media=False),
        replace(PASSED, down_kbps=None),
        replace(PASSED, up_kbps=None),
        replace(PASSED, up_kbps=20.0),
        replace(PASSED, loss_down=0.05),
        replace(PASSED, loss_up=0.3),
    ],
)
def test_a_test_that_failed_says_nothing(failed: LinkTest) -> None:
    assert measured(TESTED, failed, NOW) is None


def test_the_worker_speaks_of_the_same_ladder() -> None:
    """Its own words are the journal's; what only a device can know of itself is no reason here."""
    assert {step.value for step in LinkStep} == {step.value for step in Step}
    own = {Reason.NOTHING_SHOWN.value, Reason.SAVES.value}
    assert {reason.value for reason in LinkReason} == {reason.value for reason in Reason} - own

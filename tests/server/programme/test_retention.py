from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.programme.refusal import Refusal, RefusedError
from server.programme.retention import (
    Kept,
    Terms,
    check,
    media_before,
    media_until,
    records_before,
    records_until,
)

USUAL = Terms()
AT_ONCE = Terms(media_terms=0)
THREE = Terms(begins=((1, 10), (5, 1), (9, 1)), media_terms=2, record_years=1)
DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))
TODAY = date(2026, 11, 25)
KEPT = Kept(id="k", lesson="m", chosen_by="a", until=date(2027, 9, 1), why="公开课")


@pytest.mark.parametrize(
    ("held", "terms", "media", "records"),
    [
        ("2026-09-01", USUAL, "2027-09-01", "2029-09-01"),
        ("2026-11-25", USUAL, "2027-09-01", "2029-11-25"),
        ("2027-02-28", USUAL, "2027-09-01", "2030-02-28"),
        ("2027-03-01", USUAL, "2028-03-01", "2030-03-01"),
        ("2028-02-29", USUAL, "2028-09-01", "2031-03-01"),
        ("2026-11-25", AT_ONCE, "2027-03-01", "2029-11-25"),
        ("2026-11-25", THREE, "2027-09-01", "2027-11-25"),
    ],
)
def test_terms_are_dates(held: str, terms: Terms, media: str, records: str) -> None:
    day = date.fromisoformat(held)
    assert media_until(day, terms) == date.fromisoformat(media)
    assert records_until(day, terms) == date.fromisoformat(records)


@given(DAYS, st.integers(-1500, 1500), st.sampled_from([USUAL, AT_ONCE, THREE]))
def test_a_lesson_is_due_on_the_day_it_is_told_and_not_before(
    today: date, ago: int, terms: Terms
) -> None:
    held = today - timedelta(days=ago)
    assert (media_until(held, terms) <= today) == (held < media_before(today, terms))


@given(DAYS, st.integers(-2, 2), st.sampled_from([USUAL, THREE]))
def test_records_are_due_on_the_day_and_not_before(today: date, off: int, terms: Terms) -> None:
    held = records_before(today, terms) + timedelta(days=off)
    assert (records_until(held, terms) <= today) == (held < records_before(today, terms))


def test_a_choice_has_a_reason_and_an_end() -> None:
    check(KEPT, TODAY)
    check(replace(KEPT, until=date(2029, 11, 25)), TODAY)


@pytest.mark.parametrize(
    ("kept", "why"),
    [
        (replace(KEPT, why=""), Refusal.KEEP_WHY_MISSING),
        (replace(KEPT, why="长" * 201), Refusal.ROLL_WHY_TOO_LONG),
        (replace(KEPT, until=TODAY), Refusal.KEEP_END_UNFIT),
        (replace(KEPT, until=date(2029, 11, 26)), Refusal.KEEP_END_UNFIT),
    ],
)
def test_what_may_not_be_chosen_is_refused(kept: Kept, why: Refusal) -> None:
    with pytest.raises(RefusedError) as refused:
        check(kept, TODAY)
    assert refused.value.refusal is why

from datetime import UTC, datetime, timedelta

from server.access.first_password import ends, fresh_first_password
from server.access.passwords import check_new


def test_a_first_password_is_a_fit_one_and_never_the_same() -> None:
    made = {fresh_first_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        check_new(password, "wang")


def test_it_is_good_for_two_weeks() -> None:
    now = datetime(2026, 9, 1, tzinfo=UTC)
    assert ends(now) - now == timedelta(days=14)

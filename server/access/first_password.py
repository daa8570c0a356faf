"""First passwords: made by us for somebody, told once, replaced at their first sign-in."""

from datetime import datetime, timedelta

from server.access.codes import fresh_recovery_code

GOOD_FOR = timedelta(days=14)
"""It is handed out on paper, and paper gets lost."""


def fresh_first_password() -> str:
    """72 random bits in groups that are read out and typed without mistakes."""
    return fresh_recovery_code().lower()


def ends(now: datetime) -> datetime:
    """Until when one made now is good."""
    return now + GOOD_FOR

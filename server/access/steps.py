"""What somebody has still to show or do before they are signed in; pure."""

from enum import StrEnum


class Step(StrEnum):
    """The next thing a sign-in page asks for."""

    PASSWORD = "password"
    """Name and password: nothing was shown yet."""
    NEW_PASSWORD = "new_password"
    """A password of their own instead of the first one, which somebody else knows."""
    ENROL = "enrol"
    """An authenticator, which their capacities ask for and they have none of."""
    CODE = "code"
    """A code of their authenticator, or a recovery code."""
    DONE = "done"
    """Nothing more."""


def next_step(*, first_password: bool, needs_factor: bool, has_factor: bool) -> Step:
    """What comes after the right password; the second factor is the last, and ends it.

    Args:
        first_password: whether the password is one that somebody else made.
        needs_factor: whether one of their capacities asks for a second factor.
        has_factor: whether they have an authenticator; then it is asked for in any case.
    """
    if first_password:
        return Step.NEW_PASSWORD
    if has_factor:
        return Step.CODE
    return Step.ENROL if needs_factor else Step.DONE

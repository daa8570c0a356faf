"""What is done with a login: it needs no right, and is logged like what does."""

from enum import StrEnum


class Deed(StrEnum):
    """Something about signing in."""

    SIGN_IN = "sign_in"
    """With every factor; on the way in nothing is logged."""
    SIGN_IN_ON_PANEL = "sign_in_on_panel"
    """On a classroom's panel, by one's phone."""
    CHANGE_PASSWORD = "change_password"
    SIGN_OUT = "sign_out"
    ADD_SECOND_FACTOR = "add_second_factor"
    """An authenticator was bound to the account."""
    LOSE_SECOND_FACTOR = "lose_second_factor"
    """Whoever gave a new first password took the authenticator away with it."""
    USE_RECOVERY_CODE = "use_recovery_code"
    SIGN_IN_REFUSED = "sign_in_refused"
    """Name or password was wrong, or a first password was over."""
    SECOND_FACTOR_REFUSED = "second_factor_refused"
    """The password was right, the code was not."""
    SIGN_IN_LOCKED = "sign_in_locked"
    """It was guessed too often; nothing was looked at."""
    SIGN_IN_BLOCKED = "sign_in_blocked"
    """The password was right; name or network is blocked."""

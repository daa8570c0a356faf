"""What people do with their own login: it needs no right, and is logged like what does."""

from enum import StrEnum


class Deed(StrEnum):
    """Something of one's own."""

    SIGN_IN = "sign_in"
    """With every factor; on the way in nothing is logged."""
    SIGN_IN_ON_PANEL = "sign_in_on_panel"
    """On a classroom's panel, by one's phone."""
    CHANGE_PASSWORD = "change_password"

"""Why something is not done outside a running lesson; the sentences are in `signaling/locale`."""

from enum import StrEnum


class Refusal(StrEnum):
    """One reason each."""

    NOT_YOURS = "not_yours"
    """The capacity somebody acts in does not reach that far."""
    NOT_KEPT = "not_kept"
    """The database can't be written just now."""
    NAME_MISSING = "name_missing"
    NAME_TOO_LONG = "name_too_long"
    LOGIN_UNFIT = "login_unfit"
    """Sign-in names are short and plain."""
    LOGIN_TAKEN = "login_taken"
    REGION_UNKNOWN = "region_unknown"
    """This is no six-digit code of a region."""
    ORGANISATION_EXISTS = "organisation_exists"
    ORGANISATION_UNKNOWN = "organisation_unknown"
    CAPACITY_ELSEWHERE = "capacity_elsewhere"
    """There is no such capacity at that kind of organisation."""
    ROLL_NOT_YET = "roll_not_yet"
    """Nobody has opened the lesson's lobby."""
    ROLL_HANDED_ON = "roll_handed_on"
    """It was left open until the evening."""
    ROLL_CHANGED = "roll_changed"
    """Somebody else declared it in the meantime."""
    ROLL_OUT_OF_RANGE = "roll_out_of_range"
    ROLL_MORE_THAN_EXPECTED = "roll_more_than_expected"
    ROLL_WHY_MISSING = "roll_why_missing"
    """A declared roll is changed only with a reason."""
    ROLL_WHY_TOO_LONG = "roll_why_too_long"
    DIGITS_EXPECTED = "digits_expected"
    PIN_EASY = "pin_easy"
    """Others would try this PIN first."""
    JOIN_CODE_UNFIT = "join_code_unfit"
    GUESSES_SPENT = "guesses_spent"
    """Too many wrong guesses; there is a wait before the next."""
    PASSWORD_SHORT = "password_short"
    PASSWORD_LONG = "password_long"
    PASSWORD_COMMON = "password_common"
    """Others would try this password first."""
    PASSWORD_IS_LOGIN = "password_is_login"
    SIGN_IN_BUSY = "sign_in_busy"
    """More people sign in at once than passwords can be checked."""
    RECOVERY_CODE_UNFIT = "recovery_code_unfit"
    PANEL_CODE_OVER = "panel_code_over"
    """A panel's code was used, or is too old."""
    DATABASE_NEWER = "database_newer"
    """A later server wrote it."""
    FOLDER_HELD = "folder_held"
    """Its database is being upgraded."""


class RefusedError(Exception):
    """It was not done, and nothing was changed."""

    def __init__(self, refusal: Refusal, **data: str | int) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        """Why."""
        self.data = data
        """What the sentence says of it."""

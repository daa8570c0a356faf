"""Why something is not done outside a running lesson; the sentences are in `signaling/locale`."""

from enum import StrEnum


class Refusal(StrEnum):
    """One reason each."""

    NOT_YOURS = "not_yours"
    """The capacity somebody acts in does not reach that far."""
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


class RefusedError(Exception):
    """It was not done, and nothing was changed."""

    def __init__(self, refusal: Refusal, **data: str | int) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        """Why."""
        self.data = data
        """What the sentence says of it."""

"""What the class teacher declares of the parents' paper forms of a class; pure."""

from dataclasses import dataclass
from datetime import date, datetime

from server.programme.class_group import ClassGroup, Keeping
from server.programme.consent import Standing
from server.programme.refusal import Refusal, RefusedError

LONGEST_WHY = 200
"""Characters."""


@dataclass(frozen=True, kw_only=True)
class DeclaredConsent:
    """One declaration; a later one of the same class counts in its place."""

    id: str
    """Random; sorts by time."""
    class_group: str
    """Of which class."""
    at: datetime
    """When it was declared."""
    declared_by: str
    """The account of whoever declared it."""
    signed_on: date
    """The day of the last signature on the forms."""
    exceptions: int
    """How many pupils are not to be recorded."""
    excepted: frozenset[str]
    """Who they are, of a class by roster; of a class by numbers nobody is named."""
    form: str
    """The file of the attached paper form."""
    withdrawn: bool
    """Whether it takes back what was declared before."""
    why: str
    """Why it differs from what stood before; empty in the first."""


def standing(last: DeclaredConsent | None) -> Standing:
    """How far a class has agreed, by what was declared of it last."""
    if last is None or last.withdrawn:
        return Standing.MISSING
    return Standing.EXCEPTED if last.exceptions else Standing.WHOLE


def check(declared: DeclaredConsent, group: ClassGroup, *, first: bool, today: date) -> None:
    """Whether it can be true.

    Raises:
        RefusedError: a day to come, more exceptions than pupils, names that do not go with the
            class, no form, or a change without a reason.
    """
    if declared.signed_on > today:
        raise RefusedError(Refusal.CONSENT_DAY_TO_COME)
    if not 0 <= declared.exceptions <= group.expected:
        raise RefusedError(Refusal.CONSENT_TOO_MANY, most=group.expected)
    named = len(declared.excepted)
    if named != (declared.exceptions if group.keeping is Keeping.ROSTER else 0):
        raise RefusedError(Refusal.CONSENT_NAMES)
    if not declared.form and not declared.withdrawn:
        raise RefusedError(Refusal.CONSENT_FORM_MISSING)
    if not first and not declared.why:
        raise RefusedError(Refusal.CONSENT_WHY_MISSING)
    if len(declared.why) > LONGEST_WHY:
        raise RefusedError(Refusal.ROLL_WHY_TOO_LONG, most=LONGEST_WHY)

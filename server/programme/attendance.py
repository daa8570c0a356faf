"""Attendance by numbers: declared by a room's teacher, never by a machine; pure.

Presence is observed, attendance declared. A class group that is kept by numbers needs three: how
many were expected, came, are on leave; whoever is left was absent. The roll stays open until the
evening, then it is the school's; it never becomes "all present" by itself.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from enum import StrEnum

from server.programme.refusal import Refusal, RefusedError

SCHOOL_TIME = timezone(timedelta(hours=8), "Asia/Shanghai")
"""The clock on a school's wall; China has one, without summer time."""
EVENING = time(20, 0)
"""When an open roll goes from the teacher to the school."""
LARGEST = 500
"""Pupils of one room in one lesson: a hall full."""
SHORTEST_WHY = 2
LONGEST_WHY = 200


class RollState(StrEnum):
    """Where a room's roll stands."""

    NOT_YET = "not_yet"
    """Nobody has opened the lesson's lobby."""
    OPEN = "open"
    """The room's teacher is to declare it."""
    HANDED_ON = "handed_on"
    """It is evening and nobody has: the school's now."""
    DECLARED = "declared"
    """It stands; it may be corrected, with a reason."""


class Writer(StrEnum):
    """For whom somebody declares."""

    TEACHER = "teacher"
    """For the room they teach or help in."""
    SCHOOL = "school"
    """For a room of the school they look after."""
    OPERATOR = "operator"
    """On the server itself, whenever the school asks."""


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """A roll in numbers; one by roster is counted."""

    expected: int
    """Who belongs here today."""
    present: int
    """Who came."""
    on_leave: int
    """Who is excused."""
    late: int = 0
    """Who of those present came late; told by a roll by roster alone."""
    observing: int = 0
    """Teachers who sat in the room to listen; no pupils, and in none of the other numbers."""

    @property
    def absent(self) -> int:
        """Who neither came nor is excused."""
        return self.expected - self.present - self.on_leave


def check(numbers: Numbers) -> None:
    """Whether numbers can be true.

    Raises:
        RefusedError: one is below nothing or too large, nobody was expected, or more
            came than that.
    """
    if not all(0 <= each <= LARGEST for each in vars(numbers).values()):
        raise RefusedError(Refusal.ROLL_OUT_OF_RANGE, most=LARGEST)
    if numbers.expected == 0:
        raise RefusedError(Refusal.ROLL_NOBODY_EXPECTED)
    if numbers.absent < 0:
        raise RefusedError(
            Refusal.ROLL_MORE_THAN_EXPECTED,
            expected=numbers.expected,
            told=numbers.present + numbers.on_leave,
        )


def reason(typed: str, *, correcting: bool) -> str:
    """Why a declared roll is changed; the first declaration needs none.

    Raises:
        RefusedError: it is missing or too long.
    """
    why = " ".join(typed.split())
    if correcting and len(why) < SHORTEST_WHY:
        raise RefusedError(Refusal.ROLL_WHY_MISSING)
    if len(why) > LONGEST_WHY:
        raise RefusedError(Refusal.ROLL_WHY_TOO_LONG, most=LONGEST_WHY)
    return why


def state(*, begun: bool, ended: datetime | None, declared: bool, now: datetime) -> RollState:
    """Where a roll stands.

    Args:
        begun: whether anybody has entered it.
        ended: when it ended; none while it runs.
        declared: whether there is a declaration.
        now: the moment it is looked at.
    """
    if declared:
        return RollState.DECLARED
    if not begun:
        return RollState.NOT_YET
    return RollState.HANDED_ON if ended is not None and now >= evening(ended) else RollState.OPEN


def closed(standing: RollState, writer: Writer) -> Refusal | None:
    """Why somebody may not write a roll that stands like this; none if they may."""
    match standing, writer:
        case RollState.NOT_YET, _:
            return Refusal.ROLL_NOT_YET
        case RollState.OPEN, Writer.SCHOOL:
            return Refusal.ROLL_STILL_OPEN
        case RollState.HANDED_ON, Writer.TEACHER:
            return Refusal.ROLL_HANDED_ON
        case _:
            return None


def evening(ended: datetime) -> datetime:
    """Until when the roll of a lesson is open: that evening, or two hours after a late one."""
    local = ended.astimezone(SCHOOL_TIME)
    that_evening = datetime.combine(local.date(), EVENING, SCHOOL_TIME)
    return max(that_evening, local + timedelta(hours=2))

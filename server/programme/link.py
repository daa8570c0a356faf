"""How much the line of a school carries, and what its receivers got for it; pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from server.programme.refusal import Refusal, RefusedError
from signaling.events import LinkReason, LinkStep

LEAST_KBPS: Final = 64
"""Of a budget: a sound, its headers, and a still at times."""
MOST_KBPS: Final = 1_000_000
LOSSY: Final = 0.05
"""Share lost in a link test from which its bandwidth says nothing."""


class Origin(StrEnum):
    """Where a budget comes from."""

    TEST = "test"
    """The check of a screen that is bound to one of the school's classrooms."""
    TYPED = "typed"
    """Somebody who knows the line; no test changes it any more."""


@dataclass(frozen=True, kw_only=True)
class LinkBudget:
    """What the line of one school may be used for."""

    down_kbps: int
    """Towards the school, in kbit/s."""
    up_kbps: int
    """From the school."""
    origin: Origin
    """Where both come from."""
    at: datetime
    """When; UTC."""


@dataclass(frozen=True, kw_only=True)
class LinkTest:
    """What the check of a device found of its path."""

    websocket: bool
    """Whether signaling passes."""
    media: bool
    """Whether media pass, by UDP or TCP."""
    down_kbps: float | None
    """What it can receive."""
    up_kbps: float | None
    """What it can send."""
    loss_down: float | None
    """Share lost on the way to it, 0 to 1."""
    loss_up: float | None
    """Share lost on the way from it."""


@dataclass(frozen=True, kw_only=True)
class SchoolStep:
    """That receivers of a school got another step of the ladder, for a plot."""

    id: str
    """Random; sorts by time."""
    school: str
    """The organisation."""
    lesson: str
    """In which lesson."""
    at: datetime
    """When; UTC."""
    step: LinkStep
    """Which."""
    reason: LinkReason
    """Why it was not more."""
    available_kbps: int | None
    """What the path carried; none if it was not measured."""


@dataclass(frozen=True, kw_only=True)
class RecentLessons:
    """How the lessons of a school went lately."""

    lessons: int
    """In which receivers of the school were told of a step."""
    stills: int
    """Of these, in which the line left only sound and stills for a while."""
    low: int
    """Of these, in which it left low video for a while, those of `stills` among them."""
    last: datetime | None
    """When stills, or where there were none low video, was told last; UTC."""


def kbps(text: str) -> int:
    """A number of kbit/s as somebody types it.

    Raises:
        RefusedError: it is no number, or none that a line has.
    """
    typed = text.strip()
    if not typed.isascii() or not typed.isdecimal() or len(typed) > len(str(MOST_KBPS)):
        raise RefusedError(Refusal.LINK_NUMBER_UNFIT, least=LEAST_KBPS, most=MOST_KBPS)
    if not LEAST_KBPS <= int(typed) <= MOST_KBPS:
        raise RefusedError(Refusal.LINK_NUMBER_UNFIT, least=LEAST_KBPS, most=MOST_KBPS)
    return int(typed)


def measured(before: LinkBudget | None, test: LinkTest, now: datetime) -> LinkBudget | None:
    """The budget after a test; none where the test changes nothing.

    A test that failed says nothing of the line, and what somebody typed is known better.
    """
    if before is not None and before.origin is Origin.TYPED:
        return None
    if not (test.websocket and test.media) or test.down_kbps is None or test.up_kbps is None:
        return None
    if max(test.loss_down or 0.0, test.loss_up or 0.0) >= LOSSY:
        return None
    down, up = int(test.down_kbps), int(test.up_kbps)
    if min(down, up) < LEAST_KBPS:
        return None
    return LinkBudget(
        down_kbps=min(down, MOST_KBPS), up_kbps=min(up, MOST_KBPS), origin=Origin.TEST, at=now
    )

"""What somebody says about a moment of a lesson; a change is one more revision; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from server.programme.refusal import Refusal, RefusedError

LONGEST = 2000
"""Characters of a comment."""


@dataclass(frozen=True, kw_only=True)
class Revision:
    """A comment as it stood from one instant on."""

    id: str
    """Random; sorts by time."""
    lesson: str
    """About which lesson."""
    comment: str
    """Which comment: the id of its first revision."""
    author: str
    """The person who wrote it."""
    at: datetime
    """When."""
    moment: float
    """About which second, in lesson time."""
    answers: str | None
    """The comment that it replies to."""
    text: str
    """What it says; empty once deleted."""
    deleted: bool = False
    """Whether its author took it back."""


def checked(text: str) -> str:
    """What was typed, without space around it.

    Raises:
        RefusedError: nothing is left, or too much.
    """
    found = text.strip()
    if not found:
        raise RefusedError(Refusal.COMMENT_EMPTY)
    if len(found) > LONGEST:
        raise RefusedError(Refusal.COMMENT_LONG, most=LONGEST)
    return found


def standing(revisions: Iterable[Revision]) -> dict[str, Revision]:
    """The last revision of each comment, by its id; revisions come oldest first."""
    return {one.comment: one for one in revisions}


def shown(revisions: Iterable[Revision]) -> list[Revision]:
    """What is to be seen, by moment: a deleted comment only where somebody answered it."""
    last = standing(revisions)
    answered = {one.answers for one in last.values() if not one.deleted}
    found = [one for one in last.values() if not one.deleted or one.comment in answered]
    return sorted(found, key=lambda one: (one.moment, one.comment))

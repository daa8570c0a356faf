"""Staff reviewing: find lessons, watch them, say something about a second, see who watched."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypedDict

from server.access.ids import uuid7
from server.access.tokens import Claims, LinkKey, Reviewer
from server.actions.acting import check, entry
from server.programme.comment import Revision, checked, shown, standing
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action, may
from server.store.accounts import Accounts
from server.store.comments import Comments
from server.store.database import Database
from server.store.lessons import Lessons, StoredLesson
from server.store.recordings import Recordings
from server.store.viewings import Viewing, Viewings
from signaling.errors import Code, UserError
from signaling.events import Role
from signaling.ids import LessonId

TOKEN_LASTS = timedelta(hours=4)
MOST_VIEWINGS = 500
"""Of one lesson that are listed."""


@dataclass(frozen=True, kw_only=True)
class NewComment:
    """What somebody says."""

    moment: float
    """About which second, in lesson time."""
    text: str
    """What."""
    answers: str | None = None
    """The comment it replies to."""


class CommentWords(TypedDict):
    """A comment as pages are given it."""

    id: str
    revision: str
    author: str
    mine: bool
    at: str
    changed: bool
    moment: float
    answers: str | None
    text: str
    deleted: bool


async def watch(
    database: Database, key: LinkKey, acting: Acting, lesson: str, now: datetime
) -> str:
    """A token for the recording of a lesson, bound to whoever asked.

    Raises:
        RefusedError: it is not theirs to see.
        UserError: there is no such lesson, or it is not over.
    """
    stored = await held(database, acting, Action.REPLAY_LESSON, lesson)
    return key.sign(
        Claims(
            lesson=LessonId(stored.lesson.id),
            role=Role.VIEWER,
            reviewer=Reviewer(
                person=acting.id, capacity=acting.capacity, organisation=acting.organisation
            ),
            exp=int((now + TOKEN_LASTS).timestamp()),
        )
    )


async def reviewing(database: Database, reviewer: Reviewer, lesson: str) -> Acting:
    """Whoever holds a token, if they may still watch.

    Raises:
        RefusedError: they no longer hold the capacity, or it no longer reaches the lesson.
    """
    held = await Accounts(database).appointments(reviewer.person)
    wanted = (reviewer.capacity, reviewer.organisation)
    found = next((one for one in held if (one.capacity, one.organisation.id) == wanted), None)
    if found is None:
        raise RefusedError(Refusal.NOT_YOURS)
    acting = found.acting
    check(acting, Action.REPLAY_LESSON, await Recordings(database).concern(lesson))
    return acting


async def comments_of(database: Database, acting: Acting, lesson: str) -> list[CommentWords]:
    """What was said about a lesson, by moment."""
    repository = Comments(database)
    found, names = await repository.of(lesson), await repository.authors(lesson)
    return [_words(one, names, acting) for one in shown(found)]


async def may_comment(database: Database, acting: Acting, lesson: str) -> bool:
    """Whether somebody may say something about it."""
    return may(acting, Action.COMMENT_LESSON, await Recordings(database).concern(lesson))


async def comment(
    database: Database, acting: Acting, lesson: str, new: NewComment, now: datetime
) -> None:
    """Say something about a second of a lesson, or reply.

    Raises:
        RefusedError: it is empty or too long, there is nothing to reply to, or it is not allowed.
    """
    check(acting, Action.COMMENT_LESSON, await Recordings(database).concern(lesson))
    moment = new.moment
    if new.answers is not None:
        asked = await _comment(database, lesson, new.answers)
        moment = asked.moment
    fresh = uuid7()
    made = Revision(
        id=fresh,
        lesson=lesson,
        comment=fresh,
        author=acting.id,
        at=now,
        moment=moment,
        answers=new.answers,
        text=checked(new.text),
    )
    await Comments(database).add(made, entry(acting, Action.COMMENT_LESSON, now))


async def change_comment(
    database: Database, acting: Acting, lesson: str, which: str, text: str | None, now: datetime
) -> None:
    """Say it otherwise, or (no text) take it back; what stood there is kept.

    Raises:
        RefusedError: it is somebody else's, or there is no such comment.
    """
    before = await _comment(database, lesson, which)
    if before.author != acting.id:
        raise RefusedError(Refusal.COMMENT_FOREIGN)
    after = replace(
        before,
        id=uuid7(),
        at=now,
        text="" if text is None else checked(text),
        deleted=text is None,
    )
    await Comments(database).add(after, entry(acting, Action.COMMENT_LESSON, now))


async def viewings_of(database: Database, acting: Acting, lesson: str) -> list[Viewing]:
    """Who watched a lesson, the newest first.

    Raises:
        RefusedError: it is not theirs to know.
        UserError: there is no such lesson.
    """
    await held(database, acting, Action.SEE_VIEWINGS, lesson)
    return await Viewings(database).of(lesson, MOST_VIEWINGS)


async def held(database: Database, acting: Acting, action: Action, lesson: str) -> StoredLesson:
    """A lesson that is over, for whoever may do this with its recording.

    Raises:
        RefusedError: it is not theirs to see, or not over.
        UserError: there is no such lesson.
    """
    stored = await Lessons(database).find(lesson)
    if stored is None:
        raise UserError(Code.LESSON_UNKNOWN)
    check(acting, action, await Recordings(database).concern(lesson))
    if stored.ended is None or stored.opened is None:
        raise RefusedError(Refusal.RECORDING_NOT_YET)
    return stored


async def _comment(database: Database, lesson: str, which: str) -> Revision:
    found = standing(await Comments(database).of(lesson)).get(which)
    if found is None or found.deleted:
        raise RefusedError(Refusal.COMMENT_UNKNOWN)
    return found


def _words(one: Revision, names: dict[str, str], acting: Acting) -> CommentWords:
    return CommentWords(
        id=one.comment,
        revision=one.id,
        author="" if one.deleted else names.get(one.author, ""),
        mine=one.author == acting.id and not one.deleted,
        at=one.at.isoformat(),
        changed=one.id != one.comment and not one.deleted,
        moment=one.moment,
        answers=one.answers,
        text=one.text,
        deleted=one.deleted,
    )

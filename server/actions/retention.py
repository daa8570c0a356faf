"""How long recordings are kept: look, choose to keep one longer, see what was deleted."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict

from server.access.ids import uuid7
from server.actions.acting import check, entry
from server.documents.tables import Cell, Table, comma_separated
from server.documents.words import Language, of_certificates
from server.programme.attendance import SCHOOL_TIME
from server.programme.refusal import Refusal, RefusedError
from server.programme.retention import Kept, Terms, media_until
from server.programme.retention import check as check_kept
from server.programme.rights import Acting, Action, may
from server.store.certificates import Certificates, Shown
from server.store.database import Database
from server.store.lessons import Lessons, StoredLesson
from server.store.recordings import Recordings
from server.store.retention import MEDIA, Retentions
from signaling.errors import Code, UserError

COLUMNS = ("at", "lesson", "held", "class", "reason", "files", "octets", "digest", "id")


@dataclass(frozen=True, kw_only=True)
class Choosing:
    """What somebody chooses."""

    until: date
    """The first day on which the recording is not kept for this any more."""
    why: str
    """What for."""


class ChoiceWords(TypedDict):
    """A choice as pages are given it."""

    until: str
    why: str
    by: str


class KeptWords(TypedDict):
    """How long a recording is kept, as pages are given it."""

    until: str
    chosen: ChoiceWords | None
    deleted: str | None
    may_keep: bool


class CertificateWords(TypedDict):
    """A certificate as pages are given it."""

    id: str
    at: str
    lesson: str
    title: str
    held: str
    learners: str
    reason: str
    files: int
    octets: int
    digest: str


async def kept(
    database: Database, acting: Acting, lessons: Sequence[str], terms: Terms
) -> dict[str, KeptWords]:
    """How long the recordings of those of these lessons are kept that somebody may watch."""
    last = await Retentions(database).last(lessons)
    found: dict[str, KeptWords] = {}
    for lesson in lessons:
        stored = await Lessons(database).find(lesson)
        thing = await Recordings(database).concern(lesson)
        if stored is None or stored.ended is None or not may(acting, Action.REPLAY_LESSON, thing):
            continue
        deleted = await _deleted(database, lesson)
        found[lesson] = KeptWords(
            until=media_until(_day(stored), terms).isoformat(),
            chosen=_choice(*last[lesson]) if lesson in last else None,
            deleted=deleted,
            may_keep=deleted is None and may(acting, Action.KEEP_RECORDING, thing),
        )
    return found


async def keep(
    database: Database, acting: Acting, lesson: str, choosing: Choosing, now: datetime
) -> None:
    """Choose to keep a recording up to a day, or change what was chosen.

    Raises:
        RefusedError: there is no reason, its end is unfit, it is too late, or it is not allowed.
        UserError: there is no such lesson.
    """
    stored = await Lessons(database).find(lesson)
    if stored is None:
        raise UserError(Code.LESSON_UNKNOWN)
    check(acting, Action.KEEP_RECORDING, await Recordings(database).concern(lesson))
    if stored.opened is None or stored.ended is None:
        raise RefusedError(Refusal.RECORDING_NOT_YET)
    chosen = Kept(
        id=uuid7(),
        lesson=lesson,
        chosen_by=acting.id,
        until=choosing.until,
        why=" ".join(choosing.why.split()),
    )
    check_kept(chosen, now.astimezone(SCHOOL_TIME).date())
    await Retentions(database).choose(chosen, entry(acting, Action.KEEP_RECORDING, now))


async def take_back(database: Database, acting: Acting, lesson: str, now: datetime) -> None:
    """Let a recording be kept no longer than any other; nothing where nothing was chosen.

    Raises:
        RefusedError: it is too late, or it is not allowed.
    """
    check(acting, Action.KEEP_RECORDING, await Recordings(database).concern(lesson))
    chosen, _ = (await Retentions(database).last([lesson])).get(lesson, (None, ""))
    if chosen is None or not chosen.why:
        return
    back = Kept(
        id=uuid7(),
        lesson=lesson,
        chosen_by=acting.id,
        until=now.astimezone(SCHOOL_TIME).date(),
        why="",
    )
    await Retentions(database).choose(back, entry(acting, Action.KEEP_RECORDING, now))


async def certificates(database: Database, acting: Acting) -> list[CertificateWords]:
    """What was deleted of lessons within reach, the newest first; nobody's name is in it."""
    return [_certificate(one) for one in await Certificates(database).seen_by(acting)]


async def certificates_file(database: Database, acting: Acting, language: Language) -> bytes:
    """The same as CSV."""
    found = await certificates(database, acting)
    return await asyncio.to_thread(_file, found, language)


async def _deleted(database: Database, lesson: str) -> str | None:
    """When the media were deleted because their term was over."""
    found = await Certificates(database).of(lesson)
    return next((one.at.isoformat() for one in found if one.reason == MEDIA), None)


def _day(stored: StoredLesson) -> date:
    assert stored.opened is not None
    return stored.opened.astimezone(SCHOOL_TIME).date()


def _choice(chosen: Kept, by: str) -> ChoiceWords | None:
    if not chosen.why:
        return None
    return ChoiceWords(until=chosen.until.isoformat(), why=chosen.why, by=by)


def _certificate(shown: Shown) -> CertificateWords:
    one = shown.certificate
    return CertificateWords(
        id=one.id,
        at=one.at.isoformat(),
        lesson=one.lesson,
        title=shown.title,
        held=shown.opened.isoformat(),
        learners=one.learners,
        reason=one.reason,
        files=one.files,
        octets=one.octets,
        digest=one.digest,
    )


def _file(found: Sequence[CertificateWords], language: Language) -> bytes:
    rows: list[list[Cell]] = [
        [
            *(_minute(one["at"]), one["title"], _minute(one["held"]), one["learners"]),
            of_certificates(one["reason"], language),
            *(one["files"], one["octets"], one["digest"], one["id"]),
        ]
        for one in found
    ]
    header = [of_certificates(one, language) for one in COLUMNS]
    return comma_separated(
        Table(title=of_certificates("title", language), header=header, rows=rows)
    )


def _minute(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(SCHOOL_TIME):%Y-%m-%d %H:%M}"

"""Pairings as rows; a list holds those of which the asking capacity reaches either school.

Every step goes on only if the row still is what was read before it, so that an agreement is to the
very words that somebody saw.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server.programme.pairing import Form, Pairing, State
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action
from server.store import audit, class_lessons
from server.store.bounds import within
from server.store.database import Database
from server.store.organisations import read as read_organisation
from server.store.school_tables import PairingRow
from server.store.tables import OrganisationRow

_SUPPORTER, _RECIPIENT = aliased(OrganisationRow), aliased(OrganisationRow)
_QUERY = (
    select(PairingRow, _SUPPORTER, _RECIPIENT)
    .join(_SUPPORTER, _SUPPORTER.id == PairingRow.supporter)
    .join(_RECIPIENT, _RECIPIENT.id == PairingRow.recipient)
    .order_by(_SUPPORTER.region, _SUPPORTER.name, _RECIPIENT.name, PairingRow.begins, PairingRow.id)
)

Decide = Callable[[Sequence[Pairing]], None]
"""Is given all pairings of the supporter; raises `RefusedError` if they do not allow it."""

Lessons = Callable[[Sequence[str]], tuple[str, Sequence[audit.Entry]]]
"""Is given the titles of the lessons to come; returns why they are called off with a line for each,
nothing if they stay, or raises `RefusedError`."""


class Pairings:
    """The repository of pairings."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self,
        pairing: Pairing,
        entry: audit.Entry,
        decide: Decide,
        day: date,
        *,
        drops: Pairing | None = None,
    ) -> None:
        """Keep a new one; a proposal that it `drops` is deleted.

        Raises:
            RefusedError: that proposal was answered meanwhile, or `decide` says so.
        """
        async with self._database.transaction() as session:
            # Written before the others are read: of two who pair the second waits and sees.
            session.add(PairingRow(**_values(pairing)))
            await session.flush()
            if drops is not None:
                await _drop(session, drops)
            await _settle(session, pairing, day)
            decide(await _read(session, PairingRow.supporter == pairing.supporter.id))
            audit.write(session, entry, _subject(pairing))

    async def change(
        self,
        before: Pairing,
        after: Pairing,
        entry: audit.Entry,
        decide: Decide,
        day: date,
    ) -> None:
        """Have one be agreed, or other than it was.

        Raises:
            RefusedError: it is not what it was `before`, or `decide` says so.
        """
        async with self._database.transaction() as session:
            await _put(session, before, after)
            await _settle(session, after, day)
            decide(await _read(session, PairingRow.supporter == after.supporter.id))
            audit.write(session, entry, _subject(after))

    async def end(
        self, before: Pairing, after: Pairing, entry: audit.Entry, lessons: Lessons
    ) -> None:
        """Have one be over; what happens to its lessons to come, `lessons` says.

        Raises:
            RefusedError: it is not what it was `before`, or `lessons` has to be told.
        """
        async with self._database.transaction() as session:
            await _put(session, before, after)
            await _settle(session, after, entry.at.date())
            audit.write(session, entry, _subject(after))
            found = await class_lessons.through(session, before.id, entry.at)
            why, lines = lessons([title for _, title in found])
            if why:
                ids = [lesson for lesson, _ in found]
                await class_lessons.call_off(session, ids, why, entry.at)
                for line, lesson in zip(lines, ids, strict=True):
                    audit.write(session, line, lesson)

    async def withdraw(self, pairing: Pairing, entry: audit.Entry) -> None:
        """Delete one that was proposed.

        Raises:
            RefusedError: it was answered meanwhile.
        """
        async with self._database.transaction() as session:
            await _drop(session, pairing)
            audit.write(session, entry, _subject(pairing))

    async def find(self, pairing: str) -> Pairing | None:
        """One by its id."""
        async with self._database.transaction() as session:
            found = await _read(session, PairingRow.id == pairing)
            return found[0] if found else None

    async def seen_by(self, acting: Acting) -> list[Pairing]:
        """Those that somebody may see, by the supporter's region and name."""
        action = Action.SEE_PAIRING
        async with self._database.transaction() as session:
            return await _read(
                session, within(acting, action, _SUPPORTER) | within(acting, action, _RECIPIENT)
            )


async def _read(session: AsyncSession, condition: ColumnElement[bool]) -> list[Pairing]:
    return [_pairing(*row) for row in await session.execute(_QUERY.where(condition))]


async def _settle(session: AsyncSession, pairing: Pairing, day: date) -> None:
    """What one that now stands takes the place of is over; so is what was to change one."""
    over = pairing.id if pairing.ended is not None else None
    if pairing.state is State.STANDS and pairing.instead_of is not None:
        over = pairing.instead_of
        await session.execute(
            update(PairingRow)
            .where(PairingRow.id == over, PairingRow.ended.is_(None))
            .values(ended=day)
        )
    if over is not None:
        await session.execute(delete(PairingRow).where(_changes(over)))


def _changes(pairing: str) -> ColumnElement[bool]:
    """What is proposed in its place and not answered yet."""
    return and_(
        PairingRow.instead_of == pairing,
        PairingRow.waits_for.is_not(None),
        PairingRow.ended.is_(None),
    )


async def _put(session: AsyncSession, before: Pairing, after: Pairing) -> None:
    done = await session.execute(
        update(PairingRow).where(_still(before)).values(**_values(after)).returning(PairingRow.id)
    )
    _check_done(done.scalar_one_or_none())


async def _drop(session: AsyncSession, proposed: Pairing) -> None:
    gone = await session.execute(
        delete(PairingRow).where(_still(proposed)).returning(PairingRow.id)
    )
    _check_done(gone.scalar_one_or_none())


def _still(pairing: Pairing) -> ColumnElement[bool]:
    """That its row says what was read."""
    values = _values(pairing).items()
    return and_(*(getattr(PairingRow, name).is_not_distinct_from(one) for name, one in values))


def _check_done(found: str | None) -> None:
    if found is None:
        raise RefusedError(Refusal.PAIRING_UNKNOWN)


def _subject(pairing: Pairing) -> str:
    """Of the audit log: the pairing and both its schools."""
    return " ".join((pairing.id, pairing.supporter.id, pairing.recipient.id))


def _pairing(row: PairingRow, supporter: OrganisationRow, recipient: OrganisationRow) -> Pairing:
    return Pairing(
        id=row.id,
        supporter=read_organisation(supporter),
        recipient=read_organisation(recipient),
        forms=frozenset(map(Form, row.forms.split())),
        begins=row.begins,
        ends=row.ends,
        waiver=row.waiver,
        waits_for=row.waits_for,
        instead_of=row.instead_of,
        ended=row.ended,
        ended_by=row.ended_by,
    )


def _values(pairing: Pairing) -> dict[str, Any]:
    return {
        "id": pairing.id,
        "supporter": pairing.supporter.id,
        "recipient": pairing.recipient.id,
        "forms": " ".join(sorted(pairing.forms)),
        "begins": pairing.begins,
        "ends": pairing.ends,
        "waiver": pairing.waiver,
        "waits_for": pairing.waits_for,
        "instead_of": pairing.instead_of,
        "ended": pairing.ended,
        "ended_by": pairing.ended_by,
    }

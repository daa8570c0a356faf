"""What people prove themselves by, as rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Result, delete, or_, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.store import audit
from server.store.access_tables import BlockRow, CredentialRow, LoginRow, RecoveryRow
from server.store.database import Database
from server.store.tables import AccountRow


@dataclass(frozen=True, kw_only=True)
class Credential:
    """What one person proves themselves by."""

    person: str
    """Whose."""
    login: str
    """Their sign-in name."""
    password: str
    """Its argon2id hash."""
    first_until: datetime | None
    """Until when the first password is good, which somebody else made; none for an own one."""
    totp_key: bytes | None
    """The key shared with their authenticator; none while they have none."""
    totp_step: int | None
    """The newest step whose code was accepted."""
    totp_offered: bytes | None
    """A key shown to them that no code has confirmed yet."""


class Credentials:
    """The repository of credentials."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def by_login(self, login: str) -> Credential | None:
        """What somebody with this sign-in name proves themselves by."""
        return await self._one(AccountRow.login == login)

    async def of(self, person: str) -> Credential | None:
        """What somebody proves themselves by."""
        return await self._one(AccountRow.id == person)

    async def give_first(
        self, person: str, password: str, until: datetime, entry: audit.Entry, lost: audit.Entry
    ) -> None:
        """Replace everything by a first password, and sign them out everywhere.

        `lost` is the line for those who had a second factor.
        """
        had = select(CredentialRow.totp_key).where(CredentialRow.person == person)
        async with self._database.transaction() as session:
            if await session.scalar(had) is not None:
                audit.write(session, lost, person)
            await replace_all(session, person, password, until)
            audit.write(session, entry, person)

    async def keep_password(self, person: str, before: str, password: str) -> bool:
        """Keep the hash of an own password; a first one is over.

        False, and nothing is changed, if the hash from before is not theirs any more.
        """
        return await self._exchange(person, before, password=password, first_until=None)

    async def keep_renewed(self, person: str, before: str, password: str) -> bool:
        """Keep the same password with today's parameters; false as above."""
        return await self._exchange(person, before, password=password)

    async def offer_key(self, person: str, key: bytes) -> None:
        """Note the key that an authenticator is shown."""
        await self._update(person, totp_offered=key)

    async def confirm_key(
        self,
        person: str,
        key: bytes,
        step: int,
        recovery: Iterable[bytes],
        lines: Iterable[audit.Entry] = (),
    ) -> bool:
        """Make an offered key the one that counts; false when it was confirmed before."""
        query = (
            update(CredentialRow)
            .where(CredentialRow.person == person, CredentialRow.totp_offered == key)
            .values(totp_key=key, totp_step=step, totp_offered=None)
        )
        async with self._database.transaction() as session:
            if not _changed(await session.execute(query)):
                return False
            await session.execute(delete(RecoveryRow).where(RecoveryRow.person == person))
            session.add_all(RecoveryRow(person=person, digest=digest) for digest in recovery)
            for line in lines:
                audit.write(session, line, "")
            return True

    async def accept_step(self, person: str, step: int) -> bool:
        """Spend the code of a step; false when one as new was spent before."""
        newer = or_(CredentialRow.totp_step.is_(None), CredentialRow.totp_step < step)
        query = (
            update(CredentialRow)
            .where(CredentialRow.person == person, newer)
            .values(totp_step=step)
        )
        async with self._database.transaction() as session:
            return _changed(await session.execute(query))

    async def recovery(self, person: str) -> frozenset[bytes]:
        """The digests of recovery codes that were not used."""
        query = select(RecoveryRow.digest).where(RecoveryRow.person == person)
        async with self._database.transaction() as session:
            return frozenset(await session.scalars(query))

    async def strike(self, person: str, digest: bytes, lines: Iterable[audit.Entry] = ()) -> bool:
        """Use up a recovery code; false when somebody was quicker, and then no line is kept."""
        query = delete(RecoveryRow).where(
            RecoveryRow.person == person, RecoveryRow.digest == digest
        )
        async with self._database.transaction() as session:
            struck = _changed(await session.execute(query))
            for line in lines if struck else ():
                audit.write(session, line, "")
            return struck

    async def blocked(self, *values: str) -> bool:
        """Whether one of these sign-in names or networks is blocked."""
        query = select(BlockRow.value).where(BlockRow.value.in_(values))
        async with self._database.transaction() as session:
            return (await session.scalar(query)) is not None

    async def block(self, value: str, why: str, entry: audit.Entry) -> None:
        """Let nobody sign in with a name, or from a network, and end its logins."""
        person = select(AccountRow.id).where(AccountRow.login == value).scalar_subquery()
        async with self._database.transaction() as session:
            row = insert(BlockRow).values(value=value, at=entry.at, why=why)
            await session.execute(row.on_conflict_do_nothing())
            await session.execute(delete(LoginRow).where(LoginRow.person == person))
            audit.write(session, entry, value)

    async def unblock(self, value: str, entry: audit.Entry) -> bool:
        """Take a block away; false when there was none."""
        async with self._database.transaction() as session:
            found = _changed(await session.execute(delete(BlockRow).where(BlockRow.value == value)))
            if found:
                audit.write(session, entry, value)
            return found

    async def _one(self, condition: ColumnElement[bool]) -> Credential | None:
        query = (
            select(CredentialRow, AccountRow.login)
            .join(AccountRow, AccountRow.id == CredentialRow.person)
            .where(condition)
        )
        async with self._database.transaction() as session:
            found = (await session.execute(query)).one_or_none()
        return None if found is None else _read(*found)

    async def _exchange(self, person: str, before: str, **values: object) -> bool:
        mine = (CredentialRow.person == person, CredentialRow.password == before)
        async with self._database.transaction() as session:
            query = update(CredentialRow).where(*mine).values(**values)
            return _changed(await session.execute(query))

    async def _update(self, person: str, **values: object) -> None:
        query = update(CredentialRow).where(CredentialRow.person == person).values(**values)
        async with self._database.transaction() as session:
            await session.execute(query)


async def replace_all(session: AsyncSession, person: str, password: str, until: datetime) -> None:
    """Leave of what somebody proves themselves by a first password alone, in a transaction."""
    for table in (CredentialRow, RecoveryRow, LoginRow):
        await session.execute(delete(table).where(table.person == person))
    session.add(CredentialRow(person=person, password=password, first_until=until))


def _read(row: CredentialRow, login: str) -> Credential:
    return Credential(
        person=row.person,
        login=login,
        password=row.password,
        first_until=row.first_until,
        totp_key=row.totp_key,
        totp_step=row.totp_step,
        totp_offered=row.totp_offered,
    )


def _changed(result: Result[Any]) -> bool:
    assert isinstance(result, CursorResult)
    return result.rowcount > 0

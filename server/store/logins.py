"""Signed-in browsers, as rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Row, delete, select, update

from server.programme.people import Appointment, Person
from server.programme.rights import Capacity
from server.store import audit
from server.store.access_tables import LoginRow
from server.store.accounts import BY_PLACE, read_appointment
from server.store.database import Database
from server.store.tables import AccountRow, AppointmentRow, OrganisationRow


@dataclass(frozen=True, kw_only=True)
class KeptLogin:
    """A login as it is kept; when it ends, `access.logins` knows. Seconds, since 1970 in UTC."""

    digest: bytes
    """What it is found by."""
    person: str
    """Whose it is."""
    whole: bool
    """Whether every factor was shown."""
    idle: float
    """How long it holds after a request."""
    absolute: float
    """How long it holds at all."""
    made: float
    """When it began."""
    seen: float
    """When its last request was noted."""


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A login with its person and what they may act as."""

    login: KeptLogin
    """The login."""
    person: Person
    """Whose it is."""
    appointments: tuple[Appointment, ...]
    """Every capacity they hold now."""
    chosen: Appointment | None
    """The one they act in: the one they chose, or the only one; none while they must choose."""


class Logins:
    """The repository of logins."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def replace(
        self, old: bytes | None, login: KeptLogin, lines: Iterable[audit.Entry] = ()
    ) -> None:
        """Keep a login, in the place of an old one if there is one, with its chosen capacity.

        `lines` of the audit log are written with it; they are about nobody but whoever did it.
        """
        async with self._database.transaction() as session:
            row = _row(login)
            before = None if old is None else await session.get(LoginRow, old)
            if before is not None:
                row.capacity, row.organisation = before.capacity, before.organisation
                await session.delete(before)
            session.add(row)
            for line in lines:
                audit.write(session, line, "")

    async def find(self, digest: bytes) -> Signed | None:
        """The login behind a cookie, whether it still holds or not."""
        # Every request of every page asks this, so it is one query.
        query = (
            select(LoginRow, AccountRow, AppointmentRow, OrganisationRow)
            .join(AccountRow, AccountRow.id == LoginRow.person)
            .outerjoin(AppointmentRow, AppointmentRow.person == LoginRow.person)
            .outerjoin(OrganisationRow, OrganisationRow.id == AppointmentRow.organisation)
            .where(LoginRow.digest == digest)
            .order_by(*BY_PLACE)
        )
        async with self._database.transaction() as session:
            rows = (await session.execute(query)).all()
        return _signed(rows) if rows else None

    async def touch(self, digest: bytes, seen: float) -> None:
        """Note when its last request came."""
        query = update(LoginRow).where(LoginRow.digest == digest).values(seen=seen)
        async with self._database.transaction() as session:
            await session.execute(query)

    async def choose(self, digest: bytes, capacity: Capacity, organisation: str) -> None:
        """Note in what capacity its person acts from now on."""
        query = (
            update(LoginRow)
            .where(LoginRow.digest == digest)
            .values(capacity=capacity.value, organisation=organisation)
        )
        async with self._database.transaction() as session:
            await session.execute(query)

    async def remove(self, digest: bytes, lines: Iterable[audit.Entry]) -> None:
        """Sign a browser out, with the lines of the audit log about it."""
        async with self._database.transaction() as session:
            await session.execute(delete(LoginRow).where(LoginRow.digest == digest))
            for line in lines:
                audit.write(session, line, "")

    async def remove_others(self, person: str, kept: bytes) -> None:
        """Sign somebody out everywhere else."""
        others = delete(LoginRow).where(LoginRow.person == person, LoginRow.digest != kept)
        async with self._database.transaction() as session:
            await session.execute(others)

    async def remove_ended(self, now: float) -> None:
        """Drop those that ended by themselves."""
        idle, absolute = LoginRow.seen + LoginRow.idle, LoginRow.made + LoginRow.absolute
        async with self._database.transaction() as session:
            await session.execute(delete(LoginRow).where((idle <= now) | (absolute <= now)))


def _signed(
    rows: Sequence[Row[LoginRow, AccountRow, AppointmentRow | None, OrganisationRow | None]],
) -> Signed:
    row, account, *_ = rows[0]
    held = tuple(
        read_appointment(one, organisation)
        for _, _, one, organisation in rows
        if one is not None and organisation is not None
    )
    return Signed(
        login=_read(row),
        person=Person(id=account.id, name=account.name, login=account.login),
        appointments=held,
        chosen=_chosen(row, held),
    )


def _chosen(row: LoginRow, held: tuple[Appointment, ...]) -> Appointment | None:
    """A capacity that was taken away since is chosen no more."""
    if len(held) == 1:
        return held[0]
    wanted = (row.capacity, row.organisation)
    return next((one for one in held if (one.capacity, one.organisation.id) == wanted), None)


def _row(login: KeptLogin) -> LoginRow:
    return LoginRow(**vars(login), capacity=None, organisation=None)


def _read(row: LoginRow) -> KeptLogin:
    return KeptLogin(
        digest=row.digest,
        person=row.person,
        whole=row.whole,
        idle=row.idle,
        absolute=row.absolute,
        made=row.made,
        seen=row.seen,
    )

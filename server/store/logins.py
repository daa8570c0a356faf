"""Signed-in browsers, as rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Row, Select, delete, select, update

from server.programme.people import Appointment, Person
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Capacity
from server.store import audit
from server.store.access_tables import BlockRow, CredentialRow, LoginRow
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

    async def begin(
        self, login: KeptLogin, password: str | None, lines: Iterable[audit.Entry] = ()
    ) -> None:
        """Keep a login of somebody who proved themselves; `password` is the hash they did it by.

        `lines` of the audit log are written with it; they are about nobody but whoever did it.

        Raises:
            RefusedError: they were blocked meanwhile, or have another password now.
        """
        async with self._database.transaction() as session:
            session.add(_row(login))
            # A transaction that has written is alone: nobody blocks or resets under us.
            await session.flush()
            if await session.scalar(_block(login.person)):
                raise RefusedError(Refusal.SIGN_IN_BLOCKED)
            now = select(CredentialRow.password).where(CredentialRow.person == login.person)
            if password is not None and await session.scalar(now) != password:
                raise RefusedError(Refusal.SIGN_IN_WRONG)
            for line in lines:
                audit.write(session, line, "")

    async def replace(
        self, old: bytes, login: KeptLogin, lines: Iterable[audit.Entry] = ()
    ) -> None:
        """Keep a login in the place of an old one, with its chosen capacity; `lines` as above.

        Raises:
            RefusedError: the old one was ended meanwhile.
        """
        gone = delete(LoginRow).where(LoginRow.digest == old)
        chosen = LoginRow.capacity, LoginRow.organisation
        async with self._database.transaction() as session:
            before = (await session.execute(gone.returning(*chosen))).one_or_none()
            if before is None:
                raise RefusedError(Refusal.SIGN_IN_NEEDED)
            row = _row(login)
            row.capacity, row.organisation = before
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


def _block(person: str) -> Select[str]:
    """The block of somebody's sign-in name."""
    theirs = select(AccountRow.login).where(AccountRow.id == person).scalar_subquery()
    return select(BlockRow.value).where(BlockRow.value == theirs)


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

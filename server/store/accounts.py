"""Accounts and in what capacities they act, as rows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from server.programme.people import Appointment, Person
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Capacity
from server.store import audit
from server.store.credentials import replace_all
from server.store.database import Database
from server.store.organisations import read
from server.store.tables import AccountRow, AppointmentRow, OrganisationRow

BY_PLACE = (OrganisationRow.region, OrganisationRow.name, AppointmentRow.capacity)
"""The order in which somebody's capacities are offered."""


@dataclass(frozen=True, kw_only=True)
class FirstPassword:
    """A password that somebody else made, to be replaced at the first sign-in."""

    password: str
    """Its hash."""
    until: datetime
    """When it ends unused."""


class Accounts:
    """The repository of those who sign in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self, person: Person, first: Appointment, proof: FirstPassword, entry: audit.Entry
    ) -> None:
        """Keep a new account with its first capacity and password.

        Raises:
            RefusedError: the sign-in name is taken.
        """
        try:
            async with self._database.transaction() as session:
                session.add(AccountRow(**vars(person)))
                await session.flush()
                session.add(AppointmentRow(**_columns(first)))
                await replace_all(session, person.id, proof.password, proof.until)
                audit.write(session, entry, person.id)
        except IntegrityError as error:
            raise RefusedError(Refusal.LOGIN_TAKEN, login=person.login) from error

    async def by_login(self, login: str) -> Person | None:
        """An account by its sign-in name."""
        query = select(AccountRow).where(AccountRow.login == login)
        async with self._database.transaction() as session:
            row = await session.scalar(query)
            return None if row is None else Person(id=row.id, name=row.name, login=row.login)

    async def name(self, person: str) -> str:
        """What somebody is called; empty if there is no such account."""
        async with self._database.transaction() as session:
            row = await session.get(AccountRow, person)
            return "" if row is None else row.name

    async def appoint(self, appointment: Appointment, entry: audit.Entry) -> None:
        """Give somebody a capacity; one that they have stays as it is."""
        async with self._database.transaction() as session:
            await session.execute(
                insert(AppointmentRow).values(_columns(appointment)).on_conflict_do_nothing()
            )
            audit.write(session, entry, appointment.person)

    async def appointments(self, person: str) -> list[Appointment]:
        """In what capacities somebody may act."""
        async with self._database.transaction() as session:
            return await appointments_of(session, person)


async def appointments_of(session: AsyncSession, person: str) -> list[Appointment]:
    """In what capacities somebody may act, by region, organisation and capacity."""
    query = (
        select(AppointmentRow, OrganisationRow)
        .join(OrganisationRow, OrganisationRow.id == AppointmentRow.organisation)
        .where(AppointmentRow.person == person)
        .order_by(*BY_PLACE)
    )
    return [read_appointment(*row) for row in await session.execute(query)]


def read_appointment(row: AppointmentRow, organisation: OrganisationRow) -> Appointment:
    """One capacity out of its rows."""
    return Appointment(
        person=row.person, capacity=Capacity(row.capacity), organisation=read(organisation)
    )


def _columns(appointment: Appointment) -> dict[str, str]:
    return {
        "person": appointment.person,
        "capacity": appointment.capacity.value,
        "organisation": appointment.organisation.id,
    }

"""Who works where, for lists: people with the capacities that the asking capacity may see."""

from sqlalchemy import ScalarSelect, delete, or_, select

from server.programme.people import Appointment, Person
from server.programme.rights import Acting, Action, Capacity
from server.store import audit
from server.store.bounds import within
from server.store.database import Database
from server.store.organisations import read
from server.store.tables import AccountRow, AppointmentRow, OrganisationRow

MOST_SHOWN = 200
"""People of one answer; whoever looks for others types a part of the name."""

Colleague = tuple[Person, tuple[Appointment, ...]]
"""Somebody, and what they are where the asking one may see it."""


class Staff:
    """The repository of who works where."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def seen_by(self, acting: Acting, part: str, organisation: str | None) -> list[Colleague]:
        """Those that somebody may see, by name; one more than `MOST_SHOWN` if there are more.

        Args:
            acting: who asks.
            part: of the name, or of the sign-in name for those who are told it; everybody where
                it is empty.
            organisation: where; everywhere if none.
        """
        seen = (
            select(AccountRow.id)
            .join(AppointmentRow, AppointmentRow.person == AccountRow.id)
            .join(OrganisationRow, OrganisationRow.id == AppointmentRow.organisation)
            .where(within(acting, Action.SEE_STAFF))
            .where(
                or_(
                    AccountRow.name.contains(part, autoescape=True),
                    AccountRow.login.contains(part.lower(), autoescape=True)
                    & within(acting, Action.CHANGE_STAFF),
                )
            )
        )
        if organisation is not None:
            seen = seen.where(OrganisationRow.id == organisation)
        chosen = (
            seen.group_by(AccountRow.id)
            .order_by(AccountRow.name, AccountRow.id)
            .limit(MOST_SHOWN + 1)
        )
        return await self._read(acting, chosen.scalar_subquery())

    async def _read(self, acting: Acting, chosen: ScalarSelect[str]) -> list[Colleague]:
        query = (
            select(AccountRow, AppointmentRow, OrganisationRow)
            .join(AppointmentRow, AppointmentRow.person == AccountRow.id)
            .join(OrganisationRow, OrganisationRow.id == AppointmentRow.organisation)
            .where(within(acting, Action.SEE_STAFF), AccountRow.id.in_(chosen))
            .order_by(AccountRow.name, AccountRow.id, OrganisationRow.name, AppointmentRow.capacity)
        )
        people: dict[str, tuple[Person, list[Appointment]]] = {}
        async with self._database.transaction() as session:
            for account, held, place in await session.execute(query):
                person = Person(id=account.id, name=account.name, login=account.login)
                appointment = Appointment(
                    person=account.id, capacity=Capacity(held.capacity), organisation=read(place)
                )
                people.setdefault(account.id, (person, []))[1].append(appointment)
        return [(person, tuple(held)) for person, held in people.values()]

    async def works_at(self, person: str, organisation: str, capacity: Capacity) -> bool:
        """Whether somebody holds a capacity there."""
        async with self._database.transaction() as session:
            key = (person, capacity.value, organisation)
            return await session.get(AppointmentRow, key) is not None

    async def dismiss(self, appointment: Appointment, entry: audit.Entry) -> None:
        """Take a capacity; whoever acts in it does so no more from their next request on."""
        async with self._database.transaction() as session:
            await session.execute(
                delete(AppointmentRow).where(
                    AppointmentRow.person == appointment.person,
                    AppointmentRow.capacity == appointment.capacity.value,
                    AppointmentRow.organisation == appointment.organisation.id,
                )
            )
            audit.write(session, entry, appointment.person)

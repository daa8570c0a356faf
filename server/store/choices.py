"""What a plan may be made of, as rows: rooms, classes and teachers of a school and its pairs."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.programme.choices import Bond, Choices, SchoolChoice
from server.programme.classroom import Classroom
from server.programme.organisation import Organisation
from server.programme.people import Person
from server.programme.rights import Capacity
from server.store import class_groups
from server.store.database import Database
from server.store.organisations import read
from server.store.school_tables import PairingRow
from server.store.tables import AccountRow, AppointmentRow, ClassroomRow, OrganisationRow


class PlanChoices:
    """The repository that a plan is chosen from."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, organisation: str, day: date) -> Choices:
        """What a school may plan with on a day: its own, and its paired schools'."""
        async with self._database.transaction() as session:
            bonds = await _bonds(session, organisation, day)
            ids = {organisation} | {one for bond in bonds for one in bond.schools}
            return Choices(schools=await _schools(session, ids, organisation), bonds=bonds)


async def _bonds(session: AsyncSession, organisation: str, day: date) -> tuple[Bond, ...]:
    query = (
        select(PairingRow)
        .where((PairingRow.supporter == organisation) | (PairingRow.recipient == organisation))
        .where(PairingRow.begins <= day, PairingRow.ends >= day)
        .where(PairingRow.waits_for.is_(None), PairingRow.ended.is_(None))
        .order_by(PairingRow.begins.desc(), PairingRow.id)
    )
    return tuple(
        Bond(pairing=row.id, schools=frozenset({row.supporter, row.recipient}))
        for row in await session.scalars(query)
    )


async def _schools(session: AsyncSession, ids: Iterable[str], own: str) -> tuple[SchoolChoice, ...]:
    query = (
        select(OrganisationRow)
        .where(OrganisationRow.id.in_(ids))
        .order_by(OrganisationRow.id != own, OrganisationRow.region, OrganisationRow.name)
    )
    schools = [read(row) for row in await session.scalars(query)]
    rooms = await _classrooms(session, schools)
    groups = await class_groups.of_schools(session, [one.id for one in schools])
    teachers = await _teachers(session, schools)
    return tuple(
        SchoolChoice(
            organisation=one,
            classrooms=tuple(room for room in rooms if room.organisation == one),
            class_groups=tuple(
                group for group in groups if group.organisation == one and group.closed is None
            ),
            teachers=tuple(person for school, person in teachers if school == one.id),
        )
        for one in schools
    )


async def _classrooms(session: AsyncSession, schools: list[Organisation]) -> list[Classroom]:
    by_id = {one.id: one for one in schools}
    query = (
        select(ClassroomRow).where(ClassroomRow.organisation.in_(by_id)).order_by(ClassroomRow.name)
    )
    return [
        Classroom(id=row.id, organisation=by_id[row.organisation], name=row.name)
        for row in await session.scalars(query)
    ]


async def _teachers(session: AsyncSession, schools: list[Organisation]) -> list[tuple[str, Person]]:
    query = (
        select(AppointmentRow.organisation, AccountRow)
        .join(AccountRow, AccountRow.id == AppointmentRow.person)
        .where(AppointmentRow.organisation.in_([one.id for one in schools]))
        .where(AppointmentRow.capacity == Capacity.TEACHER.value)
        .order_by(AccountRow.name, AccountRow.id)
    )
    return [
        (organisation, Person(id=row.id, name=row.name, login=row.login))
        for organisation, row in await session.execute(query)
    ]

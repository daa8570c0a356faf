"""The PINs of those who assist in classrooms, as hashes."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from server.programme.people import Person
from server.programme.rights import Capacity
from server.store import audit
from server.store.database import Database
from server.store.room_tables import PinRow
from server.store.tables import AccountRow, AppointmentRow


class Pins:
    """The repository of PINs, and of whom they belong to."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(
        self, person: str, hashed: str, now: datetime, entry: audit.Entry | None = None
    ) -> None:
        """Keep a PIN in the place of the one before; a line is written if another set it."""
        query = insert(PinRow).values(person=person, hash=hashed, at=now)
        query = query.on_conflict_do_update(
            index_elements=[PinRow.person], set_={"hash": hashed, "at": now}
        )
        async with self._database.transaction() as session:
            await session.execute(query)
            if entry is not None:
                audit.write(session, entry, person)

    async def of(self, person: str) -> str | None:
        """The hash of somebody's PIN; none if they have set none."""
        async with self._database.transaction() as session:
            row = await session.get(PinRow, person)
            return None if row is None else row.hash

    async def people(self, ids: Collection[str]) -> list[Person]:
        """Those of these people that have a PIN, by name."""
        async with self._database.transaction() as session:
            found = await session.scalars(_QUERY.where(AccountRow.id.in_(ids)))
            return [Person(id=row.id, name=row.name, login=row.login) for row in found]

    async def teachers_at(self, organisation: str) -> list[Person]:
        """A school's teachers that have a PIN, by name."""
        query = _QUERY.join(AppointmentRow, AppointmentRow.person == AccountRow.id).where(
            AppointmentRow.organisation == organisation,
            AppointmentRow.capacity == Capacity.TEACHER.value,
        )
        async with self._database.transaction() as session:
            found = await session.scalars(query)
            return [Person(id=row.id, name=row.name, login=row.login) for row in found]


_QUERY = (
    select(AccountRow)
    .join(PinRow, PinRow.person == AccountRow.id)
    .order_by(AccountRow.name, AccountRow.id)
)

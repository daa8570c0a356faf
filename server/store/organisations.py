"""Organisations as rows; each list is cut to what the asking capacity reaches."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from server.programme.organisation import Organisation, OrganisationKind
from server.programme.refusal import Refusal, RefusedError
from server.programme.region import RegionCode
from server.programme.rights import Acting, Action, Capacity
from server.store import audit
from server.store.bounds import within
from server.store.database import Database
from server.store.tables import AppointmentRow, OrganisationRow


class Organisations:
    """The repository of organisations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, organisation: Organisation, entry: audit.Entry) -> None:
        """Keep a new one.

        Raises:
            RefusedError: its region has one of that name.
        """
        try:
            async with self._database.transaction() as session:
                session.add(OrganisationRow(**vars(organisation)))
                await session.flush()
                audit.write(session, entry, organisation.id)
        except IntegrityError as error:
            name = organisation.name
            raise RefusedError(Refusal.ORGANISATION_EXISTS, name=name) from error

    async def change(self, organisation: Organisation, entry: audit.Entry) -> None:
        """Keep another name or region; what it is stays.

        Raises:
            RefusedError: that region has another of that name.
        """
        try:
            async with self._database.transaction() as session:
                row = await session.get_one(OrganisationRow, organisation.id)
                row.name, row.region = organisation.name, organisation.region
                await session.flush()
                audit.write(session, entry, organisation.id)
        except IntegrityError as error:
            name = organisation.name
            raise RefusedError(Refusal.ORGANISATION_EXISTS, name=name) from error

    async def find(self, organisation: str) -> Organisation | None:
        """One by its id."""
        async with self._database.transaction() as session:
            row = await session.get(OrganisationRow, organisation)
            return None if row is None else read(row)

    async def named(self, name: str, region: RegionCode) -> Organisation | None:
        """The one of that name that lies in that very region."""
        query = select(OrganisationRow).where(
            OrganisationRow.name == name, OrganisationRow.region == region
        )
        async with self._database.transaction() as session:
            row = (await session.scalars(query)).one_or_none()
            return None if row is None else read(row)

    async def bureaus(self) -> list[Organisation]:
        """All in which somebody acts for a bureau; an office without people answers nobody."""
        staffed = select(AppointmentRow.organisation).where(
            AppointmentRow.capacity == Capacity.BUREAU.value
        )
        query = select(OrganisationRow).where(
            OrganisationRow.kind == OrganisationKind.BUREAU.value, OrganisationRow.id.in_(staffed)
        )
        async with self._database.transaction() as session:
            return [read(row) for row in await session.scalars(query)]

    async def reached(self, acting: Acting, action: Action) -> list[Organisation]:
        """Those at which somebody may do something, by region and name."""
        query = (
            select(OrganisationRow)
            .where(within(acting, action))
            .order_by(OrganisationRow.region, OrganisationRow.name)
        )
        async with self._database.transaction() as session:
            return [read(row) for row in await session.scalars(query)]


def read(row: OrganisationRow) -> Organisation:
    """The organisation that a row keeps."""
    return Organisation(
        id=row.id,
        kind=OrganisationKind(row.kind),
        name=row.name,
        region=RegionCode(row.region),
    )

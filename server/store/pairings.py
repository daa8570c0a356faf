"""Pairings as rows; a list holds those of which the asking capacity reaches either school."""

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from server.programme.pairing import Form, Pairing
from server.programme.rights import Acting, Action
from server.store import audit
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
    .order_by(_SUPPORTER.region, _SUPPORTER.name, _RECIPIENT.name, PairingRow.begins)
)


class Pairings:
    """The repository of pairings."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, pairing: Pairing, entry: audit.Entry) -> None:
        """Keep a new one, or what has changed of one that is there."""
        async with self._database.transaction() as session:
            await session.merge(PairingRow(**_values(pairing)))
            audit.write(session, entry, pairing.id)

    async def find(self, pairing: str) -> Pairing | None:
        """One by its id."""
        found = await self._read(PairingRow.id == pairing)
        return found[0] if found else None

    async def of_supporter(self, organisation: str) -> list[Pairing]:
        """All in which a school supports another, also those that are over."""
        return await self._read(PairingRow.supporter == organisation)

    async def seen_by(self, acting: Acting) -> list[Pairing]:
        """Those that somebody may see, by the supporter's region and name."""
        action = Action.SEE_PAIRING
        return await self._read(
            within(acting, action, _SUPPORTER) | within(acting, action, _RECIPIENT)
        )

    async def _read(self, condition: ColumnElement[bool]) -> list[Pairing]:
        async with self._database.transaction() as session:
            return [_pairing(*row) for row in await session.execute(_QUERY.where(condition))]


def _pairing(row: PairingRow, supporter: OrganisationRow, recipient: OrganisationRow) -> Pairing:
    return Pairing(
        id=row.id,
        supporter=read_organisation(supporter),
        recipient=read_organisation(recipient),
        forms=frozenset(map(Form, row.forms.split())),
        begins=row.begins,
        ends=row.ends,
        waiver=row.waiver,
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
    }

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path

import pytest

from server.programme.pairing import Form, Pairing
from server.programme.region import RegionCode
from server.programme.rights import Acting, Action, Capacity, Concern, may
from server.store.audit import Entry
from server.store.database import Database, open_database
from server.store.pairings import Pairings
from tests.support.staff import school

NOW = datetime(2026, 9, 1, tzinfo=UTC)
ADMIN = Acting(id="a", capacity=Capacity.ADMIN, organisation="", looks_after=None)


async def keep(database: Database) -> list[Pairing]:
    """A pairing within Kecheng, one to Kaihua and one from Hangzhou."""
    places = [
        await school(database, name, region)
        for name, region in (("一", "330802"), ("丁", "330802"), ("七", "330824"), ("三", "330106"))
    ]
    made = [
        Pairing(
            id=f"p{supporter}{recipient}",
            supporter=places[supporter],
            recipient=places[recipient],
            forms=frozenset({Form.SYNC_CLASS, Form.NET_TRAINING}),
            begins=date(2025, 9, 1),
            ends=date(2028, 8, 31),
        )
        for supporter, recipient in ((0, 1), (0, 2), (3, 1))
    ]
    for number, one in enumerate(made):
        await Pairings(database).put(one, line(str(number)))
    return made


def line(number: str) -> Entry:
    return Entry(id=number, at=NOW, acting=ADMIN, action=Action.CHANGE_PAIRING)


async def test_what_is_kept_is_found_and_changed(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        pairings, made = Pairings(database), await keep(database)
        assert await pairings.find(made[0].id) == made[0]
        assert await pairings.find("none") is None
        assert await pairings.of_supporter(made[0].supporter.id) == made[:2]
        longer = replace(made[0], ends=date(2031, 8, 31), forms=frozenset(Form), waiver="无")
        await pairings.put(longer, line("later"))
        assert await pairings.find(longer.id) == longer


@pytest.mark.parametrize("capacity", Capacity)
async def test_a_list_has_the_bounds_of_the_rights(tmp_path: Path, capacity: Capacity) -> None:
    async with open_database(tmp_path) as database:
        pairings, made = Pairings(database), await keep(database)
        looked_after = (None, *map(RegionCode, ("330000", "330800", "330824", "361100")))
        at = (made[0].supporter.id, made[0].recipient.id, "elsewhere")
        for region, place in product(looked_after, at):
            acting = Acting(id="p", capacity=capacity, organisation=place, looks_after=region)
            allowed = [one.id for one in made if may(acting, Action.SEE_PAIRING, of(one))]
            found = [one.id for one in await pairings.seen_by(acting)]
            assert sorted(found) == sorted(allowed)


def of(pairing: Pairing) -> Concern:
    both = (pairing.supporter, pairing.recipient)
    return Concern(organisations={one.id: one.region for one in both})

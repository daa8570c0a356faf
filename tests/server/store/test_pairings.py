from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path

import pytest

from server.programme.pairing import Form, Pairing
from server.programme.refusal import Refusal, RefusedError
from server.programme.region import RegionCode
from server.programme.rights import Acting, Action, Capacity, Concern, may
from server.store.audit import Entry
from server.store.database import Database, open_database
from server.store.pairings import Pairings
from tests.support.logged import lines_of
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
        await Pairings(database).add(one, line(str(number)), anything, NOW.date())
    return made


def anything(others: Sequence[Pairing]) -> None:
    """Beside whatever pairings there are."""


def line(number: str) -> Entry:
    return Entry(id=number, at=NOW, acting=ADMIN, action=Action.CHANGE_PAIRING)


async def test_what_is_kept_is_found_and_changed(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        pairings, made = Pairings(database), await keep(database)
        assert await pairings.find(made[0].id) == made[0]
        assert await pairings.find("none") is None
        longer = replace(made[0], ends=date(2031, 8, 31), forms=frozenset(Form), waiver="无")
        beside: list[Pairing] = []
        await pairings.change(made[0], longer, line("later"), beside.extend, NOW.date())
        assert await pairings.find(longer.id) == longer
        assert beside == [longer, made[1]]


async def test_a_step_goes_on_only_from_what_was_read(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        pairings, (made, *_) = Pairings(database), await keep(database)
        waiting = replace(made, id="w", waits_for=made.recipient.id, begins=date(2030, 9, 1))
        await pairings.add(waiting, line("w"), anything, NOW.date())
        other = replace(waiting, id="x", ends=date(2033, 8, 31))
        await pairings.add(other, line("x"), anything, NOW.date(), drops=waiting)
        assert await pairings.find("w") is None
        ended = replace(made, ended=NOW.date(), ended_by="o")
        await pairings.change(made, ended, line("e"), anything, NOW.date())
        day = NOW.date()
        for late in (
            pairings.change(waiting, replace(waiting, waits_for=None), line("1"), anything, day),
            pairings.change(made, replace(made, waiver="无"), line("2"), anything, day),
            pairings.withdraw(waiting, line("3")),
            pairings.withdraw(replace(other, forms=frozenset(Form)), line("4")),
            pairings.add(replace(other, id="y"), line("5"), anything, day, drops=waiting),
        ):
            with pytest.raises(RefusedError) as refused:
                await late
            assert refused.value.refusal is Refusal.PAIRING_UNKNOWN
        assert await pairings.find("x") == other
        assert await pairings.find("y") is None


async def test_what_takes_anothers_place_ends_it_and_what_was_to_goes_with_it(
    tmp_path: Path,
) -> None:
    async with open_database(tmp_path) as database:
        pairings, (made, second, _) = Pairings(database), await keep(database)
        waiting = replace(made, id="w", waits_for=made.recipient.id, instead_of=made.id)
        rival = replace(waiting, id="r", recipient=second.recipient)
        for one in (waiting, rival):
            await pairings.add(one, line(one.id), anything, NOW.date())
        agreed = replace(waiting, waits_for=None)
        await pairings.change(waiting, agreed, line("agreed"), anything, NOW.date())
        assert await pairings.find(made.id) == replace(made, ended=NOW.date())
        assert await pairings.find("w") == agreed
        assert await pairings.find("r") is None


async def test_a_line_of_the_log_names_both_schools(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        made = (await keep(database))[0]
        subject = f"{made.id} {made.supporter.id} {made.recipient.id}"
        assert await lines_of(database, subject) == [(NOW, "a", Action.CHANGE_PAIRING)]


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

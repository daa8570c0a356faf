from dataclasses import replace
from datetime import date
from pathlib import Path

from server.actions.acting import OPERATOR
from server.actions.pairing_cards import cards
from server.programme.organisation import OrganisationKind
from server.programme.pairing import Form, Pairing, State
from server.programme.rights import Acting, Capacity
from server.store.database import Database, open_database
from tests.support.staff import hired, school

BUREAU = OrganisationKind.BUREAU
OVER = date(2026, 11, 25)


async def waiting(database: Database) -> Pairing:
    """The village has not agreed."""
    town, village = await school(database), await school(database, "齐溪小学", "330824")
    return Pairing(
        id="p",
        supporter=town,
        recipient=village,
        forms=frozenset({Form.SYNC_CLASS, Form.NET_TRAINING}),
        begins=date(2026, 9, 1),
        ends=date(2029, 8, 31),
        waits_for=village.id,
        instead_of="old",
    )


async def test_a_card_names_the_nearest_office_with_people_in_it(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        one = await waiting(database)
        asked = [(await cards(database, OPERATOR, [one]))[0]["waits_for"]]
        for name, region in (("衢州市教育局", "330800"), ("开化县教育局", "330824")):
            office = await school(database, name, region, BUREAU)
            asked.append((await cards(database, OPERATOR, [one]))[0]["waits_for"])
            await hired(database, Capacity.BUREAU, office)
            asked.append((await cards(database, OPERATOR, [one]))[0]["waits_for"])
    assert asked == ["齐溪小学", "齐溪小学", "衢州市教育局", "衢州市教育局", "开化县教育局"]


async def test_a_card_says_how_a_pairing_ended_and_offers_nothing_more(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        one = await waiting(database)
        office = await school(database, "开化县教育局", "330824", BUREAU)
        over = replace(one, ended=OVER, ended_by=office.id)
        stopped = replace(over, waits_for=None, ended_by="operator")
        found = await cards(database, OPERATOR, [one, over, stopped])
    told = [(card["state"], card["ended"], card["ended_by"]) for card in found]
    assert told == [
        (State.WAITS, None, ""),
        (State.DECLINED, "2026-11-25", "开化县教育局"),
        (State.ENDED, "2026-11-25", ""),
    ]
    assert [card["instead_of"] for card in found] == ["old", None, None]
    mays = [(card["may_change"], card["may_agree"], card["may_end"]) for card in found]
    assert mays == [(True, True, True), (False, False, False), (False, False, False)]


async def test_only_the_side_that_was_asked_is_offered_to_agree(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        one = await waiting(database)
        heads = [
            Acting(id="h", capacity=Capacity.SCHOOL_ADMIN, organisation=at.id, looks_after=None)
            for at in one.schools
        ]
        found = [(await cards(database, head, [one]))[0] for head in heads]
    assert [(card["may_agree"], card["may_end"]) for card in found] == [(False, True), (True, True)]
    assert not any(card["may_change"] for card in found)

from pathlib import Path

import pytest

from server.access.tokens import LinkKey
from server.actions import lessons
from server.actions.links import LinkMaker
from server.programme.lesson import PlanError
from signaling.errors import UserError
from signaling.events import Role
from tests.support.stored import NOW

MAKER = LinkMaker(base="http://localhost:1", key=LinkKey(b"k" * 32), expires=1000)


def new(title: str = "数学") -> lessons.NewLesson:
    return lessons.NewLesson(title=title, host_room="甲", rooms=("乙",), minutes=40)


async def test_a_planned_lesson_is_listed(tmp_path: Path) -> None:
    made = await lessons.create(tmp_path, new(), MAKER, ["http://localhost:1"], NOW)
    listed = await lessons.newest(tmp_path)
    assert [(one["lesson"], one["rooms"]) for one in listed] == [(made["lesson"], ["甲", "乙"])]


async def test_what_cannot_be_planned_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(PlanError):
        await lessons.create(tmp_path, new(" "), MAKER, [], NOW)
    assert await lessons.newest(tmp_path) == []


async def test_a_room_is_named_for_its_link(tmp_path: Path) -> None:
    made = await lessons.create(tmp_path, new(), MAKER, [], NOW)
    link = await lessons.link(tmp_path, made["lesson"], Role.ROOM, "乙", MAKER)
    claims = MAKER.key.read(link.partition("#")[2], 0.0)
    assert claims.place == made["rooms"][1]["participant"]


async def test_a_lesson_nobody_planned_has_no_links_and_no_end(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        await lessons.link(tmp_path, "nothing", Role.VIEWER, None, MAKER)
    with pytest.raises(UserError):
        await lessons.end(tmp_path, "nothing", NOW)

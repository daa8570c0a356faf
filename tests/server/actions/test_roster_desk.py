import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest

from server.actions import roster_desk
from server.actions.roster_desk import MOST_AT_ONCE, RosterDesk
from server.actions.roster_reading import Asked
from server.programme.refusal import Refusal, RefusedError
from tests.support.workbooks import HEADER, workbook

GOOD = workbook(HEADER, ("章明", None, "三(1)班"))
ASKED = Asked(school="s", key="00" * 32, classes=None, only=None, language="zh", returned=False)


@pytest.fixture
def short_patience() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    patch.setattr(roster_desk, "LONGEST_S", 0.01)
    yield
    patch.undo()


async def test_a_file_is_read_and_a_wrong_one_refused_in_a_sentence() -> None:
    desk = RosterDesk()
    reading, _ = await desk.read(ASKED, GOOD)
    assert len(reading["pupils"]) == 1
    with pytest.raises(RefusedError) as refused:
        await desk.read(ASKED, b"")
    assert refused.value.refusal is Refusal.ROSTER_UNREAD
    assert refused.value.data["why"]


async def test_one_file_too_many_is_told_to_wait() -> None:
    desk = RosterDesk()
    async with AsyncExitStack() as stack:
        for _ in range(MOST_AT_ONCE):
            await stack.enter_async_context(desk.place())
        with pytest.raises(RefusedError) as refused:
            await stack.enter_async_context(desk.place())
        assert refused.value.refusal is Refusal.ROSTER_BUSY
    async with desk.place():
        pass


async def test_a_reader_that_comes_to_no_end_is_ended(short_patience: None) -> None:
    with pytest.raises(RefusedError) as refused:
        await RosterDesk().read(ASKED, GOOD)
    assert refused.value.refusal is Refusal.ROSTER_TOO_SLOW


async def test_a_reader_that_dies_of_its_file_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(RefusedError) as refused:
        await RosterDesk().read(ASKED, GOOD)
    assert refused.value.refusal is Refusal.ROSTER_TOO_SLOW


async def test_a_page_that_is_closed_leaves_no_reader(short_patience: None) -> None:
    desk = RosterDesk()
    reading = asyncio.create_task(desk.read(ASKED, GOOD))
    await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    with pytest.raises(RefusedError):
        await desk.read(ASKED, GOOD)

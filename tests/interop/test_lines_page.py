"""A technician sees whose line is weak, when it was and why, without opening every school."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from server.access.ids import uuid7
from server.actions.acting import OPERATOR, entry
from server.programme.link import LinkBudget, Origin, SchoolStep
from server.programme.rights import Action, Capacity
from server.store.database import Database
from server.store.links import Links
from server.web.pages import built_client
from signaling.events import LinkReason, LinkStep
from tests.support.browsers import LAPTOP, Browsers, Page, Size
from tests.support.contrast import contrasts, too_faint
from tests.support.signed_in import sign_in
from tests.support.staff import hired, school
from tests.support.websites import website

pytestmark = [pytest.mark.slow, pytest.mark.browser]

SIZES = (LAPTOP, Size(390, 844), Size(3840, 2160))
MOVED_S = 0.4
"""Longer than a pressed button takes to its new colour."""
NAMES = "[...document.querySelectorAll('[data-row]')].map((one) => one.dataset.row)"
RECENT = "[...document.querySelectorAll('[data-recent]')].map((one) => one.dataset.recent)"
WEAK = "[...document.querySelectorAll('[data-weak]')].map((one) => one.innerText)"
CUT = (
    "[...document.querySelectorAll('[data-drawer=line] small, [data-drawer=line] li')]"
    ".filter((one) => { const box = one.getBoundingClientRect();"
    " return box.right > innerWidth || box.left < 0; }).map((one) => one.innerText)"
)
LESSON = (
    (0, LinkStep.HIGH, LinkReason.ENOUGH, None),
    (5, LinkStep.HIGH, LinkReason.ENOUGH, None),
    (9, LinkStep.LOW, LinkReason.NARROW, 420),
    (14, LinkStep.STILLS, LinkReason.NARROW, 180),
    (19, LinkStep.STILLS, LinkReason.NARROW, 210),
    (22, LinkStep.LOW, LinkReason.LOSS, 380),
    (27, LinkStep.HIGH, LinkReason.ENOUGH, None),
    (32, LinkStep.HIGH, LinkReason.ENOUGH, None),
)
"""Minutes after the bell, and what the village was sent from then on."""


def steps(at: str, days: int, now: datetime, *, weak: bool) -> Iterator[SchoolStep]:
    """What a school's receivers got in a lesson of the day so long ago."""
    bell = now - timedelta(days=days, minutes=50)
    for minutes, step, reason, kbps in LESSON:
        if weak or step is LinkStep.HIGH:
            yield SchoolStep(
                id=uuid7(),
                school=at,
                lesson=f"lesson-{days}",
                at=bell + timedelta(minutes=minutes),
                step=step,
                reason=reason,
                available_kbps=kbps,
            )


async def a_week(database: Database, now: datetime) -> None:
    """A town with a good line, a village with a poor one, and a school that held no lesson."""
    links = Links(database)
    for name, kbps, weak in (("开化县实验小学", 20_000, ()), ("齐溪镇中心小学", 900, (0, 2, 5))):
        here = (await school(database, name)).id
        budget = LinkBudget(
            down_kbps=kbps, up_kbps=kbps // 2, origin=Origin.TEST, at=now - timedelta(days=3)
        )
        await links.keep(here, budget, entry(OPERATOR, Action.CHANGE_LINK, now))
        for days in range(6):
            await links.note(steps(here, days, now, weak=days in weak))
    await school(database, "村头小学")


async def readable(page: Page) -> None:
    """It can be read at every size and nothing hangs over an edge."""
    for size in SIZES:
        await page.resize(size)
        await asyncio.sleep(MOVED_S)
        needed = cast("int", await page.evaluate("document.documentElement.scrollWidth"))
        assert needed <= size.width, size
        assert await page.evaluate(CUT) == [], size
        assert not too_faint(await contrasts(page, "AA")), size
    await page.resize(LAPTOP)


async def test_a_technician_sees_whose_line_was_weak_when_and_why(
    tmp_path: Path, chromium: Browsers
) -> None:
    async with website(tmp_path, built_client()) as site:
        database, now = site.house.database, datetime.now(UTC)
        await a_week(database, now)
        office = await school(database, "开化县实验小学附属幼儿园")
        person = await hired(database, Capacity.ADMIN, office, "吴工")
        page, base = await chromium.open("desk"), str(site.client.make_url("")).rstrip("/")
        await sign_in(page, base, database, person)
        await page.goto(f"{base}/lines")
        await page.until(f"{NAMES}.length > 2")
        assert cast("list[str]", await page.evaluate(NAMES))[0] == "齐溪镇中心小学"
        assert cast("list[str]", await page.evaluate(RECENT))[0] == "stills"
        await readable(page)
        await page.press("[data-row='齐溪镇中心小学'] [data-do=history]")
        await page.until(f"{WEAK}.length === 3")
        newest, *_ = cast("list[str]", await page.evaluate(WEAK))
        assert "只有声音和静态画面 8 分钟，低清 10 分钟" in newest
        assert "网络太窄，实测最少 180 kbit/s" in newest
        for span in ("1", "90", "7"):
            await page.press(f"[data-span='{span}']")
            await page.until("document.querySelector('[data-plot=steps]') !== null")
            await readable(page)
        await page.key("Escape")
        await page.until("document.querySelector('[data-drawer=line]') === null")
        await page.press("[data-do=language]")
        await page.until("document.querySelector('main h1').innerText === 'Lines'")
        await readable(page)

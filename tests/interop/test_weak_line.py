"""A weak line is told in words, with its reason, to its room and to the teacher.

The hall runs in this process and no media worker does: what the worker would say of a receiver's
path is said here; a path that is really narrow is `tests/server/media/test_sharing.py`'s.
"""

from pathlib import Path
from typing import cast

import pytest

from server.media.allocation import Reason, Step
from server.media.link_notices import LinkStep
from server.web.pages import built_client
from signaling.agreement import Agreement, Transport
from signaling.events import Role
from signaling.ids import LessonId, PeerId
from tests.support.browsers import LAPTOP, Page, Size, browsers
from tests.support.contrast import contrasts, too_faint
from tests.support.lesson_pages import lesson_page
from tests.support.offers import TRANSPORT
from tests.support.waiting import until
from tests.support.websites import Website, website

pytestmark = [pytest.mark.slow, pytest.mark.browser]

SIZES = (LAPTOP, Size(390, 844), Size(3840, 2160))
SAID = "[...document.querySelectorAll('[data-weak-line]')].map((one) => one.innerText).join()"
SENTENCE = "网络较慢，先保证声音；共享画面每 10 秒更新一次。"


async def fits(page: Page) -> None:
    """It can be read at every size and nothing hangs over an edge."""
    for size in SIZES:
        await page.resize(size)
        needed = cast("int", await page.evaluate("document.documentElement.scrollWidth"))
        assert needed <= size.width, size
        assert not too_faint(await contrasts(page, "AA")), size
    await page.resize(LAPTOP)


def narrows(site: Website, peer: PeerId, step: Step, reason: Reason) -> None:
    """The worker says what a receiver gets."""
    weak = LinkStep(peer=peer, step=step, reason=reason, available=180_000)
    (owner,) = site.house.plane.affected_by(weak)
    owner.from_worker(weak)


async def test_a_weak_line_is_read_by_its_room_and_by_the_teacher(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    peers: list[PeerId] = []

    async def noted(lesson: LessonId, peer: PeerId, agreement: Agreement) -> Transport:
        peers.extend([peer] if agreement.direction == "down" else [])
        return TRANSPORT

    async def there() -> bool:
        return len(peers) >= 2

    def ours() -> PeerId:
        """The room's down peer: it came first."""
        return peers[0]

    async with website(tmp_path, built_client()) as site, browsers() as drivers:
        monkeypatch.setattr(site.house.plane, "open_peer", noted)
        lesson, base = await site.house.plan(), str(site.client.make_url("")).rstrip("/")
        await drivers.launch("chromium")
        pages = []
        for name, role, room in (("far", Role.ROOM, 1), ("host", Role.TEACHER, 0)):
            one = await lesson_page(drivers, name, room)
            token = site.house.token(lesson, role, lesson.rooms[room].participant)
            await one.enter(f"{base}/lesson#{token}")
            pages.append(one.page)
        far, host = pages
        await until(there, within=10.0)
        narrows(site, ours(), Step.STILLS, Reason.NARROW)
        for page, who in ((far, ""), (host, "B 班：")):
            await page.until(
                f"{SAID} === '◐ {who}网络较慢，先保证声音；共享画面每 10 秒更新一次。'"
            )
        await fits(host)  # the longer sentence

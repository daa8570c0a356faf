"""A far-side teacher says how her class follows, and the host reads it at once."""

import pytest

from tests.support.browsers import Browsers, Size
from tests.support.lesson_pages import LessonPage, lesson_page, room_link
from tests.support.served import Served

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PHONE = Size(390, 844)


def notice(code: str) -> str:
    """Finds a sentence that is shown."""
    return f"document.querySelector('[data-message=\"notice.{code}\"]')"


async def write(page: LessonPage, text: str) -> None:
    """Write a private line in the panel that is open."""
    await page.page.press("[data-field=whisper]")
    await page.page.ask("write", text=text)
    await page.page.key("Enter")


async def until_written(page: LessonPage, *texts: str) -> None:
    """Wait until the panel shows these lines and no other."""
    lines = "[...document.querySelectorAll('[data-whisper] .text')].map((one) => one.innerText)"
    await page.page.until(f"JSON.stringify({lines}) === JSON.stringify({list(texts)!r})")


async def test_the_host_reads_how_the_other_class_follows(
    server: Served, chromium: Browsers
) -> None:
    lesson = await server.lesson()
    host = await lesson_page(chromium, "host", 1)
    far = await lesson_page(chromium, "far", 3, size=PHONE)
    await host.enter(room_link(server, lesson, 0))
    await far.enter(room_link(server, lesson, 1))
    await far.page.press("[data-do=pace-help]")
    await host.page.until(f"{notice('pace.help')}?.innerText.trim() === 'B 乙：请帮忙！'")
    await host.do("heard")
    await host.page.until(f"{notice('pace.help')} === null")
    assert await far.page.evaluate("document.querySelector('[data-do=pace-lost]') === null")
    await host.do("start")
    told = (("lost", "没听懂"), ("go_on", "可以继续"), ("wait", "请给我们 2 分钟"))
    for word, sentence in told:
        await far.page.press(f"[data-do=pace-{word}]")
        said = f"{notice(f'pace.{word}')}?.innerText.trim() === 'B 乙：{sentence}'"
        await host.page.until(said)
        await far.page.until(f"{notice('paced')} !== null")
    assert await host.page.evaluate("document.querySelector('[data-do=pace]') === null")


async def test_a_private_line_is_read_by_two_teachers_and_no_class(
    server: Served, chromium: Browsers
) -> None:
    lesson = await server.lesson()
    host = await lesson_page(chromium, "host", 1)
    far = await lesson_page(chromium, "far", 3, size=PHONE)
    await host.enter(room_link(server, lesson, 0))
    await far.enter(room_link(server, lesson, 1))
    await far.do("whisper")
    await write(far, "后排听不见")
    await host.page.until(f"{notice('whispered')} !== null")
    assert await host.page.evaluate("!document.body.innerText.includes('后排听不见')")
    await host.do("more")
    await until_written(host, "后排听不见")
    await write(host, "好，我靠近话筒")
    await until_written(far, "后排听不见", "好，我靠近话筒")
    await far.page.goto("about:blank")
    await far.enter(room_link(server, lesson, 1))
    await far.do("whisper")
    await until_written(far, "后排听不见", "好，我靠近话筒")

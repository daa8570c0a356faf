"""The lesson page as somebody uses it, in a real browser."""

from typing import Any, NamedTuple, cast

from server.actions.links import LessonLinks
from tests.support.browsers import LAPTOP, Browsers, Name, Page, Size
from tests.support.served import Served, pupils_token, token
from tests.support.waiting import until

LIVELY = 15
"""Pictures a second, where what becomes of them is measured."""

COUNT = """(async () => {
    for (;;) {
        const { number } = interop;
        const stats = await window.tongke.stats();
        if (number === interop.number) {
            return [number, stats];
        }
    }
})()"""
"""What was drawn and what was encoded at the same moment: no picture was drawn while it was asked.

A busy page takes a second over its statistics, in which it draws fifteen pictures.
"""


class Shown(NamedTuple):
    """One frame as a page showed it."""

    at: float
    """Second of the page's clock."""
    source: int
    """What its stripe says: whose."""
    number: int
    """What its stripe says: which."""
    flash: bool
    """Whether its lower half is white."""


class Tile(NamedTuple):
    """What one tile of a wall showed since it was asked last."""

    own: bool
    """Whether it is the local preview."""
    source: str
    """`<participant>/<name>`, as the page calls it."""
    frames: list[Shown]
    """In order."""
    damaged: int
    """Frames whose stripe could not be read."""


class Counted(NamedTuple):
    """How far a page is with its camera."""

    number: int
    """Of the frame drawn last."""
    encoded: int
    """The browser's own `framesEncoded`."""


class LessonPage:
    """A page in a lesson."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def enter(self, link: str, name: str | None = None) -> None:
        """Follow a link and tap 进入课堂."""
        await self.page.goto(link)
        if name is not None:
            await self.page.press("[data-field=name]")
            await self.page.ask("write", text=name)
        await self.page.press("[data-do=enter]")
        await self.page.until("document.querySelector('[data-standing=live]') !== null")

    async def do(self, what: str) -> None:
        """Press one of the page's buttons."""
        await self.page.press(f"[data-do={what}]:not(:disabled)")

    async def stats(self) -> dict[str, Any]:
        """What `window.tongke` tells."""
        return cast("dict[str, Any]", await self.page.evaluate("window.tongke.stats()"))

    async def receives(self, source: str) -> dict[str, Any] | None:
        """The browser's statistics of a source that arrives; none before its first packet."""
        stats = await self.page.evaluate("window.tongke?.stats()")
        for one in cast("dict[str, Any]", stats or {}).get("sources", ()):
            if one["direction"] == "down" and one["source"] == source:
                return cast("dict[str, Any] | None", one["rtp"])
        return None

    async def counted(self) -> Counted:
        """How many pictures of the camera were drawn and encoded."""
        number, stats = cast("tuple[int, dict[str, Any]]", await self.page.evaluate(COUNT))
        sent = [one for one in stats["sources"] if one["direction"] == "up" and one["rtp"]]
        encoded = [one["rtp"].get("framesEncoded", 0) for one in sent if one["kind"] == "video"]
        return Counted(number, sum(encoded))

    async def shown(self) -> list[Tile]:
        """What every tile showed since this was asked last."""
        found = cast("dict[str, Any]", await self.page.evaluate("interop.take()"))
        return [
            Tile(
                own=key.startswith("own "),
                source=key.partition(" ")[2],
                frames=[Shown(*frame) for frame in one["frames"]],
                damaged=one["damaged"],
            )
            for key, one in found.items()
        ]

    async def until_shown(self, number: int, within: float = 20.0) -> None:
        """Wait until a stripe of this source was shown by a tile that is not its own."""

        async def there() -> bool:
            far = [tile for tile in await self.shown() if not tile.own]
            return any(frame.source == number for tile in far for frame in tile.frames)

        await until(there, within)


def room_link(served: Served, lesson: LessonLinks, room: int, role: str = "teacher") -> str:
    """A link of a classroom of a lesson, by the server's own address."""
    return f"{served.base}/lesson#{token(lesson['rooms'][room]['links'][role])}"


async def pupils_link(served: Served, lesson: LessonLinks, name: str) -> str:
    """A pupil's own link, by which it comes in without waiting for a teacher."""
    return f"{served.base}/lesson#{await pupils_token(served, lesson, name)}"


def lesson_link(served: Served, lesson: LessonLinks, role: str) -> str:
    """A link that belongs to no classroom."""
    return f"{served.base}/lesson#{token(lesson['links'][role])}"


async def lesson_page(
    browsers: Browsers,
    name: str,
    source: int,
    *,
    browser: Name = "chromium",
    size: Size = LAPTOP,
    **options: object,
) -> LessonPage:
    """An empty page with a striped camera, ready to enter."""
    given = {"source": source, "sound": "tone", "hertz": 300 + 70 * source, **options}
    return LessonPage(await browsers.open(name, given, browser, size))

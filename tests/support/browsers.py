"""Chromium and Firefox for tests: pages that are asked from Python, driven by browsers.mjs."""

import asyncio
import itertools
import json
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal, NamedTuple

from tests.support.waiting import until

DRIVER = Path(__file__).with_name("browsers.mjs")
LONGEST_REPLY = 64 * 1024 * 1024
PATIENCE = 40.0

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Name = Literal["chromium", "firefox"]


class Size(NamedTuple):
    """A page's size in CSS pixels."""

    width: int
    height: int


LAPTOP = Size(1366, 768)


class BrowserError(AssertionError):
    """A browser or a page could not do what it was asked."""


class Browsers:
    """The driver's end: one request, one reply."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Json]] = {}

    async def listen(self) -> None:
        """Take replies until the driver ends; a task of whoever started it."""
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            reply = json.loads(line)
            waiting = self._waiting.pop(reply["id"])
            if waiting.done():
                continue
            if "error" in reply:
                waiting.set_exception(BrowserError(reply["error"]))
            else:
                waiting.set_result(reply["value"])

    async def ask(self, deed: str, **words: object) -> Json:
        """Ask for one deed of the driver's; wait for what it gives."""
        assert self._process.stdin is not None
        number = next(self._ids)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        line = json.dumps({"id": number, "do": deed, **words})
        self._process.stdin.write(line.encode() + b"\n")
        async with asyncio.timeout(PATIENCE):
            return await self._waiting[number]

    async def launch(self, browser: Name, *arguments: str) -> None:
        """Start a browser."""
        await self.ask("launch", browser=browser, args=arguments)

    async def trusting(self, browser: Name, base: str, **preferences: Json) -> None:
        """Start a browser that takes an address of plain HTTP for as safe as the machine's own.

        `preferences` are further ones of Firefox, with dots in their names.
        """
        host = base.removeprefix("http://").partition(":")[0]
        flags = [f"--unsafely-treat-insecure-origin-as-secure={base}"]
        prefs = {"dom.securecontext.allowlist": host, **preferences}
        await self.ask("launch", browser=browser, args=flags, prefs=prefs)

    async def power(self, name: str, profile: Path, *arguments: str) -> None:
        """Start a Chromium of this name whose profile outlives it."""
        words = {"browser": "chromium", "as": name, "profile": str(profile)}
        await self.ask("launch", **words, args=arguments)

    async def cut(self, name: str) -> None:
        """Cut that Chromium's power."""
        await self.ask("kill", browser=name)

    async def open(
        self,
        name: str,
        options: dict[str, object] | None = None,
        browser: Name = "chromium",
        size: Size = LAPTOP,
    ) -> "Page":
        """An empty page; `options` are those of in_page.js, none leaves the page as it is."""
        viewport = size._asdict()
        await self.ask("open", page=name, browser=browser, viewport=viewport, options=options)
        return Page(self, name)

    async def wall(self, browser: str, options: dict[str, object], size: Size = LAPTOP) -> "Page":
        """A page of a powered Chromium, in the profile that it keeps."""
        words = {"viewport": size._asdict(), "options": options, "kept": True}
        await self.ask("open", page=browser, browser=browser, **words)
        return Page(self, browser)

    async def clear(self) -> None:
        """Close every page."""
        await self.ask("clear")

    async def end(self) -> None:
        """End the driver and its browsers."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        async with asyncio.timeout(PATIENCE):
            await self._process.wait()


REPLACED = "Execution context was destroyed"
"""What puppeteer says of a page that goes on to another address meanwhile."""


class Page:
    """One page of a browser."""

    def __init__(self, browsers: Browsers, name: str) -> None:
        self._browsers = browsers
        self.name = name

    async def ask(self, deed: str, **words: object) -> Json:
        """Ask for one deed on this page."""
        return await self._browsers.ask(deed, page=self.name, **words)

    async def goto(self, link: str) -> None:
        """Load a link."""
        await self.ask("goto", url=link)

    async def evaluate(self, script: str) -> Json:
        """What an expression gives, waited for."""
        return await self.ask("evaluate", script=f"(async () => ({script}))()")

    async def until(self, script: str, within: float = 20.0) -> None:
        """Wait until an expression is true."""
        try:
            await until(lambda: self._holds(script), within)
        except TimeoutError:
            raise BrowserError(f"{self.name}: never {script}") from None

    async def until_is(self, script: str, wanted: Json, within: float = 20.0) -> None:
        """Wait until an expression gives this, and tell what it gives if it never does."""
        same = f"JSON.stringify({script}) === JSON.stringify({json.dumps(wanted)})"
        try:
            await self.until(same, within)
        except BrowserError:
            raise BrowserError(f"{self.name}: {script} is {await self.evaluate(script)}") from None

    async def _holds(self, script: str) -> Json:
        """Whether an expression is true; in a page that is just being replaced it is not yet."""
        try:
            return await self.evaluate(script)
        except BrowserError as error:
            if REPLACED not in str(error):
                raise
            return False

    async def press(self, selector: str, milliseconds: int = 0) -> None:
        """Press and hold the pointer on an element once it stands still and is enabled."""
        await self.ask("press", selector=selector, delay=milliseconds)

    async def follow(self, selector: str) -> None:
        """Press a link and wait until what it leads to is loaded."""
        await self.ask("follow", selector=selector)

    async def key(self, key: str, seconds: float = 0.0) -> None:
        """Press a key, for a while if it is to be held."""
        await self.ask("keyDown", key=key)
        await asyncio.sleep(seconds)
        await self.ask("keyUp", key=key)

    async def resize(self, size: Size) -> None:
        """Change the page's size."""
        await self.ask("viewport", viewport=size._asdict())

    async def close(self) -> None:
        """Close the page."""
        await self.ask("close")


@asynccontextmanager
async def browsers(home: Path | None = None, inside: Sequence[str] = ()) -> AsyncIterator[Browsers]:
    """A driver without browsers, ended with all it started.

    In a `home` of its own Chromium trusts the authorities that its user added there; `inside` is
    what the driver's command begins with, where it runs in another network.
    """
    process = await asyncio.create_subprocess_exec(
        *(*inside, "node", str(DRIVER)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LONGEST_REPLY,
        env=None if home is None else {**os.environ, "HOME": str(home)},
    )
    running = Browsers(process)
    listening = asyncio.create_task(running.listen())
    try:
        yield running
    finally:
        await running.end()
        await asyncio.wait([listening])
    listening.result()

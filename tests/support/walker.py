"""Somebody at a browser who knows no selector: what they press and read are the words they see."""

import json
from pathlib import Path
from typing import Literal, cast

from server.programme.people import Person
from server.store.database import Database
from tests.support.browsers import Page
from tests.support.staff import badge

Language = Literal["zh", "en"]

ROOT = Path(__file__).parents[2]
SCREENS = ROOT / "client" / "browser" / "locale"
ERRORS = ROOT / "signaling" / "locale"
PRESSED = "button, a, [role=button]"
FILLED = "input, select, textarea"
READ = "document.body.innerText.replace(/\\s/g, '')"


class Walker:
    """One person's way through the pages, in one language."""

    def __init__(self, page: Page, base: str, language: Language) -> None:
        self.page = page
        self._base = base
        self._language = language
        self._words = {**_catalogue(SCREENS, language), **_catalogue(ERRORS, language)}

    def words(self, key: str, **values: str | int) -> str:
        """What the catalogue says under a key."""
        said = self._words[key]
        for name, value in values.items():
            said = said.replace(f"{{{name}}}", str(value))
        return said

    async def arrive(self, database: Database | None = None, person: Person | None = None) -> None:
        """Open the site and choose the language; somebody with an account is signed in."""
        await self.page.goto(f"{self._base}/lesson")
        if database is not None and person is not None:
            cookie = (await badge(database, person))["Cookie"]
            await self.page.evaluate(f"document.cookie = {json.dumps(f'{cookie}; path=/')}")
        if self._language == "en":
            await self.press("English")

    async def open(self, path: str) -> None:
        """Type an address."""
        await self.page.goto(self._base + path)

    async def tap(self, key: str, hold_ms: int = 0, **values: str | int) -> None:
        """Press what bears these words of the catalogue."""
        await self.press(self.words(key, **values), hold_ms)

    async def press(self, words: str, hold_ms: int = 0) -> None:
        """Press what bears these words."""
        await self.page.press(_worded(PRESSED, words), hold_ms)

    async def fill(self, key: str, text: str) -> None:
        """Write into the field that bears these words."""
        await self.page.press(_worded(FILLED, self.words(key)))
        await self.page.ask("write", text=text)

    async def sees(self, key: str, **values: str | int) -> None:
        """Wait until the page says this sentence of the catalogue."""
        await self.reads(self.words(key, **values))

    async def reads(self, words: str) -> None:
        """Wait until the page says this."""
        await self.page.until(f"{READ}.includes({json.dumps(''.join(words.split()))})")

    async def text(self) -> str:
        """All that the page says, without its spaces."""
        return cast("str", await self.page.evaluate(READ))


def _worded(tags: str, words: str) -> str:
    """The driver's selector for one of these elements that bears the words."""
    return f"worded/{json.dumps([tags, words])}"


def _catalogue(folder: Path, language: Language) -> dict[str, str]:
    """A locale file by its keys; what stands in groups is `group.key`."""
    read = cast(
        "dict[str, str | dict[str, str]]", json.loads((folder / f"{language}.json").read_text())
    )
    flat: dict[str, str] = {}
    for key, said in read.items():
        if isinstance(said, str):
            flat[key] = said
        else:
            flat |= {f"{key}.{one}": words for one, words in said.items()}
    return flat

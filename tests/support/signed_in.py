"""A browser's page on which somebody is signed in, and the taps that they need."""

import json

from server.programme.people import Person
from server.store.database import Database
from tests.support.browsers import Page
from tests.support.staff import badge


async def sign_in(page: Page, base: str, database: Database, person: Person) -> None:
    """Give a page the login of somebody, as if they had typed their password before."""
    cookie = (await badge(database, person))["Cookie"]
    await page.goto(f"{base}/lesson")
    await page.evaluate(f"document.cookie = {json.dumps(f'{cookie}; path=/')}")


class Taps:
    """Presses on a page, counted."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.count = 0

    async def on(self, selector: str) -> None:
        """Wait for something that can be pressed, and press it."""
        await self._page.until(f"document.querySelector({json.dumps(selector)}) !== null")
        await self._page.press(selector)
        self.count += 1

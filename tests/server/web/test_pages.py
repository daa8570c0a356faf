from pathlib import Path

import pytest

from server.web.pages import FOREVER, built_client
from tests.support import websites


@pytest.fixture
def client_folder(tmp_path: Path) -> Path:
    return websites.built_client(tmp_path / "dist")


async def test_every_page_is_the_same_and_never_old(tmp_path: Path, client_folder: Path) -> None:
    async with websites.website(tmp_path, client_folder) as site:
        for path in ("/", "/lesson", "/replay"):
            answer = await site.client.get(path)
            assert await answer.text() == websites.PAGE
            assert answer.headers["Cache-Control"] == "no-store"


async def test_assets_are_kept_for_ever(tmp_path: Path, client_folder: Path) -> None:
    async with websites.website(tmp_path, client_folder) as site:
        answer = await site.client.get("/assets/index-abc123.js")
        assert await answer.text() == websites.SCRIPT
        assert answer.headers["Cache-Control"] == FOREVER
        assert (await site.client.get("/assets/index-old.js")).status == 404


async def test_an_address_that_is_none_of_ours_leads_people_home(
    tmp_path: Path, client_folder: Path
) -> None:
    async with websites.website(tmp_path, client_folder) as site:
        page = await site.client.get("/jion", headers={"Accept": "text/html,*/*;q=0.8"})
        assert (page.status, await page.text()) == (404, websites.PAGE)
        for path in ("/jion", "/api/nothing", "/assets/../x"):
            answer = await site.client.get(path)
            assert (answer.status, answer.content_type) == (404, "text/plain")


async def test_a_client_that_is_not_built_says_so(tmp_path: Path) -> None:
    async with websites.website(tmp_path, tmp_path / "nowhere") as site:
        answer = await site.client.get("/")
        assert (answer.status, await answer.text()) == (503, "not built: npm run build")


def test_the_built_client_lies_in_its_package() -> None:
    assert built_client().parts[-2:] == ("client", "dist")

"""One server and one Chromium for all tests that break neither: starting both costs 5 s of CPU."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.browsers import Browsers, browsers
from tests.support.guards import no_task_left
from tests.support.served import Served, served

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What tests share lives in a loop that they share."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def no_stray_tasks() -> AsyncIterator[None]:
    """The guard of every test, in the loop of these."""
    async with no_task_left():
        yield


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    """A server with one lesson after the other; who kills it or gives it options has their own."""
    async with served(tmp_path_factory.mktemp("data")) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running_chromium() -> AsyncIterator[Browsers]:
    """A driver with a Chromium."""
    async with browsers() as drivers:
        await drivers.launch("chromium")
        yield drivers


@pytest_asyncio.fixture(loop_scope="session")
async def chromium(running_chromium: Browsers) -> AsyncIterator[Browsers]:
    """That Chromium, without the pages of the test before."""
    yield running_chromium
    await running_chromium.clear()

"""Guards around every test: nothing blocks the loop, no task is left running."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator

import pytest
from blockbuster import blockbuster_ctx
from hypothesis import settings

OURS = ["server", "signaling", "recorder", "client"]

settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
settings.register_profile("quick", settings.get_profile("house"), max_examples=20)
settings.load_profile("house")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where tests run two at once, the browser tests of a file follow each other.

    xdist begins with the largest groups, so the longest tests are never left for the end.
    """
    for item in items:
        if item.get_closest_marker("browser") is not None:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture(scope="session", autouse=True)
def no_blocking_calls() -> Iterator[None]:
    """Fail a test in which a coroutine of ours makes a blocking call.

    Patching everything that blocks takes half a millisecond, so it is done once.
    """
    with blockbuster_ctx(OURS):
        yield


@pytest.fixture(autouse=True)
async def no_stray_tasks() -> AsyncIterator[None]:
    """Fail a test that leaves a task running."""
    before = asyncio.all_tasks()
    yield
    stray = asyncio.all_tasks() - before - {asyncio.current_task()}
    assert not stray, f"tasks left running: {stray}"

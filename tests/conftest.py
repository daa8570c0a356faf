"""Guards around every test: nothing blocks the loop, no task is left running."""

import gc
import os
import shutil
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from itertools import zip_longest
from pathlib import Path

import pytest
from blockbuster import blockbuster_ctx
from hypothesis import settings

from server.store import database
from tests.support.guards import no_task_left

Migrate = Callable[[Path], None]

OURS = ["server", "signaling", "recorder", "client"]

settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
settings.register_profile("quick", settings.get_profile("house"), max_examples=20)
settings.load_profile("house")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep the garbage collector from what lives for ever: modules and six thousand tests.

    To look through it again and again took a sixth of the time of the tests that wait for nothing.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of those that measure for a minute let the longest share a process with the shortest.

    Two processes take two of the four each, as they come in a row.
    """
    measured = sorted((each for each in items if _seconds(each)), key=_seconds)
    longest_first = reversed(measured[len(measured) // 2 :])
    pairs = zip_longest(longest_first, measured[: len(measured) // 2])
    others = [each for each in items if not _seconds(each)]
    items[:] = [*others, *(each for pair in pairs for each in pair if each is not None)]


def _seconds(item: pytest.Item) -> float:
    mark = item.get_closest_marker("quiet")
    return 0.0 if mark is None else float(mark.args[0])


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
    async with no_task_left():
        yield


@pytest.fixture(scope="session", autouse=True)
def migrated_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Migrate]:
    """Let each new database be a copy of one that was migrated: every step of it takes 50 ms.

    What a test changes of the migrations is still carried out on the copy. Gives the real one.
    """
    migrate, empty = database.migrate, tmp_path_factory.mktemp("migrated") / database.DATABASE

    def copied(path: Path) -> None:
        if not empty.exists():
            migrate(empty)
        if not path.exists():
            shutil.copyfile(empty, path)
        migrate(path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "migrate", copied)
        yield migrate

import asyncio
from pathlib import Path

import pytest

from server.live.runner import JobRunner
from server.programme.retention import Terms
from server.store.jobs import Job, Jobs
from tests.support.halls import house
from tests.support.queued import states
from tests.support.stored import NOW


@pytest.mark.slow
async def test_the_runner_is_a_process_that_wakes_for_work(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        runner = JobRunner(tmp_path, Terms())
        running = asyncio.create_task(runner.child.run())
        await runner.child.until_ready()
        await Jobs(here.database).enqueue(Job(id="j", kind="unknown", lesson=lesson.id), NOW)
        for _ in range(300):
            runner.wake()
            if await states(here.database, lesson.id) == {"unknown": "failed"}:
                break
            await asyncio.sleep(0.05)
        assert await states(here.database, lesson.id) == {"unknown": "failed"}
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

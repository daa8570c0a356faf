import asyncio
from datetime import timedelta
from pathlib import Path

from sqlalchemy import delete

from server.store.database import Database, open_database
from server.store.jobs import CLAIM_LASTS, MOST_ATTEMPTS, Job, Jobs, Standing
from server.store.lessons import Lessons
from server.store.tables import LessonRow
from tests.support.queued import states
from tests.support.stored import NOW, planned


async def enqueued(database: Database, kind: str = "close_lesson") -> Job:
    lesson = planned(name=kind)
    await Lessons(database).add(lesson, NOW)
    job = Job(id=f"job {kind}", kind=kind, lesson=lesson.id)
    await Jobs(database).enqueue(job, NOW)
    return job


async def test_a_job_is_claimed_once(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        job = await enqueued(database)
        jobs = Jobs(database)
        claims = await asyncio.gather(*(jobs.claim(NOW) for _ in range(5)))
        assert [claim for claim in claims if claim is not None] == [job]


async def test_asking_twice_makes_one_job(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        job = await enqueued(database)
        await Jobs(database).enqueue(Job(id="again", kind=job.kind, lesson=job.lesson), NOW)
        assert await Jobs(database).claim(NOW) == job
        assert await Jobs(database).claim(NOW) is None


async def test_a_dead_runners_job_is_taken_up(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        job, jobs = await enqueued(database), Jobs(database)
        await jobs.claim(NOW)
        assert await jobs.claim(NOW + CLAIM_LASTS) is None
        assert await jobs.claim(NOW + CLAIM_LASTS + timedelta(seconds=1)) == job
        await jobs.release_all()
        assert await jobs.claim(NOW) == job


async def test_what_fails_is_tried_again_but_not_for_ever(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        job, jobs = await enqueued(database), Jobs(database)
        for _ in range(MOST_ATTEMPTS):
            assert await jobs.claim(NOW) == job
            await jobs.fail(job, "why")
        assert await jobs.claim(NOW) is None
        assert await states(database, job.lesson) == {job.kind: "failed"}


async def test_what_is_done_is_done(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        job, jobs = await enqueued(database), Jobs(database)
        await jobs.claim(NOW)
        await jobs.finish(job)
        await jobs.release_all()
        assert await jobs.claim(NOW) is None


async def test_a_job_waits_for_its_time_unless_it_is_hurried(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        job, jobs = await enqueued(database), Jobs(database)
        later = NOW + timedelta(minutes=1)
        await jobs.claim(NOW)
        await jobs.put_back(job, later)
        assert await jobs.claim(NOW) is None
        assert await jobs.claim(later) == job
        await jobs.put_back(job, later)
        await jobs.hurry(job.kind, job.lesson, NOW)
        assert await jobs.claim(NOW) == job


async def test_lanes_take_their_own_kinds(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        jobs = Jobs(database)
        long, short = await enqueued(database, "long"), await enqueued(database, "short")
        assert await jobs.claim(NOW, never={"long"}) == short
        assert await jobs.claim(NOW, never={"long"}) is None
        assert await jobs.claim(NOW, only={"long"}) == long


async def test_a_job_tells_how_far_it_is_and_that_its_lesson_is_gone(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        job, jobs = await enqueued(database), Jobs(database)
        assert await jobs.advance(job, 0.5, NOW)
        assert await jobs.standing(job.kind, job.lesson) == Standing(state="running", progress=0.5)
        assert await jobs.standing("other", job.lesson) is None
        async with database.transaction() as session:
            await session.execute(delete(LessonRow))
        assert not await jobs.advance(job, 0.6, NOW)


async def test_what_kills_its_runner_again_and_again_is_given_up(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        job, jobs = await enqueued(database), Jobs(database)
        for _ in range(MOST_ATTEMPTS):
            assert await jobs.claim(NOW) == job
            await jobs.release_all()
        assert await states(database, job.lesson) == {job.kind: "failed"}

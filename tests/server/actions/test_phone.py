from pathlib import Path

from server.actions.phone import KIND, PhoneVersion, phone_version
from server.store.database import open_database
from server.store.jobs import Jobs, Standing
from server.store.lessons import Lessons
from tests.support.stored import NOW, planned


async def test_asking_for_it_has_it_made(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        lesson, jobs = planned(), Jobs(database)
        await Lessons(database).add(lesson, NOW)
        found = await phone_version(jobs, tmp_path / "none", lesson.id, {}, NOW)
        assert found == PhoneVersion(state="preparing", percent=0)
        assert await jobs.standing(KIND, lesson.id) == Standing(state="waiting", progress=0)

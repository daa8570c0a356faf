from pathlib import Path

from server.actions.recordings import listing
from server.programme.rights import Capacity
from server.store.database import open_database
from server.store.recordings import Search
from tests.support.reviewed import reviewed


async def test_a_lesson_is_listed_with_its_schools_and_teachers(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        made = await reviewed(database)
        _, admin = await made.acting(database, Capacity.SCHOOL_ADMIN, made.town)
        found = await listing(database, admin, Search())
    (one,) = found["lessons"]
    assert (one["title"], one["subject"], one["seconds"]) == ("茉莉花", "music", 2400)
    assert one["schools"] == ["尼山小学", "齐溪小学"]
    assert one["teachers"] == ["张老师", "李老师"]
    assert found["sees_viewings"]

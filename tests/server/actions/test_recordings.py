from pathlib import Path

from server.actions.recordings import listing
from server.actions.reviewing import NewComment, change_comment, comment, comments_of
from server.programme.rights import Acting, Capacity
from server.store.database import Database, open_database
from server.store.recordings import Search
from tests.support.reviewed import reviewed
from tests.support.scheduled import BELL


async def test_a_lesson_is_listed_with_its_schools_and_teachers(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        made = await reviewed(database)
        _, admin = await made.acting(database, Capacity.SCHOOL_ADMIN, made.town)
        found = await listing(database, admin, Search())
    (one,) = found["lessons"]
    assert one["comments"] == 0
    assert (one["title"], one["subject"], one["seconds"]) == ("茉莉花", "music", 2400)
    assert one["schools"] == ["尼山小学", "齐溪小学"]
    assert one["teachers"] == ["张老师", "李老师"]
    assert found["sees_viewings"]


async def test_comments_that_stand_are_counted_once_however_often_they_were_changed(
    tmp_path: Path,
) -> None:
    async with open_database(tmp_path) as database:
        made = await reviewed(database)
        lesson = made.lesson.id
        _, admin = await made.acting(database, Capacity.SCHOOL_ADMIN, made.town)
        for text in ("提问很好", "板书清楚"):
            new = NewComment(moment=3.0, text=text)
            await comment(database, admin, lesson, new, BELL)
        first, second = await comments_of(database, admin, lesson)
        await change_comment(database, admin, lesson, first["id"], "提问非常好", BELL)
        assert await counted(database, admin) == [2]
        await change_comment(database, admin, lesson, second["id"], None, BELL)
        assert await counted(database, admin) == [1]
        await change_comment(database, admin, lesson, first["id"], None, BELL)
        assert await counted(database, admin) == []


async def counted(database: Database, acting: Acting) -> list[int]:
    """Of the lessons with comments."""
    found = await listing(database, acting, Search(commented=True))
    return [one["comments"] for one in found["lessons"]]

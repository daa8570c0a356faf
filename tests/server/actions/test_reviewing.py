from pathlib import Path

import pytest

from server.access.tokens import LinkKey
from server.actions import reviewing
from server.actions.reviewing import NewComment
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Capacity
from server.store.comments import Comments
from server.store.database import open_database
from tests.support.reviewed import office, reviewed
from tests.support.stored import NOW

KEY = LinkKey(b"k" * 32)


async def test_comments_are_changed_and_deleted_by_their_author_alone(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        made = await reviewed(database)
        lesson = made.lesson.id
        district = await office(database, "衢州市教研室", "330800")
        _, officer = await made.acting(database, Capacity.RESEARCH_OFFICER, district)
        _, admin = await made.acting(database, Capacity.SCHOOL_ADMIN, made.village)
        await reviewing.comment(
            database, officer, lesson, NewComment(moment=31, text=" 提问很好 "), NOW
        )
        (first,) = await reviewing.comments_of(database, officer, lesson)
        reply = NewComment(moment=0, text="同意", answers=first["id"])
        await reviewing.comment(database, admin, lesson, reply, NOW)
        with pytest.raises(RefusedError) as refused:
            await reviewing.change_comment(database, admin, lesson, first["id"], "改", NOW)
        assert refused.value.refusal is Refusal.COMMENT_FOREIGN
        await reviewing.change_comment(database, officer, lesson, first["id"], "提问非常好", NOW)
        said = await reviewing.comments_of(database, officer, lesson)
        assert [(one["text"], one["moment"], one["mine"], one["changed"]) for one in said] == [
            ("提问非常好", 31, True, True),
            ("同意", 31, False, False),
        ]
        await reviewing.change_comment(database, officer, lesson, first["id"], None, NOW)
        said = await reviewing.comments_of(database, officer, lesson)
        assert [(one["text"], one["deleted"]) for one in said] == [("", True), ("同意", False)]
        kept = await Comments(database).of(lesson)
        assert [one.text for one in kept] == ["提问很好", "同意", "提问非常好", ""]


async def test_who_may_not_watch_gets_no_token_and_says_nothing(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        made = await reviewed(database)
        far = await office(database, "杭州市教研室", "330100")
        for capacity, place in (
            (Capacity.RESEARCH_OFFICER, far),
            (Capacity.INSPECTOR, far),
            (Capacity.TECHNICIAN, made.town),
            (Capacity.TEACHER, made.town),
        ):
            _, acting = await made.acting(database, capacity, place)
            for work in (
                reviewing.watch(database, KEY, acting, made.lesson.id, NOW),
                reviewing.viewings_of(database, acting, made.lesson.id),
                reviewing.comment(
                    database, acting, made.lesson.id, NewComment(moment=0, text="好"), NOW
                ),
            ):
                with pytest.raises(RefusedError) as refused:
                    await work
                assert refused.value.refusal is Refusal.NOT_YOURS
        assert await Comments(database).of(made.lesson.id) == []


async def test_a_token_is_bound_to_its_person_and_leads_nowhere_else(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        made = await reviewed(database)
        person, admin = await made.acting(database, Capacity.SCHOOL_ADMIN, made.town)
        token = await reviewing.watch(database, KEY, admin, made.lesson.id, NOW)
        claims = KEY.read(token, NOW.timestamp())
        assert claims.reviewer is not None
        assert claims.reviewer.person == person.id
        assert await reviewing.reviewing(database, claims.reviewer, made.lesson.id) == admin
        stranger = type(claims.reviewer)(
            person=made.teacher.id,
            capacity=Capacity.SCHOOL_ADMIN,
            organisation=admin.organisation,
        )
        with pytest.raises(RefusedError):
            await reviewing.reviewing(database, stranger, made.lesson.id)

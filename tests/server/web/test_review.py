from pathlib import Path

import pytest
from sqlalchemy import delete

from server.programme.rights import Capacity
from server.store.tables import AppointmentRow
from server.web.doorkeeper import CSRF
from server.web.replay import SITTING
from tests.support.reviewed import office, reviewed
from tests.support.staff import badge, hired
from tests.support.websites import bearer, built_client, website


@pytest.fixture
def client_folder(tmp_path: Path) -> Path:
    return built_client(tmp_path / "dist")


async def test_an_officer_finds_watches_and_comments_and_the_school_sees_it(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        database, client = site.house.database, site.client
        made = await reviewed(database)
        district = await office(database, "衢州市教研室", "330800")
        signed = await badge(
            database, await hired(database, Capacity.RESEARCH_OFFICER, district, "周教研员")
        )
        listed = await (await client.get("/api/recordings?words=茉莉", headers=signed)).json()
        assert [one["lesson"] for one in listed["lessons"]] == [made.lesson.id]
        assert {one["name"] for one in listed["schools"]} == {"尼山小学", "齐溪小学"}
        path = f"/api/recordings/{made.lesson.id}"
        answer = await client.post(f"{path}/watch", headers=signed)
        token = bearer((await answer.json())["token"])
        replay = await client.get("/api/replay", headers=token)
        assert replay.status == 200
        sitting = replay.headers[SITTING]
        again = await client.get(f"/api/replay?sitting={sitting}", headers=token)
        assert again.headers[SITTING] == sitting
        stretch = {"sitting": sitting, "start": 30, "stop": 40}
        assert (await client.post("/api/replay/viewing", json=stretch, headers=token)).status == 200
        body = {"moment": 33.5, "text": "提问很好"}
        answer = await client.post("/api/replay/comments", json=body, headers=token)
        (said,) = (await answer.json())["comments"]
        assert (said["author"], said["moment"], said["mine"]) == ("周教研员", 33.5, True)
        which = f"/api/replay/comments/{said['id']}"
        changed = await client.put(which, json={"text": "提问非常好"}, headers=token)
        assert (await changed.json())["comments"][0]["text"] == "提问非常好"
        assert (await (await client.delete(which, headers=token)).json())["comments"] == []
        told = await client.get(f"{path}/viewings", headers=signed)
        assert (told.status, (await told.json())["refusal"]) == (403, "not_yours")
        school = await badge(database, await hired(database, Capacity.SCHOOL_ADMIN, made.village))
        seen = await (await client.get(f"{path}/viewings", headers=school)).json()
        (viewing,) = seen["viewings"]
        assert (viewing["name"], viewing["stretches"]) == ("周教研员", [[30.0, 40.0]])


async def test_a_foreign_region_gets_a_sentence_and_nothing_else(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        database, client = site.house.database, site.client
        made = await reviewed(database)
        far = await office(database, "杭州市教研室", "330100")
        signed = await badge(database, await hired(database, Capacity.RESEARCH_OFFICER, far))
        listed = await (await client.get("/api/recordings", headers=signed)).json()
        assert (listed["lessons"], listed["schools"], listed["teachers"]) == ([], [], [])
        path = f"/api/recordings/{made.lesson.id}/watch"
        answer = await client.post(path, headers=signed)
        assert (answer.status, await answer.json()) == (
            403,
            {"refusal": "not_yours", "data": {}},
        )
        assert (await client.post(path)).status == 401
        unsafe = {name: value for name, value in signed.items() if name != CSRF}
        assert (await (await client.post(path, headers=unsafe)).json())["refusal"] == "page_old"
        assert (await client.get("/api/recordings?page=x", headers=signed)).status == 400


async def test_who_no_longer_holds_the_capacity_is_given_nothing_more(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        database, client = site.house.database, site.client
        made = await reviewed(database)
        officer = await hired(
            database, Capacity.RESEARCH_OFFICER, await office(database, "衢州市教研室", "330800")
        )
        path = f"/api/recordings/{made.lesson.id}/watch"
        answer = await client.post(path, headers=await badge(database, officer))
        token = (await answer.json())["token"]
        async with database.transaction() as session:
            await session.execute(delete(AppointmentRow).where(AppointmentRow.person == officer.id))
        for asked in (
            "/api/replay",
            "/api/replay/media/tracks/id0~camera/part-0001.mp4",
            "/api/replay/phone",
            f"/api/replay/phone.mp4?ticket={token}",
            "/api/replay/comments",
        ):
            answer = await client.get(asked, headers=bearer(token))
            assert (answer.status, (await answer.json())["refusal"]) == (403, "not_yours"), asked

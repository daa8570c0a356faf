from pathlib import Path

from server.programme.refusal import Refusal
from server.programme.rights import Capacity
from tests.support.staff import badge, hired, school
from tests.support.websites import built_client, website


async def test_a_class_is_kept_by_numbers_without_a_name(tmp_path: Path) -> None:
    folder = built_client(tmp_path / "dist")
    async with website(tmp_path, folder) as site:
        database, client = site.house.database, site.client
        here = await school(database)
        headers = await badge(database, await hired(database, Capacity.SCHOOL_ADMIN, here))
        body = {
            "organisation": here.id,
            "name": "三年级1班",
            "keeping": "numbers",
            "expected": 24,
            "class_teacher": None,
        }
        made = await (await client.post("/api/classes", json=body, headers=headers)).json()
        assert (made["name"], made["expected"]) == ("三(1)班", 24)
        path = f"/api/classes/{made['id']}"
        changed = await (
            await client.put(path, json={**body, "expected": 25}, headers=headers)
        ).json()
        refused = await client.put(path, json={**body, "name": "音乐班"}, headers=headers)
        assert (await refused.json())["refusal"] == Refusal.CLASS_NAME_UNFIT
        seen = await (await client.get("/api/classes", headers=headers)).json()
        assert seen["class_groups"] == [changed]
        assert [one["id"] for one in seen["places"]] == [here.id]

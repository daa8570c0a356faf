from pathlib import Path

from server.programme.refusal import Refusal
from server.programme.rights import Capacity
from tests.support.staff import badge, hired, school
from tests.support.websites import built_client, website


async def test_grades_are_tried_and_raised_and_a_graduated_class_is_opened_again(
    tmp_path: Path,
) -> None:
    folder = built_client(tmp_path / "dist")
    async with website(tmp_path, folder) as site:
        database, client = site.house.database, site.client
        here = await school(database)
        headers = await badge(database, await hired(database, Capacity.SCHOOL_ADMIN, here))
        body = {"organisation": here.id, "keeping": "numbers", "expected": 24}
        for name in ("501", "601"):
            one = {**body, "name": name, "class_teacher": None}
            assert (await client.post("/api/classes", json=one, headers=headers)).status == 200
        path = f"/api/organisations/{here.id}/raising"
        told = await (await client.post(f"{path}/check", json={}, headers=headers)).json()
        assert [one["to"] for one in told["classes"]] == [None, "六(1)班"]
        assert (await client.post(path, json={}, headers=headers)).status == 200
        again = await (await client.post(path, json={}, headers=headers)).json()
        assert again["refusal"] == Refusal.RAISE_DONE
        wrong = await client.post(path, json={"top": 12}, headers=headers)
        assert wrong.status == 400
        seen = await (await client.get("/api/classes", headers=headers)).json()
        ended = next(one for one in seen["class_groups"] if one["closed"] is not None)
        closing = f"/api/classes/{ended['id']}/closing"
        taken = await (await client.delete(closing, headers=headers)).json()
        assert (ended["closed_how"], taken["refusal"]) == ("graduated", Refusal.CLASS_EXISTS)
        other = next(one for one in seen["class_groups"] if one["closed"] is None)
        how = {"how": "dissolved"}
        path = f"/api/classes/{other['id']}/closing"
        assert (await client.post(path, json=how, headers=headers)).status == 200
        opened = await (await client.delete(closing, headers=headers)).json()
        assert opened["closed"] is None

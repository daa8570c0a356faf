from pathlib import Path

import pytest

from server.programme.organisation import OrganisationKind
from server.programme.refusal import Refusal
from server.programme.rights import Capacity
from tests.support.staff import badge, hired, school
from tests.support.websites import built_client, website

PATHS = ("/api/organisations", "/api/classrooms", "/api/pairings", "/api/classes", "/api/staff")


@pytest.fixture
def client_folder(tmp_path: Path) -> Path:
    return built_client(tmp_path / "dist")


async def test_a_bureau_makes_schools_and_pairs_them(tmp_path: Path, client_folder: Path) -> None:
    async with website(tmp_path, client_folder) as site:
        database, client = site.house.database, site.client
        office = await school(database, "衢州市教育局", "330800", OrganisationKind.BUREAU)
        headers = await badge(database, await hired(database, Capacity.BUREAU, office))
        ids = []
        for name, region in (("尼山小学", "330802"), ("齐溪小学", "330824")):
            body = {"kind": "school", "name": name, "region": region}
            answer = await client.post("/api/organisations", json=body, headers=headers)
            ids.append((await answer.json())["id"])
        body = {"kind": "school", "name": "尼山中心小学", "region": "330802"}
        await client.put(f"/api/organisations/{ids[0]}", json=body, headers=headers)
        seen = await (await client.get("/api/organisations", headers=headers)).json()
        assert [one["name"] for one in seen["organisations"]] == [
            "衢州市教育局",
            "尼山中心小学",
            "齐溪小学",
        ]
        assert (len(seen["changes"]), seen["may_add"]) == (3, True)
        pairing = {
            "supporter": ids[0],
            "recipient": ids[1],
            "forms": ["sync_class", "net_training"],
            "begins": "2025-09-01",
            "ends": "2028-08-31",
            "waiver": "",
        }
        made = await (await client.post("/api/pairings", json=pairing, headers=headers)).json()
        assert made["scope"] == "city"
        path = f"/api/pairings/{made['id']}"
        changed = await client.put(path, json={**pairing, "forms": []}, headers=headers)
        assert (await changed.json())["refusal"] == Refusal.PAIRING_TOO_FEW_FORMS
        seen = await (await client.get("/api/pairings", headers=headers)).json()
        assert (seen["pairings"], len(seen["places"])) == ([made], 3)
        typed = await client.post(
            "/api/pairings", json={**pairing, "scope": "county"}, headers=headers
        )
        assert typed.status == 400


async def test_a_school_makes_and_renames_classrooms(tmp_path: Path, client_folder: Path) -> None:
    async with website(tmp_path, client_folder) as site:
        database, client = site.house.database, site.client
        here = await school(database)
        headers = await badge(database, await hired(database, Capacity.SCHOOL_ADMIN, here))
        body = {"organisation": here.id, "name": "录播教室"}
        made = await (await client.post("/api/classrooms", json=body, headers=headers)).json()
        path = f"/api/classrooms/{made['id']}"
        await client.put(path, json={**body, "name": "同步课堂教室"}, headers=headers)
        seen = await (await client.get("/api/classrooms", headers=headers)).json()
        assert [one["name"] for one in seen["classrooms"]] == ["同步课堂教室"]
        assert [one["id"] for one in seen["places"]] == [here.id]


@pytest.mark.parametrize("path", PATHS)
async def test_nobody_learns_anything_without_signing_in(
    tmp_path: Path, client_folder: Path, path: str
) -> None:
    async with website(tmp_path, client_folder) as site:
        answer = await site.client.get(path)
        assert (answer.status, await answer.json()) == (
            401,
            {"refusal": Refusal.SIGN_IN_NEEDED, "data": {}},
        )


async def test_a_change_without_the_pages_word_is_refused(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        database = site.house.database
        here = await school(database)
        headers = await badge(database, await hired(database, Capacity.SCHOOL_ADMIN, here))
        body = {"organisation": here.id, "name": "录播教室"}
        cookie = {"Cookie": headers["Cookie"]}
        answer = await site.client.post("/api/classrooms", json=body, headers=cookie)
        assert (await answer.json())["refusal"] == Refusal.PAGE_OLD
        seen = await (await site.client.get("/api/classrooms", headers=headers)).json()
        assert seen["classrooms"] == []

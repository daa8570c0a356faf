from pathlib import Path

import pytest

from server.programme.refusal import Refusal
from server.programme.rights import Capacity
from tests.support.staff import badge, hired, school
from tests.support.websites import built_client, website


@pytest.fixture
def client_folder(tmp_path: Path) -> Path:
    return built_client(tmp_path / "dist")


async def test_a_first_password_is_told_once(tmp_path: Path, client_folder: Path) -> None:
    async with website(tmp_path, client_folder) as site:
        database, client = site.house.database, site.client
        here = await school(database)
        headers = await badge(database, await hired(database, Capacity.SCHOOL_ADMIN, here))
        post = {"login": "zhang.wei", "capacity": "teacher", "organisation": here.id}
        answer = await client.post("/api/staff", json={**post, "name": "张伟"}, headers=headers)
        first = (await answer.json())["first_password"]
        text = await (await client.get("/api/staff?part=张", headers=headers)).text()
        assert "zhang.wei" in text
        assert first not in text
        signed = {"login": "zhang.wei", "password": first}
        assert (await (await client.post("/api/sign-in", json=signed)).json())["step"] == (
            "new_password"
        )
        client.session.cookie_jar.clear()
        again = await client.post(
            "/api/staff/password", json={"login": "zhang.wei"}, headers=headers
        )
        assert (await again.json())["first_password"] != first
        refused = await client.post("/api/sign-in", json=signed)
        assert (await refused.json())["refusal"] == Refusal.SIGN_IN_WRONG


async def test_capacities_are_given_and_taken(tmp_path: Path, client_folder: Path) -> None:
    async with website(tmp_path, client_folder) as site:
        database, client = site.house.database, site.client
        here = await school(database)
        headers = await badge(database, await hired(database, Capacity.SCHOOL_ADMIN, here, "校长"))
        wang = await hired(database, Capacity.TEACHER, here)
        post = {"login": wang.login, "capacity": "technician", "organisation": here.id}

        async def held() -> list[str]:
            seen = await (await client.get("/api/staff?part=王", headers=headers)).json()
            return [one["capacity"] for one in seen["staff"][0]["held"]]

        await client.post("/api/staff/capacities", json=post, headers=headers)
        assert await held() == ["teacher", "technician"]
        await client.delete("/api/staff/capacities", json=post, headers=headers)
        assert await held() == ["teacher"]
        denied = await client.post(
            "/api/staff/capacities", json={**post, "capacity": "admin"}, headers=headers
        )
        assert (denied.status, (await denied.json())["refusal"]) == (403, Refusal.NOT_YOURS)
        odd = await client.post(
            "/api/staff/capacities", json={**post, "capacity": "king"}, headers=headers
        )
        assert odd.status == 400

from pathlib import Path

import pytest

from server.access.ids import uuid7
from server.programme.refusal import Refusal
from server.programme.rights import Capacity
from tests.support.paired import pair
from tests.support.staff import badge, hired
from tests.support.websites import built_client, website


@pytest.fixture
def client_folder(tmp_path: Path) -> Path:
    return built_client(tmp_path / "dist")


async def test_a_technician_says_how_much_a_line_carries(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        database, client = site.house.database, site.client
        here = (await pair(database)).village.school
        signed = await badge(database, await hired(database, Capacity.TECHNICIAN, here, "吴工"))
        path = f"/api/lines/{here.id}"
        answer = await client.put(path, json={"down": "2000", "up": "600"}, headers=signed)
        told = await answer.json()
        assert told.pop("at").endswith("+00:00")
        assert told == {
            "id": here.id,
            "name": here.name,
            "may_change": True,
            "down_kbps": 2000,
            "up_kbps": 600,
            "origin": "typed",
        }
        wrong = await client.put(path, json={"down": "2 M", "up": "600"}, headers=signed)
        assert (await wrong.json())["refusal"] == Refusal.LINK_NUMBER_UNFIT
        seen = await (await client.get("/api/lines", headers=signed)).json()
        assert [one["down_kbps"] for one in seen["lines"]] == [2000]
        history = await client.get(f"{path}/steps?days=1", headers=signed)
        assert (await history.json())["steps"] == []
        assert (await client.get(f"{path}/steps?days=2", headers=signed)).status == 400
        unknown = await client.get(f"/api/lines/{uuid7()}/steps", headers=signed)
        assert (await unknown.json())["refusal"] == Refusal.ORGANISATION_UNKNOWN

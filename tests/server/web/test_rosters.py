from io import BytesIO
from pathlib import Path

from server.documents.survey import MAX_BYTES
from server.programme.refusal import Refusal
from server.programme.rights import Capacity
from server.web.routes import LARGEST_BODY
from tests.support.staff import badge, hired, school
from tests.support.websites import built_client, website
from tests.support.workbooks import HEADER, workbook

GOOD = workbook(HEADER, *((f"学生{n}", f"2024{n:04}", "三(1)班") for n in range(4000)))
HALF_BAD = workbook(HEADER, ("章明", None, "三(1)班"), ("李兰", None, "三年级"))


async def test_a_file_is_tried_let_in_and_looked_at(tmp_path: Path) -> None:
    folder = built_client(tmp_path / "dist")
    assert len(GOOD) > LARGEST_BODY
    async with website(tmp_path, folder) as site:
        database, client = site.house.database, site.client
        here = await school(database)
        headers = await badge(database, await hired(database, Capacity.SCHOOL_ADMIN, here))
        path, query = f"/api/organisations/{here.id}/roster", "?makes_classes=yes"
        tried = await client.post(f"{path}/check{query}", data=GOOD, headers=headers)
        assert (await tried.json())["new"] == 4000
        taken = await client.post(f"{path}{query}", data=GOOD, headers=headers)
        assert (await taken.json())["new"] == 4000
        seen = await (await client.get("/api/classes", headers=headers)).json()
        (group,) = seen["class_groups"]
        assert group["expected"] == 4000
        pupils = await client.get(f"/api/classes/{group['id']}/pupils", headers=headers)
        assert len((await pupils.json())["pupils"]) == 4000


async def test_what_is_wrong_is_a_sentence_in_the_pages_language(tmp_path: Path) -> None:
    folder = built_client(tmp_path / "dist")
    async with website(tmp_path, folder) as site:
        database, client = site.house.database, site.client
        here = await school(database)
        headers = await badge(database, await hired(database, Capacity.SCHOOL_ADMIN, here))
        path = f"/api/organisations/{here.id}/roster"
        query = "?makes_classes=yes&language=en"
        tried = await client.post(f"{path}/check{query}", data=HALF_BAD, headers=headers)
        reasons = (await tried.json())["bad"][0]["reasons"]
        assert "class" in reasons[0]
        back = await client.post(f"{path}/returned{query}", data=HALF_BAD, headers=headers)
        assert back.content_type.endswith("spreadsheetml.sheet")
        assert (await back.read()).startswith(b"PK")
        refused = await client.post(f"{path}{query}", data=HALF_BAD, headers=headers)
        assert (await refused.json())["refusal"] == Refusal.ROSTER_ROWS_BAD
        large = b"PK" + bytes(MAX_BYTES)
        refused = await client.post(f"{path}/check", data=BytesIO(large), headers=headers)
        body = await refused.json()
        assert (body["refusal"], "10" in body["data"]["why"]) == (Refusal.ROSTER_UNREAD, True)

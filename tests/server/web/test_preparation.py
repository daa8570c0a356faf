from datetime import UTC, datetime
from pathlib import Path

from server.actions.timetable import plan
from tests.support.paired import pair
from tests.support.scheduled import soon
from tests.support.staff import badge
from tests.support.websites import built_client, website

PDF = b"%PDF-1.7"


async def test_a_file_is_downloaded_never_shown_and_bad_ones_are_refused(tmp_path: Path) -> None:
    async with website(tmp_path, built_client(tmp_path / "dist")) as site:
        database, now = site.house.database, datetime.now(UTC)
        schools = await pair(database)
        new = schools.plan(starts=soon(now))
        lesson = await plan(database, schools.town.acting(), new, now)
        headers = await badge(database, schools.town.teacher)
        url = f"/api/lessons/{lesson.id}/preparation"

        async def sent(name: str, data: bytes) -> tuple[int, dict[str, object]]:
            query = {"name": name}
            answer = await site.client.post(
                f"{url}/files", params=query, data=data, headers=headers
            )
            return answer.status, await answer.json()

        status, told = await sent('第一课 "甲".pdf', PDF)
        assert status == 200
        [file] = (await (await site.client.get(url, headers=headers)).json())["files"]
        assert told["files"] == [file]
        got = await site.client.get(f"{url}/files/{file['id']}", headers=headers)
        assert await got.read() == PDF
        assert got.headers["Content-Type"] == "application/octet-stream"
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        disposition = got.headers["Content-Disposition"]
        assert disposition.startswith("attachment; filename*=UTF-8''%E7%AC%AC")
        assert '"' not in disposition
        for name, data, refusal in (
            ("课.html", b"<html>", "preparation_file_kind"),
            ("", PDF, "name_missing"),
        ):
            status, told = await sent(name, data)
            assert (status, told["refusal"]) == (409, refusal)
        assert (await sent("长" * 256 + ".pdf", PDF))[0] == 400
        stranger = await badge(database, schools.elsewhere.teacher)
        got = await site.client.get(f"{url}/files/{file['id']}", headers=stranger)
        assert got.status != 200

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server.actions.acting import entry
from server.programme.rights import Acting, Action, Capacity
from server.store import audit
from tests.support.paired import pair
from tests.support.staff import badge, hired
from tests.support.websites import built_client, website

DAY = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)


@pytest.fixture
def client_folder(tmp_path: Path) -> Path:
    return built_client(tmp_path / "dist")


async def test_a_school_admin_reads_the_log_up_to_a_day(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        database, school = site.house.database, (await pair(site.house.database)).town.school
        person = await hired(database, Capacity.SCHOOL_ADMIN, school, "方校长")
        acting = Acting(
            id=person.id,
            capacity=Capacity.SCHOOL_ADMIN,
            organisation=school.id,
            looks_after=None,
        )
        for days in range(2):
            async with database.transaction() as session:
                line = entry(acting, Action.CHANGE_ROOM, DAY + timedelta(days=days))
                audit.write(session, line, str(days))
        signed = await badge(database, person)
        for until, found in (
            ("2026-09-01T24:00:00+08:00", 400),
            ("2026-09-01T16:00:00.000Z", 1),
            ("2026-09-03T00:00:00+08:00", 2),
            ("soon", 400),
        ):
            answer = await site.client.get("/api/audit", params={"until": until}, headers=signed)
            lines = (await answer.json()).get("lines", ())
            done = [one for one in lines if one["action"] == "change_room"]
            assert (len(done) or answer.status) == found, until
        for query, status in (
            ({"what": "change_room"}, 200),
            ({"what": "everything"}, 400),
            ({"who": "x" * 101}, 400),
            ({"before": "none"}, 200),
        ):
            answer = await site.client.get("/api/audit", params=query, headers=signed)
            assert answer.status == status, query
        answer = await site.client.get(
            "/api/audit.csv?what=change_room&language=en", headers=signed
        )
        assert (answer.status, answer.content_type) == (200, "text/csv")
        assert len((await answer.text()).splitlines()) == 3

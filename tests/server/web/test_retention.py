from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server.access.ids import uuid7
from server.programme.rights import Capacity
from server.store.certificates import Certificate, Certificates
from server.store.retention import MEDIA
from tests.support.reviewed import reviewed
from tests.support.scheduled import BELL
from tests.support.staff import badge, hired
from tests.support.websites import built_client, website


@pytest.fixture
def client_folder(tmp_path: Path) -> Path:
    return built_client(tmp_path / "dist")


async def test_from_choosing_to_the_certificate(tmp_path: Path, client_folder: Path) -> None:
    async with website(tmp_path, client_folder) as site:
        database, client = site.house.database, site.client
        made = await reviewed(database)
        lesson = made.lesson.id
        person = await hired(database, Capacity.SCHOOL_ADMIN, made.town, "方校长")
        signed = await badge(database, person)
        path = f"/api/recordings/{lesson}/kept"
        until = (datetime.now(UTC) + timedelta(days=300)).date().isoformat()
        for body, status in (
            ({"until": until}, 400),
            ({"until": "someday", "why": "x"}, 400),
            ({"until": until, "why": ""}, 409),
            ({"until": until, "why": "公开课"}, 200),
        ):
            assert (await client.put(path, json=body, headers=signed)).status == status
        seen = await (await client.get(f"/api/kept?lesson={lesson}", headers=signed)).json()
        chosen = seen["lessons"][lesson]["chosen"]
        assert chosen == {"until": until, "why": "公开课", "by": "方校长"}
        certificate = Certificate(
            id=uuid7(),
            at=BELL,
            lesson=lesson,
            reason=MEDIA,
            files=1,
            octets=2,
            digest="ab",
            learners="三(1)班",
        )
        await Certificates(database).add(certificate)
        listed = await (await client.get("/api/certificates", headers=signed)).json()
        assert [one["id"] for one in listed["certificates"]] == [certificate.id]
        file = await client.get("/api/certificates.csv?language=en", headers=signed)
        assert file.headers["Content-Disposition"].endswith('"certificates.csv"')
        assert certificate.id in (await file.text(encoding="utf-8-sig"))

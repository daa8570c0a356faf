from pathlib import Path

import pytest

from server.actions import class_groups
from server.programme.class_group import Keeping
from server.programme.rights import Acting, Capacity
from tests.support.staff import NOW, badge, hired, school
from tests.support.websites import built_client, website

PDF = b"%PDF-1.7"


@pytest.fixture
def client_folder(tmp_path: Path) -> Path:
    return built_client(tmp_path / "dist")


async def test_from_a_picture_of_the_form_to_withdrawing(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        database = site.house.database
        here = await school(database)
        person = await hired(database, Capacity.SCHOOL_ADMIN, here)
        acting = Acting(
            id=person.id, capacity=Capacity.SCHOOL_ADMIN, organisation=here.id, looks_after=None
        )
        typed = class_groups.TypedClassGroup(
            name="301", keeping=Keeping.NUMBERS, expected=24, class_teacher=None
        )
        group = (await class_groups.add(database, acting, here.id, typed, NOW))["id"]
        headers, url = await badge(database, person), f"/api/classes/{group}/consent"
        (row,) = (await (await site.client.get("/api/consents", headers=headers)).json())["classes"]
        assert (row["name"], row["standing"], row["may_declare"]) == ("三(1)班", "missing", True)
        kept = await site.client.post(f"{url}/form", data=PDF, headers=headers)
        name = (await kept.json())["form"]
        said = {"signed_on": "2026-09-01", "exceptions": 1, "form": name}
        made = await (await site.client.put(url, json=said, headers=headers)).json()
        assert made["standing"] == "excepted"
        assert (await (await site.client.get(url, headers=headers)).json()) == made
        seen = await site.client.get(f"{url}/form/{name}", headers=headers)
        assert await seen.read() == PDF
        body = {"why": "家长撤回", "after": made["declared"][0]["id"]}
        assert not site.woken
        over = await (await site.client.delete(url, json=body, headers=headers)).json()
        assert over["standing"] == "missing"
        assert len(site.woken) == 1


async def test_what_is_no_declaration_is_refused(tmp_path: Path, client_folder: Path) -> None:
    async with website(tmp_path, client_folder) as site:
        database = site.house.database
        person = await hired(database, Capacity.SCHOOL_ADMIN, await school(database))
        headers = await badge(database, person)
        url = "/api/classes/none/consent"
        for said, status in (
            ({}, 400),
            ({"signed_on": "someday", "exceptions": 1, "form": "x"}, 400),
            ({"signed_on": "2026-09-01", "exceptions": "1", "form": "x"}, 400),
            ({"signed_on": "2026-09-01", "exceptions": 1, "form": "../secret.key"}, 409),
        ):
            answer = await site.client.put(url, json=said, headers=headers)
            assert answer.status == status

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from server.actions.accounts import NewAccount, add
from server.actions.acting import OPERATOR
from server.programme.rights import Capacity
from server.web.doorkeeper import CSRF
from tests.support.signing import quick_hashing
from tests.support.staff import school
from tests.support.websites import Website, built_client, website

OWN = "小桥流水人家 abcd"


@pytest.fixture
def client_folder(tmp_path: Path) -> Path:
    return built_client(tmp_path / "dist")


async def first_password(site: Website) -> str:
    at = await school(site.house.database)
    new = NewAccount(name="李四", login="li.si", capacity=Capacity.TEACHER, organisation=at.id)
    with quick_hashing() as hashes:
        return (await add(site.house.database, hashes, OPERATOR, new, datetime.now(UTC)))[
            "first_password"
        ]


async def ask(
    site: Website, method: str, path: str, body: object, page: str = ""
) -> dict[str, Any]:
    answer = await site.client.request(method, path, json=body, headers={CSRF: page})
    told: dict[str, Any] = await answer.json()
    return told


async def test_from_the_first_password_to_signing_out(tmp_path: Path, client_folder: Path) -> None:
    async with website(tmp_path, client_folder) as site:
        password = await first_password(site)
        me = await ask(site, "POST", "/api/sign-in", {"login": "li.si", "password": password})
        assert (me["step"], me["name"]) == ("new_password", "李四")
        new = {"password": OWN}
        me = await ask(site, "POST", "/api/sign-in/password", new, me["page"])
        assert me["step"] == "done"
        assert me["chosen"]["capacity"] == "teacher"
        assert (await ask(site, "GET", "/api/me", None))["login"] == "li.si"
        old = await ask(site, "PUT", "/api/me/capacity", me["chosen"], "an old page")
        assert old["refusal"] == "page_old"
        elsewhere = {"capacity": "bureau", "organisation": me["chosen"]["organisation"]}
        foreign = await ask(site, "PUT", "/api/me/capacity", elsewhere, me["page"])
        assert foreign["refusal"] == "not_yours"
        assert (await ask(site, "POST", "/api/sign-out", None, me["page"]))["step"] == "password"
        assert (await ask(site, "GET", "/api/me", None))["step"] == "password"


async def test_the_cookie_is_for_this_host_and_no_script(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        body = {"login": "li.si", "password": await first_password(site)}
        answer = await site.client.post("/api/sign-in", json=body)
        (cookie,) = answer.headers.getall("Set-Cookie")
        for word in ("HttpOnly", "SameSite=Lax", "Path=/"):
            assert word in cookie
        assert "Domain" not in cookie


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/api/me/capacity"),
        ("PUT", "/api/me/password"),
        ("POST", "/api/sign-in/password"),
        ("POST", "/api/sign-in/authenticator"),
        ("POST", "/api/sign-in/code"),
    ],
)
async def test_nobody_gets_further_than_the_door(
    tmp_path: Path, client_folder: Path, method: str, path: str
) -> None:
    async with website(tmp_path, client_folder) as site:
        answer = await site.client.request(method, path, json={})
        assert answer.status == 401
        assert (await answer.json())["refusal"] == "sign_in_needed"


async def test_another_sites_form_signs_nobody_in(tmp_path: Path, client_folder: Path) -> None:
    async with website(tmp_path, client_folder) as site:
        body = f'{{"login": "li.si", "password": "{await first_password(site)}"}}'
        headers = {"Content-Type": "text/plain"}
        answer = await site.client.post("/api/sign-in", data=body, headers=headers)
        assert answer.status == 400
        assert not answer.cookies

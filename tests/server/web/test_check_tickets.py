from pathlib import Path

import pytest
from aiohttp import ClientResponse

from server.live.check_desk import PER_PERSON
from server.programme.refusal import Refusal
from server.programme.rights import Capacity
from server.web import check_tickets
from server.web.doorkeeper import CSRF
from signaling.errors import Code
from tests.support.staff import badge, hired, school
from tests.support.websites import Website, bearer, built_client, website

TOLD = {"device": "0123456789ab", "https": True, "websocket": True, "udp": False}


@pytest.fixture
def client_folder(tmp_path: Path) -> Path:
    return built_client(tmp_path / "dist")


async def technician(site: Website) -> dict[str, str]:
    """The headers of a technician's page."""
    person = await hired(
        site.house.database, Capacity.TECHNICIAN, await school(site.house.database)
    )
    return await badge(site.house.database, person)


async def asked(site: Website, headers: dict[str, str]) -> ClientResponse:
    return await site.client.post("/api/check/ticket", json={}, headers=headers)


async def test_a_ticket_measures_for_a_while_and_opens_nothing_else(
    tmp_path: Path, client_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with website(tmp_path, client_folder) as site:
        headers = await technician(site)
        ticket = (await (await asked(site, headers)).json())["ticket"]
        down = "/api/check/down?octets=10"
        assert (await site.client.get(down, headers=bearer(ticket))).status == 200
        for path, body in (("/api/check/report", TOLD), ("/api/lesson", None)):
            send = site.client.get if body is None else site.client.post
            answer = await send(path, headers=bearer(ticket), json=body)
            assert (await answer.json())["code"] == Code.LINK_INVALID
        monkeypatch.setattr(check_tickets, "TICKET_SECONDS", -1)
        over = (await (await asked(site, headers)).json())["ticket"]
        answer = await site.client.get(down, headers=bearer(over))
        assert (await answer.json())["code"] == Code.LINK_EXPIRED


async def test_each_takes_so_many_and_another_page_of_theirs_none(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        headers = await technician(site)
        forged = await asked(site, headers | {CSRF: "another"})
        assert (await forged.json())["refusal"] == Refusal.PAGE_OLD
        answers = [await asked(site, headers) for _ in range(int(PER_PERSON[1]) + 1)]
        assert [one.status for one in answers] == [200] * int(PER_PERSON[1]) + [429]
        nobody = await asked(site, {})
        assert (await nobody.json())["refusal"] == Refusal.SIGN_IN_NEEDED

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiohttp import WSMsgType

from server.access.check_links import CheckKey
from server.live.check_desk import TRANSFERS
from server.web.check import EXCHANGES, MOST_OCTETS
from signaling.errors import Code
from signaling.events import Role
from tests.support.offers import offer
from tests.support.websites import KEY, Website, bearer, built_client, website

RUN = "00ff10ab77"
TICKET = CheckKey(KEY).sign(RUN, 4_000_000_000)
TOLD = {
    "device": "0123456789ab",
    "name": "三(2)班大屏",
    "browser": "Chrome 87, Windows",
    "https": True,
    "websocket": True,
    "udp": False,
    "udp_to": None,
    "rtt_ms": 12,
    "up_kbps": 1999.5,
    "down_kbps": None,
    "clock_ms": -90_000.0,
}
ASKED: dict[str, dict[str, Any]] = {
    "/api/check/peer": {"json": {"up": "v=0", "down": "v=0"}},
    "/api/check/up": {"data": b"x"},
    "/api/check/report": {"json": TOLD},
}


@pytest.fixture
def client_folder(tmp_path: Path) -> Path:
    return built_client(tmp_path / "dist")


async def test_a_report_is_kept_with_what_we_saw_ourselves(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        headers = bearer(TICKET) | {"Host": "192.0.2.7:8080"}
        answer = await site.client.post("/api/check/report", json=TOLD, headers=headers)
        assert answer.status == 200
        (kept,) = site.desk.reports(RUN)
        assert (kept.host, kept.address) == ("192.0.2.7:8080", "127.0.0.1")
        assert (kept.measured.name, kept.measured.clock_ms) == ("三(2)班大屏", -90_000.0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"https": "yes"},
        {"device": ""},
        {"name": "x" * 41},
        {"rtt_ms": 1e300},
        {"loss_up": 1.5},
        {"pupil": "王小明"},
    ],
)
async def test_a_report_of_another_shape_is_refused(
    tmp_path: Path, client_folder: Path, wrong: dict[str, object]
) -> None:
    async with website(tmp_path, client_folder) as site:
        body = TOLD | wrong
        answer = await site.client.post("/api/check/report", json=body, headers=bearer(TICKET))
        assert (answer.status, (await answer.json())["code"]) == (400, Code.MALFORMED)
        assert site.desk.reports(RUN) == []


async def test_a_lessons_link_measures_too_under_a_name_of_its_own(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        lesson = await site.house.plan()
        headers = bearer(site.house.token(lesson, Role.TEACHER, "id0"))
        answer = await site.client.post("/api/check/report", json=TOLD, headers=headers)
        assert answer.status == 200
        assert len(site.desk.reports(f"lesson {lesson.id}")) == 1


@pytest.mark.parametrize("path", ASKED)
async def test_without_a_link_nothing_is_measured(
    tmp_path: Path, client_folder: Path, path: str
) -> None:
    old = CheckKey(KEY).sign(RUN, 1)
    async with website(tmp_path, client_folder) as site:
        for headers, code in (
            ({}, Code.LINK_INVALID),
            (bearer("nonsense"), Code.LINK_INVALID),
            (bearer(old), Code.LINK_EXPIRED),
        ):
            answer = await site.client.post(path, headers=headers, **ASKED[path])
            assert (answer.status, (await answer.json())["code"]) == (401, code)


async def test_noise_comes_and_goes_within_bounds(tmp_path: Path, client_folder: Path) -> None:
    async with website(tmp_path, client_folder) as site:
        for asked, given in (
            ("1000", 1000),
            ("200000", 200_000),
            ("99999999", MOST_OCTETS),
            ("-5", 0),
            ("", 0),
            ("9" * 5000, 0),
        ):
            path = f"/api/check/down?octets={asked}"
            answer = await site.client.get(path, headers=bearer(TICKET))
            assert len(await answer.read()) == given
        for sent, status in ((MOST_OCTETS, 200), (MOST_OCTETS + 1, 413)):
            body, headers = bytes(sent), bearer(TICKET)
            answer = await site.client.post("/api/check/up", data=body, headers=headers)
            assert answer.status == status


async def test_more_transfers_than_are_measured_at_once_are_refused(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        running = [site.desk.transfer() for _ in range(TRANSFERS)]
        for each in running:
            each.__enter__()
        answer = await site.client.get("/api/check/down?octets=1", headers=bearer(TICKET))
        assert (answer.status, (await answer.json())["refusal"]) == (429, "check_busy")


async def test_round_trips_are_answered_with_our_clock_so_many_times(
    tmp_path: Path, client_folder: Path
) -> None:
    async with (
        website(tmp_path, client_folder) as site,
        site.client.ws_connect("/api/check/ws") as socket,
    ):
        await socket.send_str(TICKET)
        for number in range(EXCHANGES):
            await socket.send_str(str(number))
            answer = await socket.receive_json()
            assert answer["said"] == str(number)
            assert answer["utc_ms"] > 1.7e12
        assert (await socket.receive()).type is WSMsgType.CLOSE


@pytest.mark.parametrize("first", ["nonsense", "x" * 4000])
async def test_a_websocket_without_a_link_is_closed(
    tmp_path: Path, client_folder: Path, first: str
) -> None:
    async with (
        website(tmp_path, client_folder) as site,
        site.client.ws_connect("/api/check/ws") as socket,
    ):
        await socket.send_str(first)
        assert (await socket.receive()).type is WSMsgType.CLOSE


async def test_a_websocket_that_says_nothing_is_closed(
    tmp_path: Path, client_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.web.check.EXCHANGE_SECONDS", 0.05)
    async with (
        website(tmp_path, client_folder) as site,
        site.client.ws_connect("/api/check/ws") as socket,
        asyncio.timeout(5),
    ):
        assert (await socket.receive()).type is WSMsgType.CLOSE


async def offered(site: Website, up: str, down: str) -> str:
    headers, body = bearer(TICKET), {"up": up, "down": down}
    answer = await site.client.post("/api/check/peer", json=body, headers=headers)
    return str((await answer.json())["code"])


async def test_an_offer_reaches_the_worker_and_nonsense_does_not(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        # There is no worker in this process.
        up, down = offer("chromium_up"), offer("chromium_down")
        assert await offered(site, up, down) == Code.MEDIA_UNAVAILABLE
        assert await offered(site, up, "v=0") == Code.BAD_SDP

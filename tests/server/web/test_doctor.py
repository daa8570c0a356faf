from pathlib import Path

import pytest
from pydantic import TypeAdapter

from server.access.check_links import CheckKey, doctor_key
from server.doctor.facts import Announced, Running
from server.media.requests import Ready
from signaling.agreement import Candidate
from signaling.events import Role
from tests.support.websites import KEY, bearer, built_client, website

RUN = "00ff10ab77"
FOR_EVER = 4_000_000_000
TOLD = {
    "device": "0123456789ab",
    "browser": "Chrome 87, Windows",
    "https": True,
    "websocket": True,
    "udp": True,
    "rtt_ms": 12.0,
}


@pytest.fixture
def client_folder(tmp_path: Path) -> Path:
    return built_client(tmp_path / "dist")


async def announced() -> tuple[Candidate, ...]:
    return (Candidate(address="192.0.2.7", port=40_000),)


async def test_a_doctor_learns_how_the_server_stands_and_who_measured_under_its_link(
    tmp_path: Path, client_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with website(tmp_path, client_folder) as site:
        ticket = CheckKey(KEY).sign(RUN, FOR_EVER)
        for change in ({}, {"device": "another-device", "name": "三(2)班大屏"}):
            body = TOLD | change
            await site.client.post("/api/check/report", json=body, headers=bearer(ticket))
        other = CheckKey(KEY).sign("0000000000", FOR_EVER)
        await site.client.post("/api/check/report", json=TOLD, headers=bearer(other))
        # No worker runs in this process; this is what one says.
        site.house.plane.worker.greeting = Ready(addresses=("0.0.0.0:40000", ":::40000"))
        monkeypatch.setattr(site.house.plane, "announced", announced)
        await site.house.teacher(await site.house.plan())
        headers = bearer(doctor_key(site.house.key).sign(RUN, FOR_EVER))
        answer = await (await site.client.get("/api/doctor", headers=headers)).read()
    running = TypeAdapter(Running).validate_json(answer)
    assert (running.worker, running.recorder, running.lessons) == (False, False, 1)
    assert running.listening[1] == Announced(address="::", port=40_000)
    assert running.announced == (Announced(address="192.0.2.7", port=40_000),)
    assert [one.who for one in running.devices] == ["Chrome 87, Windows 127.0.0.1", "三(2)班大屏"]


async def test_nobody_else_does(tmp_path: Path, client_folder: Path) -> None:
    async with website(tmp_path, client_folder) as site:
        lesson = await site.house.plan()
        key = doctor_key(site.house.key)
        for token in (
            "nonsense",
            CheckKey(KEY).sign(RUN, FOR_EVER),
            site.house.token(lesson, Role.TEACHER, "id0"),
            key.sign(RUN, 1),
        ):
            answer = await site.client.get("/api/doctor", headers=bearer(token))
            assert answer.status == 401
        assert (await site.client.get("/api/doctor")).status == 401

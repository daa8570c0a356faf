from pathlib import Path

import pytest

from server.access.check_links import doctor_key, workers_key
from server.media.requests import Ready
from tests.support.websites import Website, bearer, built_client, website

RUN = "00ff10ab77"
FOR_EVER = 4_000_000_000
DRAINING = "/api/workers/0/draining"


@pytest.fixture
def client_folder(tmp_path: Path) -> Path:
    return built_client(tmp_path / "dist")


def ticket(site: Website, until: int = FOR_EVER) -> dict[str, str]:
    return bearer(workers_key(site.house.key).sign(RUN, until))


async def test_a_command_sees_a_worker_drains_it_and_lets_it_stay(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        # No worker runs in this process; this is what one says.
        site.house.plane.worker.greeting = Ready(addresses=("192.0.2.7:40000",))
        await site.house.teacher(await site.house.plan())
        seen = await site.client.get("/api/workers", headers=ticket(site))
        told = await site.client.put(DRAINING, headers=ticket(site))
        kept = await site.client.delete(DRAINING, headers=ticket(site))
        (worker,) = await seen.json()
        assert [(await one.json())[0]["duty"] for one in (told, kept)] == ["draining", "open"]
    assert worker == {
        "number": 0,
        "pid": None,
        "up": False,
        "duty": "open",
        "lessons": 1,
        "peers": 0,
        "cpu": 0.0,
        "listening": ["192.0.2.7:40000"],
    }


@pytest.mark.parametrize("number", ["1", "-1", "00", "x", "²"])
async def test_a_worker_that_is_not_there_is_not_drained(
    tmp_path: Path, client_folder: Path, number: str
) -> None:
    async with website(tmp_path, client_folder) as site:
        answer = await site.client.put(f"/api/workers/{number}/draining", headers=ticket(site))
    assert answer.status == 400


async def test_nobody_else_does(tmp_path: Path, client_folder: Path) -> None:
    async with website(tmp_path, client_folder) as site:
        doctors = bearer(doctor_key(site.house.key).sign(RUN, FOR_EVER))
        for headers in ({}, doctors, ticket(site, until=1)):
            for ask in (site.client.put, site.client.delete):
                assert (await ask(DRAINING, headers=headers)).status == 401
            assert (await site.client.get("/api/workers", headers=headers)).status == 401
        assert site.house.workers.duty(0) == "open"
